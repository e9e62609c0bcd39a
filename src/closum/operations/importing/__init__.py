"""Imports: files that people bring become records."""
