"""Pure data and rules: values, fields, declarations of resources, queries. No I/O.

resources, store, formats and the layers above may import it. Begin with resource.py.
"""
