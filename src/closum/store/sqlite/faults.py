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
        self._beside = [str(beside(real, suffix)) for suffix in ("-wal", "-shm")]
        self._known = [_identity(os.stat(file)) for file in (self._main, *self._beside)]
        self._size = 0
        self.astray = False

    def check(self) -> None:
        """Raises Failing unless the files are those that were opened, and the first has not become shorter."""
        self.astray = True
        main = self._stat(self._main)
        found = [main, *map(self._stat, self._beside)]
        if [_identity(one) for one in found] != self._known:
            raise Failing(MOVED, f"{self._main}, or what belongs to it, is another file")
        if main.st_size < self._size:
            raise Failing(MOVED, f"{self._main} had {self._size} bytes and has {main.st_size}")
        self._size, self.astray = main.st_size, False

    def has_gone(self) -> bool:
        """Whether the next start would not find the file itself."""
        try:
            return _identity(os.stat(self._main)) != self._known[0]
        except OSError:
            return True

    def failing(self) -> Failing | None:
        """What `check` finds."""
        try:
            self.check()
        except Failing as failing:
            return failing
        return None

    def _stat(self, file: str) -> os.stat_result:
        try:
            return os.stat(file)
        except OSError as error:
            raise Failing(MOVED, f"{file}: {error.strerror}") from None


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino
