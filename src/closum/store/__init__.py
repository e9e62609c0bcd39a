"""The databases: all SQL, and every commit."""
