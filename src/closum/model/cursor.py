"""Where a walk through a list goes on: behind the last record of a page, in whatever order, as text that clients hand back.

It holds what that record was sorted by, and its id, so that it stays right when the record has changed or gone. It is signed:
only the account that it was made for can use it, for the same list in the same order.
"""

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, NamedTuple

import msgspec

from closum.errors import Malformed

_SIGNATURE = 16  # bytes

BEGIN = "begin again with an empty 'cursor='"


class Place(NamedTuple):
    """Behind the record with this id, which is sorted by this value."""

    value: str | int | None
    id: int

    @property
    def rank(self) -> int:
        """The value, where records are sorted by how well they fit a search."""
        return self.value if isinstance(self.value, int) else 0


_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.Decoder(Place).decode


class Cursors:
    """Those that one signing key vouches for. `of` names whose list it is, and which."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.sha256(b"cursor:" + key).digest()

    def write(self, of: tuple[Any, ...], place: Place) -> str:
        text = _encode(place)
        return urlsafe_b64encode(self._sign(of, text) + text).decode().rstrip("=")

    def read(self, of: tuple[Any, ...], text: str) -> Place:
        """Raises Malformed for one that was not made for this list."""
        try:
            found = urlsafe_b64decode(f"{text}{'=' * (-len(text) % 4)}".encode("ascii"))
        except (ValueError, binascii.Error):
            found = b""
        signature, place = found[:_SIGNATURE], found[_SIGNATURE:]
        is_as_written = (
            urlsafe_b64encode(found).decode().rstrip("=") == text
        )  # decoding skips what is not base64
        if not (place and is_as_written and hmac.compare_digest(signature, self._sign(of, place))):
            raise Malformed(f"'cursor' is not one of this list, its filters and its order: {BEGIN}")
        return _decode(place)

    def _sign(self, of: tuple[Any, ...], text: bytes) -> bytes:
        text = repr(of).encode() + b"\0" + text
        return hashlib.blake2b(text, key=self._key, digest_size=_SIGNATURE).digest()
