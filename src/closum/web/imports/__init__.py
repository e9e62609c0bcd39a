"""The pages of imports: a file, its columns, a check of all rows, and what has become of them.

app and the layers above may import it. Begin with routes.py.
"""
