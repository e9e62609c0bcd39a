"""Help beside what surprises: short texts, which are files of Markdown, and their pages.

app and the layers above may import it. Begin with routes.py.
"""
