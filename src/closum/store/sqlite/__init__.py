"""SQLite through APSW: the embedded database."""
