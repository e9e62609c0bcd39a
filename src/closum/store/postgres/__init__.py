"""PostgreSQL through psycopg: the database when one machine is not enough.

Only store.opening may import it. Begin with connection.py.
"""
