"""How the cells of a file name users of an account: by their ids, or by their addresses, of which an import keeps only digests."""

from hashlib import blake2b

from closum.model import address


def token(text: str) -> str:
    """What a user is looked up by: the digits of an id, or a digest of the key of an address."""
    if text.isascii() and text.isdigit():
        return text.lstrip("0")
    return blake2b(address.lookup_key(text).encode(), digest_size=16).hexdigest()
