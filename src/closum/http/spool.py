"""Answers that are too large for memory: written to a file without a name, and sent from there."""

import asyncio
import errno
import logging
import os
import tempfile
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from io import FileIO
from pathlib import Path
from typing import Any, Self, TypeVar

from closum.errors import Unavailable
from closum.http import answer
from closum.http.answer import PIECE, Pieces
from closum.http.body import ClientGone, Receive
from closum.store.database import TOO_LONG

MOST_WHOLE = 1024 * 1024  # bytes of an answer that is kept in memory
MOST_FILES = 32
RESERVE = 64 * 1024 * 1024  # bytes of the disk that are left to others
STALL_SECONDS = 60.0  # for a client that takes nothing

TOO_MANY = "Too many large answers are being sent: try again, or ask for a smaller limit"

Made = TypeVar("Made")

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Begin = Callable[[], Awaitable[bool]]
"""Sends the head of an answer; whether its body follows."""

log = logging.getLogger("closum.spool")


class Spool:
    """Files of a folder, at most MOST_FILES at once. Used by any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._free = threading.BoundedSemaphore(MOST_FILES)

    def file(self) -> "Spooled":
        """A new, empty one. Raises Unavailable."""
        if not self._free.acquire(blocking=False):
            raise Unavailable(TOO_MANY)
        try:
            made = tempfile.TemporaryFile(buffering=0, dir=self._folder, prefix="closum-")  # noqa: SIM115
        except OSError as error:
            self._free.release()
            raise self.unavailable(error) from error
        return Spooled(made, self)

    def release(self) -> None:
        self._free.release()

    def unavailable(self, error: OSError) -> Unavailable:
        """The answer to a fault of the disk, which is logged."""
        log.error(
            "an answer above 1 MiB cannot be written to %s (%s): make room there, or name another folder with"
            " CLOSUM_SPOOL_FOLDER",
            self._folder,
            error.strerror,
        )
        return Unavailable(
            "A large answer cannot be written at the moment: try again, or ask for a smaller limit"
        )


class Spooled:
    """The body of an answer in a file that no folder shows. Its owner closes it; what is dropped closes itself."""

    def __init__(self, file: FileIO, spool: Spool) -> None:
        self._file, self._spool, self._size = file, spool, 0

    def __len__(self) -> int:
        """In bytes."""
        return self._size

    def fileno(self) -> int:
        return self._file.fileno()

    def write(self, data: bytes | bytearray) -> None:
        """Append all of it. Raises Unavailable, and is closed, where the disk is full."""
        try:
            self._refuse_last_room(len(data))
            with memoryview(data) as view:
                written = 0
                while written < len(data):
                    written += self._file.write(view[written:])
        except OSError as error:
            self.close()
            raise self._spool.unavailable(error) from error
        self._size += len(data)

    def read(self, start: int) -> bytes:
        """At most PIECE bytes from `start` on."""
        return os.pread(self._file.fileno(), PIECE, start)

    def close(self) -> None:
        if not self._file.closed:
            self._file.close()
            self._spool.release()

    def __del__(self) -> None:
        self.close()

    def _refuse_last_room(self, size: int) -> None:
        disk = os.fstatvfs(self._file.fileno())
        if disk.f_bavail * disk.f_frsize < size + RESERVE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


Body = bytes | Spooled


class Page:
    """The answer with a page of records as it grows: in memory, and in a file from MOST_WHOLE bytes on.

    A context manager, each time for an answer from its beginning: what is written when its block raises is dropped.
    """

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._abandoned = False

    def __enter__(self) -> Self:
        self._file: Spooled | None = None
        self._waiting = bytearray(answer.page_around({})[0])
        self._separator = b""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and self._file is not None:
            self._file.close()

    def add(self, record: object) -> None:
        """The next record. Raises Unavailable, and ClientGone once it is abandoned."""
        if self._abandoned:
            raise ClientGone
        self._waiting += self._separator
        answer.encode_into(record, self._waiting, -1)
        self._separator = b","
        if len(self._waiting) > MOST_WHOLE:
            self._spill()

    def end(self, pagination: dict[str, Any]) -> Body:
        """The whole answer. Raises Unavailable."""
        self._waiting += answer.page_around(pagination)[1]
        if self._file is None and len(self._waiting) <= MOST_WHOLE:
            return bytes(self._waiting)
        return self._spill()

    def abandon(self) -> None:
        """Called by another thread than the one that writes."""
        self._abandoned = True

    def _spill(self) -> Spooled:
        if self._file is None:
            self._file = self._spool.file()
        self._file.write(self._waiting)
        self._waiting.clear()
        return self._file


class Growing:
    """A file of the spool as it is written: a context manager, each time for one from its beginning.

    It may take `seconds`; what is written when its block raises is dropped.
    """

    def __init__(self, spool: Spool, seconds: float) -> None:
        self._spool, self._until = spool, time.monotonic() + seconds
        self._abandoned = False

    def __enter__(self) -> Self:
        self._file, self._waiting = self._spool.file(), bytearray()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._file.close()

    def write(self, data: bytes) -> None:
        """Raises Unavailable, and ClientGone once it is abandoned."""
        if self._abandoned:
            raise ClientGone
        if time.monotonic() > self._until:
            raise Unavailable(TOO_LONG)
        self._waiting += data
        if len(self._waiting) > MOST_WHOLE:
            self._spill()

    def end(self) -> Spooled:
        """The whole file."""
        self._spill()
        return self._file

    def abandon(self) -> None:
        """Called by another thread than the one that writes."""
        self._abandoned = True

    def _spill(self) -> None:
        self._file.write(self._waiting)
        self._waiting.clear()


async def written(
    read: Callable[..., Awaitable[Any]],
    receive: Receive,
    function: Callable[..., Made],
    file: Page | Growing,
    *args: object,
    account_id: int,
) -> Made:
    """What `function(unit, file, *args)` makes, by `read` of the database, unless the client goes meanwhile.

    Raises ClientGone.
    """
    writing = asyncio.ensure_future(read(function, file, *args, account_id=account_id))
    gone = asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait((writing, gone), return_when=asyncio.FIRST_COMPLETED)
        if not writing.done():
            raise ClientGone
        made: Made = writing.result()
        return made
    finally:
        file.abandon()
        writing.cancel()
        gone.cancel()


async def send(body: Pieces, begin: Begin, receive: Receive, send: Send) -> None:
    """Send a body piece by piece, as fast as the client takes it. One who takes nothing loses the connection.

    `begin` sends the head, once the first piece is there.
    """
    gone = asyncio.ensure_future(_gone(receive))
    try:
        for start in range(0, len(body) or 1, PIECE):
            piece = await asyncio.get_running_loop().run_in_executor(None, body.read, start)
            if gone.done():
                return
            async with asyncio.timeout(STALL_SECONDS):
                if start == 0:
                    await begin()
                more = start + PIECE < len(body)
                await send({"type": "http.response.body", "body": piece, "more_body": more})
    except TimeoutError:
        await send({"type": "closum.abort"})
        await gone
    finally:
        gone.cancel()


async def send_stream(
    pieces: AsyncIterator[bytes],
    begin: Begin,
    receive: Receive,
    send: Send,
    stopping: asyncio.Event | None = None,
) -> None:
    """Send pieces as they come, each when the client has taken the last; close the stream when the client has gone.

    `begin` sends the head, once the first piece is there, and says whether pieces follow. The stream ends when the
    server is `stopping`.

    A client who takes nothing loses the connection; a stream that waits for its next piece does not. A client who
    closes without a reset may still read, so a stream that waits for long sends something now and then to notice.
    """
    gone = asyncio.ensure_future(_gone(receive))
    ends = [gone, *([asyncio.ensure_future(stopping.wait())] if stopping else [])]
    try:
        piece = await _next(pieces, ends)
        while piece == b"":
            piece = await _next(pieces, ends)
        if not gone.done() and await begin():
            while piece is not None:
                if piece and not await _taken(piece, send):
                    return
                piece = await _next(pieces, ends)
            if not gone.done():
                await send({"type": "http.response.body", "body": b""})
    finally:
        for end in ends:
            end.cancel()
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()


async def _taken(piece: bytes, send: Send) -> bool:
    """Send a piece; whether the client took it in time, or loses the connection."""
    try:
        async with asyncio.timeout(STALL_SECONDS):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    except TimeoutError:
        await send({"type": "closum.abort"})
        return False
    return True


async def _next(pieces: AsyncIterator[bytes], ends: Sequence[asyncio.Future[Any]]) -> bytes | None:
    """The next piece; None at the end, and where one of the `ends` is reached."""
    waiting = asyncio.ensure_future(anext(pieces, None))
    try:
        await asyncio.wait((waiting, *ends), return_when=asyncio.FIRST_COMPLETED)
        return None if any(end.done() for end in ends) else await waiting
    finally:
        if not waiting.done():
            waiting.cancel()
            await asyncio.wait((waiting,))


async def _gone(receive: Receive) -> None:
    """Returns when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
