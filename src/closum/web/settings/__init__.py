"""The pages of the settings: one's own, and those of the account.

app and the layers above may import it. Begin with routes.py.
"""
