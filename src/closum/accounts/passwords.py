"""Passwords: Argon2id, with parameters that cost about 30 ms and 19 MiB (OWASP's minimum), compared in NFC."""

import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from closum.errors import BrokenRule, Refusal

MIN_LENGTH = 8  # characters
MAX_BYTES = 1_024

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that look alike

# What the password of an unknown user is compared with, so that the answer takes as long. Nobody knows its password.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$c29tZW9uZSB3aG8gaXM$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def normal(password: str) -> str:
    """The password in NFC: keyboards and systems send `é` as one code point or as two."""
    return unicodedata.normalize("NFC", password)


def check(password: str) -> None:
    """Raises Refusal for a password that may not be set."""
    try:
        check_rules(password)
    except BrokenRule as broken:
        (told,) = broken.faults.values()
        raise Refusal(str(told).replace("This value", "The password", 1)) from None


def check_rules(password: str) -> None:
    """Raises BrokenRule for a password that may not be set."""
    password = normal(password)
    if (found := _control(password)) is not None:
        raise BrokenRule("_control", code=f"U+{found:04X}")
    if len(password) < MIN_LENGTH:
        raise BrokenRule("_minLength", limit=f"{MIN_LENGTH} characters")
    if len(password.encode()) > MAX_BYTES:
        raise BrokenRule("_maxLength", limit=f"{MAX_BYTES} bytes")


def hashed(password: str) -> str:
    """The text to store for a password."""
    return _hasher.hash(normal(password))


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one; takes as long without a hash.

    One that is not in NFC is also tried as it is: its hash may be from before passwords were normalized.
    """
    forms = dict.fromkeys((normal(password), password))
    found = [_verifies(password_hash or _NOBODY, form) for form in forms]
    return password_hash is not None and any(found)


def generated() -> str:
    """A password of 20 characters (about 116 bits)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(20))


def _verifies(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _control(password: str) -> int | None:
    """The first control character: C0 (NUL, tab and line ends among them), DEL or C1."""
    return next((ord(one) for one in password if unicodedata.category(one) == "Cc"), None)
