"""The list of each resource: its address, its table, its views, and what is done with many records. Begin with asked.py."""
