"""What a dry run gives for the call itself, `If-Count`: how many records fit which filter, signed."""

import hashlib
import hmac
import re
from typing import Any

from closum.errors import CountChanged, Malformed

_TOKEN = re.compile(r"([0-9]{1,18})-([0-9a-f]{32})", re.ASCII)
_SIGNATURE = 16  # bytes
_OF_ANOTHER = "This 'if_count' is of another call or filter: send the one of a dry run of this call, with the same filter"


class Counts:
    """Those that one signing key vouches for. `of` names whose records are counted, by which filter, and for what."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.sha256(b"count:" + key).digest()

    def write(self, of: tuple[Any, ...], count: int) -> str:
        return f"{count}-{self._sign(of, count)}"

    def read(self, of: tuple[Any, ...], text: str) -> int:
        """The count. Raises Malformed for what is no token, CountChanged for that of another call or filter."""
        found = _TOKEN.fullmatch(text.strip().strip('"'))
        if not found:
            raise Malformed("'If-Count' must be the 'if_count' that a dry run of this call gives")
        count = int(found[1])
        if not hmac.compare_digest(found[2], self._sign(of, count)):
            raise CountChanged(_OF_ANOTHER)
        return count

    def _sign(self, of: tuple[Any, ...], count: int) -> str:
        text = repr((of, count)).encode()
        return hashlib.blake2b(text, key=self._key, digest_size=_SIGNATURE).hexdigest()
