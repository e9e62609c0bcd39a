"""What lasting causes the errors of SQLite have, files that go from under an open database, and locks that stay."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from closum.store.health import (
    DAMAGED,
    DISK,
    FULL,
    LOCKED,
    MOVED,
    READ_ONLY,
    UNOPENABLE,
    Failing,
    Fault,
)
from closum.store.place import beside

BUSY_TIMEOUT = 10_000  # milliseconds: longer than any transaction of long work
KNOWN_TIMEOUT = 1_000  # milliseconds, while somebody has waited for the same lock in vain

_OF_KIND: tuple[tuple[type[apsw.Error], Fault], ...] = (
    (apsw.FullError, FULL),
    (apsw.CorruptError, DAMAGED),
    (apsw.NotADBError, DAMAGED),
    (apsw.ReadOnlyError, READ_ONLY),
    (apsw.PermissionsError, READ_ONLY),
    (apsw.CantOpenError, UNOPENABLE),
    (apsw.BusyError, LOCKED),
    (apsw.LockedError, LOCKED),
    (apsw.ProtocolError, LOCKED),
    (apsw.IOError, DISK),
)
_OF_READS = {
    apsw.SQLITE_IOERR_READ,
    apsw.SQLITE_IOERR_SHORT_READ,
    apsw.SQLITE_IOERR_CORRUPTFS,
    apsw.SQLITE_IOERR_DATA,
}
_OF_SYSTEM = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EROFS: READ_ONLY}


def fault_of(error: apsw.Error, system: int = 0) -> Fault | None:
    """The lasting cause of an error; None where there is none. `system` is the system's own number of an I/O error."""
    if getattr(error, "extendedresult", 0) in _OF_READS:
        return DAMAGED
    if isinstance(error, apsw.IOError) and system in _OF_SYSTEM:
        return _OF_SYSTEM[system]
    return next((fault for kind, fault in _OF_KIND if isinstance(error, kind)), None)


class Files:
    """The files of an open database. SQLite goes on writing into one that was removed or replaced."""

    def __init__(self, path: Path) -> None:
        real = path.resolve()
        self._main = str(path.absolute())  # a link that leads elsewhere now is noticed too
        self._folder = str(real.parent)
        self._beside = str(beside(real, "-wal")), str(beside(real, "-shm"))
        self._folder_seen = 0
        self._known = self._found(_look(self._main))
        self._size = 0
        self.astray = False

    def check(self) -> None:
        """Raises Failing unless the files are those that were opened, and the first has not become shorter.

        It is called after each COMMIT: two calls of the system, and little else. What is beside the first is looked at
        when the folder has changed alone: a look at the log makes its next write note a finer time, which takes longer.
        """
        self.astray = True
        main, changed = _look(self._main), _look(self._folder).st_mtime_ns
        if changed != self._folder_seen and self._found(main) != self._known:
            raise Failing(MOVED, f"{self._main}, or what belongs to it, is another file")
        if (main.st_dev, main.st_ino) != self._known[:2]:
            raise Failing(MOVED, f"{self._main} is another file")
        if main.st_size < self._size:
            raise Failing(MOVED, f"{self._main} had {self._size} bytes and has {main.st_size}")
        self._folder_seen, self._size, self.astray = changed, main.st_size, False

    def has_gone(self) -> bool:
        """Whether the next start would not find the file itself."""
        try:
            main = os.stat(self._main)
        except OSError:
            return True
        return (main.st_dev, main.st_ino) != self._known[:2]

    def failing(self) -> Failing | None:
        """What `check` finds."""
        try:
            self.check()
        except Failing as failing:
            return failing
        return None

    def _found(self, main: os.stat_result) -> tuple[int, ...]:
        """What tells the three files, which share a folder, from others."""
        return main.st_dev, main.st_ino, *(_look(path).st_ino for path in self._beside)


def _look(path: str) -> os.stat_result:
    try:
        return os.stat(path)
    except OSError as error:
        raise Failing(MOVED, f"{path}: {error.strerror}") from None


class Waiting:
    """Of one connection: a transaction waits BUSY_TIMEOUT; after one that did so in vain those that follow, the probes of
    `Health` among them, wait KNOWN_TIMEOUT until one gets in. So nobody waits several times for one lock.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection, self._is_known = connection, False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Round a transaction."""
        try:
            yield
        except apsw.BusyError:
            self._set(True)
            raise
        self._set(False)

    def _set(self, is_known: bool) -> None:
        if is_known is not self._is_known:
            self._connection.set_busy_timeout(KNOWN_TIMEOUT if is_known else BUSY_TIMEOUT)
            self._is_known = is_known
