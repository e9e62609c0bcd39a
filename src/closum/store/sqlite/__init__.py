"""SQLite through APSW: the embedded database.

Only store.opening may import it. Begin with connection.py.
"""
