"""The pages of the reference: what `/docs` and the files beside it are answered with."""

import gzip
import hashlib
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files as resources

from closum.http.answer import Headers
from closum.http.file import has_etag, joined
from closum.reference import samples

_STATIC = resources("closum.reference") / "static"

_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; worker-src blob:; "
    # Two of Redoc's own style sheets: the empty one of styled-components, and that of its scroll progress.
    "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' "
    "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_OF_PAGES = ((b"content-security-policy", _POLICY.encode()), (b"referrer-policy", b"no-referrer"))

_CODING = re.compile(r"([^\s;,]+)\s*(?:;\s*q\s*=\s*([0-9]+(?:\.[0-9]*)?))?", re.IGNORECASE)


@dataclass(frozen=True)
class File:
    """One file of the site, `packed` with gzip. Clients keep it, and ask each time whether it is still the same."""

    media_type: str
    packed: bytes
    own_headers: tuple[tuple[bytes, bytes], ...] = ()

    def answer(self, asked: Iterable[tuple[bytes, bytes]]) -> tuple[int, Headers, bytes]:
        """Status, headers and body for a request with these headers (names in lower case)."""
        asked = list(asked)
        packs = takes_gzip(joined(asked, b"accept-encoding"))
        etag = f'"{self._digest}{"-gzip" if packs else ""}"'
        headers: Headers = [
            (b"etag", etag.encode()),
            (b"cache-control", b"no-cache"),
            (b"vary", b"Accept-Encoding"),
            *self.own_headers,
        ]
        if has_etag(joined(asked, b"if-none-match"), etag):
            return 304, headers, b""
        body = self.packed if packs else self._plain
        headers.append((b"content-type", self.media_type.encode()))
        return 200, [*headers, *([(b"content-encoding", b"gzip")] if packs else [])], body

    @cached_property
    def _plain(self) -> bytes:
        return gzip.decompress(self.packed)

    @cached_property
    def _digest(self) -> str:
        return hashlib.sha256(self.packed).hexdigest()[:32]


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header allows gzip. Source: RFC 9110, 12.5.3."""
    found = (_CODING.match(part.strip()) for part in accepted.split(","))
    weights = {one[1].lower(): float(one[2] or 1) for one in found if one}
    return weights.get("gzip", weights.get("*", 0)) > 0


def files(root_path: str = "") -> dict[str, File]:
    """The files by path; `root_path` is where a proxy serves closum."""
    page = (_STATIC / "index.html").read_text(encoding="utf-8")
    page = page.replace("{{ROOT}}", html.escape(root_path)).replace("{{ORIGIN}}", samples.ORIGIN)
    script, style, text = (f"text/{kind}; charset=utf-8" for kind in ("javascript", "css", "plain"))
    return {
        "/docs": File("text/html; charset=utf-8", gzip.compress(page.encode(), mtime=0), _OF_PAGES),
        "/docs/closum.css": File(style, _packed("closum.css")),
        "/docs/closum.js": File(script, _packed("closum.js")),
        "/docs/redoc.js": File(script, (_STATIC / "redoc.js.gz").read_bytes()),
        "/docs/redoc.LICENSES.txt": File(text, _packed("redoc.LICENSES.txt")),
    }


def _packed(name: str) -> bytes:
    return gzip.compress((_STATIC / name).read_bytes(), mtime=0)
