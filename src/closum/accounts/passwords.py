"""Passwords: Argon2id, with parameters that cost about 30 ms and 19 MiB (OWASP's minimum)."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from closum.errors import Refusal

MIN_LENGTH = 8  # characters
MAX_BYTES = 1_024

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that look alike

# What the password of an unknown user is compared with, so that the answer takes as long. Nobody knows its password.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$c29tZW9uZSB3aG8gaXM$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def check(password: str) -> None:
    """Raises Refusal for a password that may not be set."""
    if len(password) < MIN_LENGTH:
        raise Refusal(f"The password is too short: at least {MIN_LENGTH} characters")
    if len(password.encode()) > MAX_BYTES:
        raise Refusal(f"The password is too long: at most {MAX_BYTES} bytes")


def hashed(password: str) -> str:
    """The text to store for a password."""
    return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one; takes as long without a hash."""
    try:
        _hasher.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def generated() -> str:
    """A password of 20 characters (about 116 bits)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(20))
