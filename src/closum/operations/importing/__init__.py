"""Imports: files that people bring become records.

http and the layers above may import it. Begin with job.py.
"""
