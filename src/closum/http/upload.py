"""Request bodies that are files: written to a disk as they come, however large, and never held in memory."""

import asyncio
import errno
import hashlib
import logging
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from closum.errors import BodyTooLarge, Malformed, Unavailable, UnsupportedMediaType
from closum.http.body import ClientGone, Headers, Receive

NAME = b"x-file-name"
LONGEST_NAME = 255  # characters
RESERVE = 64 * 1024 * 1024  # bytes of the disk that are left to others

_FILE_NAME = re.compile(r"filename\*\s*=\s*utf-8''([^;]+)", re.IGNORECASE)
_MULTIPART = "Send the file itself as the body, not a form: curl -T FILE -X POST, or --data-binary @FILE"

log = logging.getLogger("closum.server")


class Uploaded(NamedTuple):
    """A file that has come: its length in bytes and its digest."""

    size: int
    sha256: str


def name(headers: Headers) -> str:
    """What the sender calls the file, without folders, "" where the headers do not tell. Source: RFC 6266, RFC 8187."""
    text = headers.get(NAME, b"").decode("latin-1")
    if not text and (found := _FILE_NAME.search(headers.get(b"content-disposition", b"").decode("latin-1"))):
        text = found[1]
    return named(unquote(text))


def named(text: str) -> str:
    """What a file is called, without folders and what nobody can see."""
    shown = text.replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in shown if one.isprintable()).strip()[:LONGEST_NAME]


async def received(headers: Headers, receive: Receive, path: Path, most: int) -> Uploaded:
    """Write the body to a new file that only its owner can read. It is removed where it does not come whole.

    Raises BodyTooLarge, Malformed for an empty one, UnsupportedMediaType, Unavailable where the disk is full, ClientGone.
    """
    if headers.get(b"content-type", b"").lower().startswith(b"multipart/"):
        raise UnsupportedMediaType(_MULTIPART)
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise UnsupportedMediaType("Send the body uncompressed, without a Content-Encoding header")
    if int(headers.get(b"content-length", b"0")) > most:
        raise BodyTooLarge(most)
    found = await stored(_pieces(receive), path, most)
    if not found.size:
        _remove(path)
        raise Malformed("The body is empty: send the file as the body")
    return found


async def stored(pieces: AsyncIterator[bytes], path: Path, most: int) -> Uploaded:
    """Write pieces to a new file that only its owner can read. It is removed where they do not come to their end.

    Raises BodyTooLarge, Unavailable where the disk is full, and what the pieces raise.
    """
    try:
        return await _written(pieces, path, most)
    except BaseException as error:
        _remove(path)
        if isinstance(error, OSError):
            log.error("a file that was sent cannot be written to %s: %s", path.parent, error.strerror)
            raise Unavailable("The file cannot be stored: the server's disk is full or damaged") from error
        raise


async def _pieces(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def _written(pieces: AsyncIterator[bytes], path: Path, most: int) -> Uploaded:
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb", buffering=1024 * 1024) as file:
        async for piece in pieces:
            size += len(piece)
            if size > most:
                raise BodyTooLarge(most)
            _refuse_last_room(file.fileno(), len(piece))
            digest.update(piece)
            file.write(piece)
        file.flush()
        await asyncio.to_thread(os.fsync, file.fileno())
    return Uploaded(size, digest.hexdigest())


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _refuse_last_room(descriptor: int, size: int) -> None:
    disk = os.fstatvfs(descriptor)
    if disk.f_bavail * disk.f_frsize < size + RESERVE:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
