"""The pages of imports: a file, its columns, a check of all rows, and what has become of them.

Begin with routes.py.
"""
