"""A file as an answer, or the one range of it that a request asks for. Source: RFC 9110, 13 and 14."""

import os
import re
from collections.abc import Iterable, Mapping
from email.utils import formatdate
from io import FileIO
from pathlib import Path
from typing import Any, Protocol

from closum.http.answer import PIECE, Answer, Headers

_RANGE = re.compile(r"bytes\s*=\s*(\d{0,19})-(\d{0,19})", re.IGNORECASE)


class Open(Protocol):
    """An open file of the system."""

    def fileno(self) -> int: ...

    def close(self) -> None: ...


class Part:
    """Bytes `start` to `start + length` of an open file as the body of an answer. Its owner closes it."""

    def __init__(self, file: Open, start: int, length: int) -> None:
        self._file, self._start, self._length = file, start, length

    def __len__(self) -> int:
        """In bytes."""
        return self._length

    def read(self, start: int) -> bytes:
        """At most PIECE bytes from `start` on."""
        return os.pread(self._file.fileno(), min(PIECE, self._length - start), self._start + start)

    def close(self) -> None:
        self._file.close()


def file(
    scope: Mapping[str, Any], source: Path | FileIO, media_type: str, headers: Headers | None = None
) -> Answer:
    """A file, or the one range of it that the request asks for: 200, 206, 304, or 416.

    `scope` is the request's; an open file is closed with the answer. Raises OSError. Source: RFC 9110, 13 and 14.
    """
    opened = source if isinstance(source, FileIO) else FileIO(source)
    status = os.fstat(opened.fileno())
    etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
    own = [(b"last-modified", formatdate(status.st_mtime, usegmt=True).encode()), *(headers or [])]
    return of_file(scope, opened, status.st_size, etag, media_type, own)


def of_file(
    scope: Mapping[str, Any], opened: Open, size: int, etag: str, media_type: str, headers: Headers
) -> Answer:
    """Likewise of an open file with a tag of its own, which is closed with the answer."""
    own: Headers = [(b"accept-ranges", b"bytes"), (b"etag", etag.encode()), *headers]
    if has_etag(joined(scope["headers"], b"if-none-match"), etag):
        opened.close()
        return Answer(304, b"", own, is_json=False)
    asked = _asked(scope, etag)
    part = range(size) if asked is None else _satisfied(asked, size)
    if not part and asked is not None:
        opened.close()
        unmet = b"bytes */%d" % size
        return Answer(416, b"", [*own, (b"content-range", unmet)], is_json=False)
    own.append((b"content-type", media_type.encode()))
    if asked is None:
        return Answer(200, Part(opened, 0, len(part)), own, is_json=False)
    own.append((b"content-range", b"bytes %d-%d/%d" % (part.start, part.stop - 1, size)))
    return Answer(206, Part(opened, part.start, len(part)), own, is_json=False)


def _asked(scope: Mapping[str, Any], etag: str) -> tuple[str, str] | None:
    """First and last byte of the one range that is asked for, as text; None where the whole file is the answer."""
    headers = scope["headers"]
    match = _RANGE.fullmatch(joined(headers, b"range").strip())
    if match is None or scope["method"] != "GET" or not any(match.groups()):
        return None  # no range, several of them, or none that can be read: RFC 9110, 14.2
    first, last = match.groups()
    if first and last and int(last) < int(first):
        return None
    condition = joined(headers, b"if-range").strip()
    # A date is no strong validator: a file may change twice in a second.
    return (first, last) if not condition or condition == etag else None


def _satisfied(asked: tuple[str, str], size: int) -> range:
    first, last = asked
    if not first:
        return range(max(0, size - int(last)), size)
    return range(int(first), min(int(last) + 1, size) if last else size)


def has_etag(named: str, etag: str) -> bool:
    """Whether an If-None-Match header names the tag, weak or not. Source: RFC 9110, 13.1.2."""
    return named.strip() == "*" or etag in re.findall(r'"[^"]*"', named)


def joined(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """The values of a header with commas between."""
    return b", ".join(value for key, value in headers if key == name).decode("latin-1")
