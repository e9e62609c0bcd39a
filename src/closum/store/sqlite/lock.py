"""Locks of the operating system, which die with their holders: one server on a file, one writer of a copy."""

import contextlib
import errno
import fcntl
import os
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from closum.errors import Refusal
from closum.store.place import beside, database_path

TRIES = 10
PAUSE = 0.02  # seconds: a command that only looks holds the lock for a moment
SERVER = "is in use by a running closum server: stop it first"
ELSEWHERE = "is in use by a running closum server, perhaps under another name: stop it first"
FAR = 2**62  # where no file has a byte, and SQLite no lock of its own
DOING = {
    "restore": "is being restored by another command: wait for its end",
    "compact": "is being compacted by another command: wait for its end",
    "copy": "is being filled by another copy: wait for its end",
    "command": "is in use by another command, which needs it alone: wait for its end",
    "schema": "is being brought up to date by another command: try again when it has finished",
}
"""What a command that holds the lock of a database does, by the word that the lock file then has."""


class Lock:
    """A lock on a file of its own."""

    def __init__(self, file: Path) -> None:
        """Raises OSError."""
        self.file = file
        self._descriptor, self._made = _opened(file)

    def attempt(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if self._is_in_place():
            return True
        os.close(self._descriptor)  # its last holder has removed the file
        self._descriptor, self._made = _opened(self.file)
        return self.attempt()

    def _is_in_place(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._descriptor), os.stat(self.file))
        except FileNotFoundError:
            return False

    def remove(self) -> None:
        """By the holder alone: the file goes, and with it the lock."""
        self.file.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        os.close(self._descriptor)

    @property
    def note(self) -> str:
        """What the holder has written into the file."""
        return _note(self._descriptor)

    @note.setter
    def note(self, text: str) -> None:
        with contextlib.suppress(OSError):  # a disk that is full: others are told of a server then
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text.encode(), 0)


class ServerLock(Lock):
    """Held by the server, or by a command that needs the database to itself, for as long as it runs."""

    def __init__(self, path: Path) -> None:
        self._path = database_path(path)
        self._doing = ""
        try:
            super().__init__(beside(self._path, ".lock"))
        except OSError as error:
            raise Refusal(f"{path.parent} cannot be written to: {error.strerror}") from None

    def acquire(self, doing: str = "", served: str = SERVER) -> Self:
        """`doing` is a word of `DOING`, or empty for a server; `served` is what is said of one.

        Raises Refusal when another process has it.
        """
        for _ in range(TRIES):
            if self.attempt():
                self._doing = self.note = doing
                return self
            time.sleep(PAUSE)
        why = DOING.get(self.note, served)
        self.close()
        raise Refusal(f"{self._path} {why}")

    def release(self) -> None:
        """The file stays where there is, or was, a server: it reminds a user who loses the database."""
        if self._made and (self._doing or not self._path.exists()):
            self.remove()
        else:
            self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


@contextlib.contextmanager
def serving(path: Path) -> Iterator[None]:
    """A lock on the file itself: it keeps a second server away also where a mount gives the file another name.

    SQLite's own locks would end with any descriptor of the file that is closed, so nothing may have it open afterwards.
    Raises Refusal when another process has it; on systems without such locks nothing is held.
    """
    descriptor = os.open(path, os.O_RDWR)
    try:
        if sys.platform == "linux" and _is_elsewhere(descriptor):
            raise Refusal(f"{path} {ELSEWHERE}")
        yield
    finally:
        os.close(descriptor)


def refuse_elsewhere(path: Path, *, alone: bool = False) -> None:
    """Refusal for a file that a server has under another name: what is in its log is not beside this one.

    For the start of a command, which does not have the file open yet. `alone` is for the holder of the `ServerLock`.
    """
    if sys.platform != "linux" or not os.path.isfile(path):
        return
    if not alone and is_served(path):  # looked at first: a server that stops gives it up last
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            found = fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, _far_lock())
        finally:
            os.close(descriptor)
        if struct.unpack_from("h", found)[0] != fcntl.F_UNLCK:
            raise Refusal(f"{path} {ELSEWHERE}")


def _is_elsewhere(descriptor: int) -> bool:
    """Whether another process has the lock of a file; else we have it, where its file system has locks."""
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _far_lock())
    except OSError as error:
        return error.errno in (errno.EAGAIN, errno.EACCES)
    return False


def _far_lock() -> bytes:
    """`struct flock` of Linux."""
    return struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, FAR, 1, 0)


def is_served(path: Path) -> bool:
    """Whether a server, or a command that needs it alone, has the database at this moment."""
    return _holder(path) is not None


def refuse_held(path: Path, served: str = SERVER) -> None:
    """Refusal for a database that `is_served`, with what has it; `served` is said of a server."""
    if (doing := _holder(path)) is not None:
        raise Refusal(f"{path} {DOING.get(doing, served)}")


def _holder(path: Path) -> str | None:
    file = beside(database_path(path), ".lock")
    try:
        descriptor = os.open(file, os.O_RDWR)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refusal(f"{file} cannot be used: {error.strerror}") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _note(descriptor)
    finally:
        os.close(descriptor)
    return None


def _note(descriptor: int) -> str:
    return os.pread(descriptor, 20, 0).decode(errors="replace")


def _opened(file: Path) -> tuple[int, bool]:
    """A descriptor, and whether the file is a new one."""
    with contextlib.suppress(FileExistsError):
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), True
    return os.open(file, os.O_RDWR | os.O_CREAT, 0o600), False
