"""Imports: files that people bring become records.

api, cli and app may import it. Begin with job.py.
"""
