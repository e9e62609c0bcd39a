"""The JSON API: its routes, their handlers, and the OpenAPI document. Begin with routes.py."""
