"""Forms with a file, which is stored as it comes: the other fields come first, the token among them, and are checked before a byte
of the file is."""

import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NamedTuple

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from closum.errors import BodyTooLarge, Malformed, UnsupportedMediaType
from closum.http import upload
from closum.http.body import ClientGone, Headers
from closum.http.request import Receive, Request
from closum.model.text import is_unicode
from closum.web.forms import Form

MULTIPART = b"multipart/form-data"
MOST_OF_FIELDS = 64 * 1024
"""Bytes of all that is no file."""
MOST_FIELDS = 100
LONGEST_TYPE = 255  # characters of a media type

_Event = dict[bytes, bytes] | bytes | None
"""The headers of a part, something of what is in it, its end."""


class File(NamedTuple):
    """A file of a form: what its sender calls it, which may be anything, its length in bytes, its digest, and where it is."""

    name: str
    media_type: str
    size: int
    sha256: str
    path: Path


class NoFile(Malformed):
    """A form without a part for its file: htmx leaves out what nobody has chosen."""


class _Head(NamedTuple):
    """The headers of a part; `file` is the name of one, None of what is none."""

    name: str
    file: str | None
    media_type: str


@contextlib.asynccontextmanager
async def received(
    request: Request, check: Callable[[Form], None], most: int
) -> AsyncIterator[tuple[Form, File]]:
    """The fields of a form, and its file of at most so many bytes, which is removed where the block raises.

    `check` is handed the fields, and raises for those with which no file is taken. Raises UnsupportedMediaType,
    BodyTooLarge, Malformed, Unavailable, ClientGone.
    """
    parts = _Parts(_boundary(request.headers), request.receive)
    if int(request.headers.get(b"content-length", b"0")) > most + MOST_OF_FIELDS:
        raise BodyTooLarge(most)
    form, head = await _fields(parts)
    check(form)
    if head is None:
        raise NoFile("The form has no file")
    path = request.services.files.new(request.account_id)
    found = await upload.stored(parts.data(), path, most)
    try:
        if await parts.next() is not None:
            raise Malformed("The file is the last of the form")
        yield form, File(upload.named(head.file or ""), head.media_type, *found, path)
    except BaseException:
        request.services.files.remove(path.name)
        raise


def _boundary(headers: Headers) -> bytes:
    kind, options = parse_options_header(headers.get(b"content-type", b"").decode("latin-1"))
    if kind.lower() != MULTIPART or not options.get(b"boundary"):
        raise UnsupportedMediaType("Send the form as a browser does")
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise UnsupportedMediaType("Send the form uncompressed, without a Content-Encoding header")
    return options[b"boundary"]


async def _fields(parts: "_Parts") -> tuple[Form, _Head | None]:
    """The fields before the file, and the head of that."""
    pairs, size = list[tuple[str, str]](), 0
    while (head := await parts.head()) is not None and head.file is None:
        value = bytearray()
        async for piece in parts.data():
            value += piece
            size += len(piece)
            if size > MOST_OF_FIELDS:
                raise BodyTooLarge(MOST_OF_FIELDS)
        pairs.append((head.name, _text(bytes(value))))
        if len(pairs) > MOST_FIELDS:
            raise Malformed(f"The form has too many fields: at most {MOST_FIELDS}")
    return Form(pairs), head


def _text(value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        raise Malformed("The form is not UTF-8") from None
    if not is_unicode(text) or "\0" in text:
        raise Malformed("The form has characters that nobody can type")
    return text


class _Parts:
    """The parts of a body as they come. Raises Malformed, ClientGone."""

    def __init__(self, boundary: bytes, receive: Receive) -> None:
        self._receive, self._events = receive, deque[_Event]()
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = bytearray(), bytearray()
        self._is_last, self._is_whole = False, False
        self._parser = MultipartParser(
            boundary,
            {
                "on_header_field": self._on_name,
                "on_header_value": self._on_value,
                "on_header_end": self._on_header,
                "on_headers_finished": self._on_headers,
                "on_part_data": lambda data, start, end: self._events.append(data[start:end]),
                "on_part_end": lambda: self._events.append(None),
                "on_end": self._on_end,
            },
        )

    async def next(self) -> _Event:
        """What comes next; None at the end of a part, and of the whole."""
        while not self._events:
            if self._is_last:
                if not self._is_whole:
                    raise Malformed("The form ends before its end")
                return None
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            self._is_last = not message.get("more_body", False)
            self._read(message.get("body", b""))
        return self._events.popleft()

    async def head(self) -> _Head | None:
        """The head of the next part; None at the end."""
        headers = await self.next()
        if not isinstance(headers, dict):
            return None
        _, options = parse_options_header(headers.get(b"content-disposition", b""))
        if b"name" not in options:
            raise Malformed("A part of the form has no name")
        file = options.get(b"filename")
        media_type = _printable(headers.get(b"content-type", b"").decode("latin-1"))[:LONGEST_TYPE]
        return _Head(_text(options[b"name"]), None if file is None else _file_name(file), media_type)

    async def data(self) -> AsyncIterator[bytes]:
        """What a part has, to its end."""
        while isinstance(found := await self.next(), bytes):
            yield found

    def _read(self, piece: bytes) -> None:
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise Malformed(f"The form cannot be read: {error}") from None

    def _on_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header(self) -> None:
        self._headers[bytes(self._name).lower()] = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def _on_headers(self) -> None:
        self._events.append(self._headers)
        self._headers = {}

    def _on_end(self) -> None:
        self._is_whole = True


def _printable(text: str) -> str:
    return "".join(one for one in text if one.isprintable())


def _file_name(name: bytes) -> str:
    """As a browser writes it: UTF-8, with three characters escaped. Source: HTML, 4.10.21.8."""
    text = name.decode(errors="replace")
    for escaped, character in (("%22", '"'), ("%0D", " "), ("%0A", " ")):
        text = text.replace(escaped, character)
    return text
