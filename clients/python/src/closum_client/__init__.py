"""The Python client of closum's API: leads, e-mail addresses, phone numbers and cities."""

__version__ = "0.1.0"
