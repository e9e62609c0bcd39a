"""The version, for the package and for what it sends as its name."""

__version__ = "0.3.0"
