"""Closum: an open-source, self-hosted lead-management service."""

__version__ = "0.3.0"
