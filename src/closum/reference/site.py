"""The pages of the reference: what `/docs` and the files beside it are answered with."""

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files as resources

Headers = list[tuple[bytes, bytes]]

_STATIC = resources("closum.reference") / "static"
_MEDIA_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}

_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; worker-src blob:; "
    # Two of Redoc's own style sheets: the empty one of styled-components, and that of its scroll bars.
    "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' "
    "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SAFE = ((b"content-security-policy", _POLICY.encode()), (b"referrer-policy", b"no-referrer"))


@dataclass(frozen=True)
class File:
    """One file of the site. It is kept by clients, which ask each time whether it is still the same."""

    media_type: str
    body: bytes
    own_headers: tuple[tuple[bytes, bytes], ...] = ()

    def answer(self, asked: Iterable[tuple[bytes, bytes]]) -> tuple[int, Headers, bytes]:
        """Status, headers and body for a request with these headers (names in lower case)."""
        given = dict(asked)
        packed = b"gzip" in given.get(b"accept-encoding", b"")
        etag = self._packed_etag if packed else self._etag
        headers = [(b"etag", etag), (b"cache-control", b"no-cache"), (b"vary", b"Accept-Encoding")]
        if given.get(b"if-none-match") == etag:
            return 304, headers, b""
        body = self._packed if packed else self.body
        headers += [(b"content-type", self.media_type.encode()), (b"content-length", b"%d" % len(body))]
        headers += [(b"content-encoding", b"gzip")] if packed else []
        return 200, [*headers, (b"x-content-type-options", b"nosniff"), *self.own_headers], body

    @cached_property
    def _packed(self) -> bytes:
        return gzip.compress(self.body, mtime=0)

    @cached_property
    def _etag(self) -> bytes:
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'.encode()

    @cached_property
    def _packed_etag(self) -> bytes:
        return self._etag[:-1] + b'-gzip"'


def files(root_path: str = "") -> dict[str, File]:
    """The files by path; `root_path` is where a proxy serves closum."""
    page = (_STATIC / "index.html").read_text(encoding="utf-8").replace("{{ROOT}}", root_path)
    found = {"/docs": File("text/html; charset=utf-8", page.encode(), _SAFE)}
    for name in ("closum.css", "closum.js", "redoc.js"):
        media_type = _MEDIA_TYPES[name.rpartition(".")[2]]
        found[f"/docs/{name}"] = File(media_type, (_STATIC / name).read_bytes())
    return found
