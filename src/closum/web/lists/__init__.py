"""The list of each resource: its address, its table, its views, and what is done with many records.

app and the layers above may import it. Begin with asked.py.
"""
