"""The pages of the settings: one's own, and those of the account. Begin with routes.py."""
