"""What lasting causes the errors of PostgreSQL have."""

import psycopg

from closum.store.health import DAMAGED, DISK, FULL, Fault
from closum.store.postgres.unit import PostgresUnit
from closum.store.unit import Unit

STANDBY = Fault(
    "The database takes no writes", "end its read-only mode, or name the server that is the primary now"
)
CONNECTIONS = Fault(
    "The database has no connection left",
    "raise max_connections or the limit of the role, the database or the pooler, or lower --workers or --pool-size",
)
MEMORY = Fault("The server of the database is out of memory", "look at its log")
GONE = Fault("The database does not answer", "look whether it runs and has a connection left, and at its log")

_OF_STATE = {
    "53100": FULL,
    "53200": MEMORY,
    "53300": CONNECTIONS,
    "25006": STANDBY,
    "58030": DISK,
    "58P01": DAMAGED,  # a file of a table is missing
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}

_PROBE = """
CREATE TEMPORARY TABLE closum_room ON COMMIT DROP AS SELECT repeat(' ', 1000) FROM generate_series(1, 1000)
"""


def fault_of(error: BaseException) -> Fault | None:
    """The lasting cause of an error; None where there is none."""
    return _OF_STATE.get(error.sqlstate or "") if isinstance(error, psycopg.Error) else None


def probe(unit: Unit) -> None:
    """A write that changes nothing: refused by a database that only reads, and in need of space on the disk."""
    assert isinstance(unit, PostgresUnit)
    unit.script(_PROBE)
