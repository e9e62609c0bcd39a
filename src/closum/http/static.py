"""Files that never change while the server runs, as answers: kept compressed, known by the digest of their contents."""

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from closum.http.answer import Answer, Headers
from closum.http.coding import takes_gzip
from closum.http.file import has_etag, joined


@dataclass(frozen=True)
class File:
    """One file, `packed` with gzip. By `caching` clients keep it, and ask each time whether it is still the same."""

    media_type: str
    packed: bytes
    own_headers: tuple[tuple[bytes, bytes], ...] = ()
    caching: bytes = b"no-cache"

    def answer(self, asked: Iterable[tuple[bytes, bytes]]) -> Answer:
        """The answer to a request with these headers (names in lower case)."""
        asked = list(asked)
        packs = takes_gzip(joined(asked, b"accept-encoding"))
        etag = f'"{self.digest}{"-gzip" if packs else ""}"'
        headers: Headers = [
            (b"etag", etag.encode()),
            (b"cache-control", self.caching),
            (b"vary", b"Accept-Encoding"),
            *self.own_headers,
        ]
        if has_etag(joined(asked, b"if-none-match"), etag):
            return Answer(304, b"", headers, is_json=False)
        body = self.packed if packs else self._plain
        headers.append((b"content-type", self.media_type.encode()))
        coding = [(b"content-encoding", b"gzip")] if packs else []
        return Answer(200, body, [*headers, *coding], is_json=False)

    @cached_property
    def _plain(self) -> bytes:
        return gzip.decompress(self.packed)

    @cached_property
    def digest(self) -> str:
        """128 bits of it, in hexadecimal digits."""
        return hashlib.sha256(self.packed).hexdigest()[:32]


def packed(contents: bytes) -> bytes:
    """The contents of a file, with gzip: always the same bytes for the same contents."""
    return gzip.compress(contents, mtime=0)
