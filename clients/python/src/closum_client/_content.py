"""A file as the body of a request."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from urllib.parse import quote

PIECE = 64 * 1024  # bytes

File = str | os.PathLike[str] | BinaryIO
"""The path of a file, or one that is open for reading as bytes and can be read again."""


class Content:
    """The rest of an open file as the body of a request, read in pieces as often as it is sent."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._start = file, file.tell()
        self._size = file.seek(0, os.SEEK_END) - self._start
        self.headers = {
            "Content-Type": "application/octet-stream",
            "Content-Length": str(self._size),
            "X-File-Name": quote(name),
        }

    def pieces(self) -> Iterator[bytes]:
        """All of it, from the beginning."""
        self._file.seek(self._start)
        left = self._size
        while piece := self._file.read(min(PIECE, left)):
            left -= len(piece)
            yield piece


@contextmanager
def opened(file: File, name: str | None) -> Iterator[Content]:
    """What is sent of it. Raises ValueError for what cannot be, OSError."""
    if isinstance(file, str | os.PathLike):
        with open(file, "rb") as found:
            yield Content(found, os.path.basename(file) if name is None else name)
        return
    if isinstance(file.read(0), str) or not file.seekable():
        raise ValueError("a file is open for reading as bytes, and can be read again: not a pipe")
    given = getattr(file, "name", "") if name is None else name
    yield Content(file, os.path.basename(given) if isinstance(given, str) else "")
