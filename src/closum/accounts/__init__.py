"""Who may use the service: accounts, users, passwords, tokens, and attempts to guess them.

operations and the layers above may import it. Begin with users.py.
"""
