"""Which lasting cause an error of SQLite has."""

import errno

import apsw
import pytest

from closum.store.health import DAMAGED, DISK, FULL, LOCKED, READ_ONLY, UNOPENABLE, Fault
from closum.store.sqlite.faults import fault_of

CODES = [
    (apsw.SQLITE_FULL, FULL),
    (apsw.SQLITE_IOERR, DISK),
    (apsw.SQLITE_IOERR_WRITE, DISK),
    (apsw.SQLITE_IOERR_FSYNC, DISK),
    (apsw.SQLITE_IOERR_SHMSIZE, DISK),
    (apsw.SQLITE_IOERR_READ, DAMAGED),
    (apsw.SQLITE_IOERR_SHORT_READ, DAMAGED),
    (apsw.SQLITE_IOERR_CORRUPTFS, DAMAGED),
    (apsw.SQLITE_CORRUPT, DAMAGED),
    (apsw.SQLITE_CORRUPT_INDEX, DAMAGED),
    (apsw.SQLITE_NOTADB, DAMAGED),
    (apsw.SQLITE_READONLY, READ_ONLY),
    (apsw.SQLITE_READONLY_DBMOVED, READ_ONLY),
    (apsw.SQLITE_PERM, READ_ONLY),
    (apsw.SQLITE_CANTOPEN, UNOPENABLE),
    (apsw.SQLITE_BUSY, LOCKED),
    (apsw.SQLITE_BUSY_RECOVERY, LOCKED),
    (apsw.SQLITE_PROTOCOL, LOCKED),
    (apsw.SQLITE_ERROR, None),
    (apsw.SQLITE_CONSTRAINT_FOREIGNKEY, None),
    (apsw.SQLITE_INTERRUPT, None),
    (apsw.SQLITE_MISUSE, None),
]


@pytest.mark.parametrize(("code", "fault"), CODES)
def test_every_kind_of_error_has_its_cause(code: int, fault: Fault | None) -> None:
    error = apsw.exception_for(code)
    assert isinstance(error, apsw.Error)
    assert fault_of(error) == fault


@pytest.mark.parametrize(
    ("system", "fault"),
    [(errno.ENOSPC, FULL), (errno.EDQUOT, FULL), (errno.EROFS, READ_ONLY), (errno.EIO, DISK)],
)
def test_the_system_says_more_of_an_error(system: int, fault: Fault) -> None:
    for code in (apsw.SQLITE_IOERR_WRITE, apsw.SQLITE_IOERR_SHMSIZE):
        error = apsw.exception_for(code)
        assert isinstance(error, apsw.Error)
        assert fault_of(error, system) == fault
