"""Filters, searches, walks and the feed of closum on SQLite and on PostgreSQL, beside PocketBase. Run with `make bench-find`."""
