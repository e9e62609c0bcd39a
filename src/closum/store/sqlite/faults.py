"""What lasting causes the errors of SQLite have, and files that go from under an open database."""

import errno
import os
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
        self._log, self._index = str(beside(real, "-wal")), str(beside(real, "-shm"))
        self._known, _ = self._found()
        self._size = 0
        self.astray = False

    def check(self) -> None:
        """Raises Failing unless the files are those that were opened, and the first has not become shorter.

        It is called after each COMMIT: three calls of the system, and little else.
        """
        self.astray = True
        found, size = self._found()
        if found != self._known:
            raise Failing(MOVED, f"{self._main}, or what belongs to it, is another file")
        if size < self._size:
            raise Failing(MOVED, f"{self._main} had {self._size} bytes and has {size}")
        self._size, self.astray = size, False

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

    def _found(self) -> tuple[tuple[int, int, int, int], int]:
        """What tells the three files, which share a folder, from others; and the size of the first."""
        try:
            main, log, index = os.stat(self._main), os.stat(self._log), os.stat(self._index)
        except OSError as error:
            raise Failing(MOVED, f"{error.filename}: {error.strerror}") from None
        return (main.st_dev, main.st_ino, log.st_ino, index.st_ino), main.st_size
