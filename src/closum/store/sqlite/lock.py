"""One server process on a SQLite file, by a lock of the operating system that dies with its holder."""

import fcntl
import os
import time
from pathlib import Path

from closum.errors import Refusal
from closum.store.place import beside

TRIES = 10
PAUSE = 0.02  # seconds: a command that only looks holds the lock for a moment


class ServerLock:
    """Held by the server, or by a command that needs the file to itself, for as long as it runs."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = os.open(beside(path, ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Refusal(f"{path.parent} cannot be written to: {error.strerror}") from None

    def acquire(self) -> "ServerLock":
        """Raises Refusal when another process has it."""
        for _ in range(TRIES):
            if self.attempt(fcntl.LOCK_EX):
                return self
            time.sleep(PAUSE)
        os.close(self._file)
        raise Refusal(f"{self._path} is in use by another closum server: stop it first")

    def release(self) -> None:
        os.close(self._file)

    def attempt(self, kind: int) -> bool:
        try:
            fcntl.flock(self._file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def is_served(path: Path) -> bool:
    """Whether a server has the file at this moment."""
    if not beside(path, ".lock").exists():
        return False
    lock = ServerLock(path)
    try:
        return not lock.attempt(fcntl.LOCK_SH)
    finally:
        lock.release()
