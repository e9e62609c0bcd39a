"""SQLSTATEs that mean something to us. Source: PostgreSQL, Appendix A."""

CONFLICTS = (b"40001", b"40P01", b"23505")
CANCELED = b"57014"
LOST = (b"08", b"57P0")  # a connection, or the server behind it
STRANGE = (
    b"26000",
    b"42P05",
)  # statements are prepared there that are not ours, or ours are not: a pooler's doing
