"""What the product does, over any resource, as plain synchronous functions on a unit of work.

http and the layers above may import it. Begin with records.py.
"""
