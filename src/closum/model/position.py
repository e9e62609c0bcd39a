"""A place in the feed of an account's changes, as its clients keep it: opaque text.

It names the change that its holder has seen last by its number and by a digest of it. In a database that was put back from
a backup, in whatever way, another change has the number, or none has: so the holder is told that it has seen what is lost.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

from closum.errors import Malformed

_NUMBER, _DIGEST = 8, 8  # bytes
_CHARACTERS = 22  # of base64, without its padding


class Position(NamedTuple):
    """`digest` is that of the change with the number; of the number 0, before all changes, that of nothing."""

    number: int
    digest: bytes

    def __str__(self) -> str:
        return urlsafe_b64encode(self.number.to_bytes(_NUMBER, "big") + self.digest).decode().rstrip("=")


def read(text: str, name: str = "since") -> Position:
    """Raises Malformed for a text that no answer has given; `name` is the parameter that has it."""
    try:
        if len(text) != _CHARACTERS:
            raise ValueError
        found = urlsafe_b64decode(f"{text}==".encode("ascii"))
        position = Position(int.from_bytes(found[:_NUMBER], "big"), found[_NUMBER:])
        if str(position) != text or position.number >= 2**63:
            raise ValueError
    except (ValueError, binascii.Error):
        raise Malformed(
            f"'{name}' is not a position: send one that an answer of /api/change has given"
        ) from None
    return position


def digest(account_id: int, values: Iterable[object]) -> bytes:
    """Of what never changes in a change. No two changes of all accounts have the same, but for chance."""
    text = "\x1f".join("" if one is None else str(one) for one in (account_id, *values))
    return blake2b(text.encode(), digest_size=_DIGEST).digest()
