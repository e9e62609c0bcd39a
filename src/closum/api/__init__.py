"""The JSON API: its routes, their handlers, and the OpenAPI document.

app and the layers above may import it. Begin with routes.py.
"""
