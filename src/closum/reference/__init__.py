"""The API reference: its prose, its samples of code in three languages, and its pages."""
