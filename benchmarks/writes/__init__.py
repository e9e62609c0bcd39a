"""Batches, upserts, deletions and undo of closum on SQLite and on PostgreSQL. Run with `make bench-writes`."""
