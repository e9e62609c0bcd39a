"""Imports and exports of closum, beside what the databases load by themselves. Run with `make bench-imports`."""
