"""What a request's head may be: its limits, its Host, its target; and the first line of an answer."""

import functools
import http
import re
from collections.abc import Mapping, Sequence

import httptools

from closum import errors

MAX_LINE = 16 * 1024
MAX_HEADERS = 32 * 1024  # also of trailers, and of what is between two pieces of a chunked body
MAX_HEADER_COUNT = 100
TARGET = "The request target must be a path in ASCII, such as /api/lead: percent-encode everything else"

_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::([0-9]{0,5}))?")

Fields = Sequence[tuple[bytes, bytes]]


def check(version: str, headers: Fields, fields: Mapping[bytes, bytes], *, sound: bool) -> None:
    """Raises Malformed for a head that breaks a rule. `sound`: whether its request line is one of HTTP/1."""
    if version not in ("1.1", "1.0"):
        raise errors.Malformed("This server speaks HTTP/1.1 and HTTP/1.0: use one of them")
    if not sound:
        raise errors.Malformed(
            "The request line must be a method, one space, a target, one space and HTTP/1.1"
        )
    host, hosts = fields.get(b"host"), sum(name == b"host" for name, _ in headers)
    if hosts > 1 or not (version == "1.0" if host is None else _is_host(host)):
        raise errors.Malformed("Send exactly one valid Host header, such as 'Host: closum.example'")
    codings = [value.strip().lower() for name, value in headers if name == b"transfer-encoding"]
    if codings not in ([], [b"chunked"]):
        raise errors.Malformed("The only transfer coding is 'Transfer-Encoding: chunked', once")


def check_size(line: int, headers: Fields) -> None:
    """Raises RequestLineTooLong or HeadersTooLarge; `line` is the length of the request line in bytes."""
    if line > MAX_LINE:
        raise errors.RequestLineTooLong
    if sum(len(name) + len(value) + 4 for name, value in headers) > MAX_HEADERS:
        raise errors.HeadersTooLarge


def origin_form(target: bytes) -> bytes:
    """Path and query of `http://host/path?query`; raises Malformed for other schemes."""
    url = httptools.parse_url(target)
    if (url.schema or b"").lower() not in (b"http", b"https"):
        raise errors.Malformed(TARGET)
    return (url.path or b"/") + (b"?" + url.query if url.query else b"")


@functools.cache
def status_line(status: int) -> bytes:
    """The first line of an answer."""
    return b"HTTP/1.1 %d %s\r\n" % (status, http.HTTPStatus(status).phrase.encode())


@functools.lru_cache(maxsize=256)
def _is_host(value: bytes) -> bool:
    """Whether a Host header is a name or address, with a port below 65536 or none."""
    match = _HOST.fullmatch(value)
    return match is not None and int(match[1] or 0) < 65536
