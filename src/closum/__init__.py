"""Closum: an open-source, self-hosted lead-management service.

Everything may import it, and loads nothing with it. Begin with app.py, which puts everything together.
"""

__version__ = "0.3.0"
