"""The API reference: its prose, its samples of code in three languages, and its pages.

app and the layers above may import it. Begin with site.py.
"""
