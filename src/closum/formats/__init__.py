"""Files that people bring and take away: what form a file has, its records, and files that are written.

accounts and the layers above may import it. Begin with form.py.
"""
