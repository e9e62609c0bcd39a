"""PostgreSQL through psycopg: the database when one machine is not enough."""
