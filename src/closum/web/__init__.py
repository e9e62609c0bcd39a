"""The pages that people use: server-rendered HTML over the same operations as the API.

app and the layers above may import it. Begin with routes.py.
"""
