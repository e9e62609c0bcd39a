"""Secrets that people type or open: codes in letters that do not look alike, texts of links, and the hashes that are stored.

The codes are long enough that a plain hash cannot be turned back.
"""

import hashlib
import secrets

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: 5 bits each
_MEANT = str.maketrans({"o": "0", "i": "1", "l": "1"})
GROUP = 4


def made(letters: int) -> str:
    """A new code in groups of four: `7k2m-q0xw-…`, 5 bits a letter."""
    text = "".join(secrets.choice(_LETTERS) for _ in range(letters))
    return "-".join(text[place : place + GROUP] for place in range(0, letters, GROUP))


def link() -> str:
    """A new text for a link or a cookie, of 256 bits: 43 characters of base64url."""
    return secrets.token_urlsafe(32)


def hashed(text: str) -> str:
    """What a link is stored as, whatever a client sends as its text: SHA-256 in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def hashed_code(code: str) -> str:
    """What a code is stored as, however it was typed: case, hyphens and spaces make no difference, and o is 0, i and l are 1."""
    return hashed("".join(code.split()).replace("-", "").lower().translate(_MEANT))
