"""The page with the figures of an account.

app and the layers above may import it. Begin with show.py.
"""
