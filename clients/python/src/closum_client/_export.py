"""An export as it arrives: written to a file while it comes, and checked against its length and digest."""

import hashlib
import os
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import httpx2

from closum_client._failures import Unusable
from closum_client._formats import Target

SECONDS = 900.0
"""For the first byte: the server writes the whole file before it sends it."""

DIGEST = "Repr-Digest"
PARTIAL = ".partial"


@dataclass(frozen=True, slots=True)
class Exported:
    """The file that has arrived whole: its length in bytes, and its SHA-256 as hexadecimal digits."""

    size: int
    sha256: str


class Sink:
    """Where an export goes. A path gets what has arrived when it is whole, and what was there stays until then.

    A context manager. Raises FileExistsError for a path that exists, unless it may `overwrite`.
    """

    def __init__(self, target: Target, overwrite: bool = False) -> None:
        self._path = Path(target) if isinstance(target, str | os.PathLike) else None
        if self._path and not overwrite and self._path.exists():
            raise FileExistsError(f"{self._path} exists: name another file, or give overwrite=True")
        self._target: Any = target
        self._partial = self._path and self._path.with_name(self._path.name + PARTIAL)
        self._file: Any = None
        self._start: int | None = None
        self.exported: Exported | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self._path is None or self._partial is None or self._file is None:
            return
        self._file.close()
        if kind is None and self.exported:
            self._partial.replace(self._path)
        else:
            self._partial.unlink(missing_ok=True)

    def begin(self) -> BinaryIO:
        """The file, without anything of an attempt before. Raises OSError."""
        self.exported = None
        if self._file is None:
            self._file = self._opened()
            self._start = self._file.tell() if self._file.seekable() else None
        elif self._start is None:
            raise OSError("the export broke off, and what has arrived of it cannot be taken back")
        else:
            self._file.seek(self._start)
            self._file.truncate()
        file: BinaryIO = self._file
        return file

    def _opened(self) -> Any:
        if self._partial is None:
            return self._target
        return os.fdopen(os.open(self._partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb")


class FileBody:
    """The body of an answer that goes into a file. Raises Unusable for one that is no export, or not whole."""

    def __init__(self, response: httpx2.Response, sink: Sink) -> None:
        self._response, self._sink = response, sink
        self._digest, self._size = hashlib.sha256(), 0
        self._expected = response.headers.get(DIGEST, "")
        if not self._expected.startswith("sha-256=:"):
            raise Unusable(f"no export of closum: it has no {DIGEST}.", response)
        self._file = sink.begin()

    def add(self, piece: bytes) -> None:
        """The next piece of it."""
        self._file.write(piece)
        self._digest.update(piece)
        self._size += len(piece)

    def answer(self) -> httpx2.Response:
        """The answer without its body."""
        if self._expected != f"sha-256=:{b64encode(self._digest.digest()).decode()}:":
            raise Unusable(
                f"what has arrived is not what was sent: its {DIGEST} is another one.", self._response
            )
        self._file.flush()
        self._sink.exported = Exported(self._size, self._digest.hexdigest())
        found = self._response
        return httpx2.Response(
            found.status_code, headers=found.headers, request=found.request, extensions=found.extensions
        )
