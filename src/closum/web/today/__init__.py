"""The page that a day begins with: what is due, new leads without an owner, and what others have changed.

app and the layers above may import it. Begin with show.py.
"""
