"""Who may use the service: accounts, users, passwords, tokens, and attempts to guess them."""
