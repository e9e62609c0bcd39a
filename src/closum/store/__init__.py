"""The databases: all SQL, and every commit.

accounts and the layers above may import it. Begin with unit.py, then changes.py.
"""
