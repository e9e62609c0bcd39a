"""Connections to PostgreSQL, transactions on them, and what their errors mean."""

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

import psycopg
from psycopg import conninfo, errors, pq

from closum.errors import Refusal, Unavailable
from closum.store.health import Failing
from closum.store.postgres.faults import fault_of
from closum.store.postgres.growth import GROWTH, is_due, tell
from closum.store.postgres.unit import PostgresUnit, PreparedConnection
from closum.store.unit import Conflict, Disconnected, Overdue, Unreachable

DEADLINE = 5_000  # milliseconds that a statement may take
GRACE = 1_500  # milliseconds in which the end of one that took longer is told

# A host that goes away without a word is noticed within three seconds.
PARAMETERS = {
    "application_name": "closum",
    "client_encoding": "UTF8",
    "connect_timeout": "2",
    "keepalives_idle": "1",
    "keepalives_interval": "1",
    "keepalives_count": "2",
    "tcp_user_timeout": "3000",
    "target_session_attrs": "read-write",
}
PATIENCE = "60000"  # milliseconds without a deadline: long work fills the wire, and a busy host lets it wait

# What every connection sets for itself, whatever the server, the database or the role has: pages, ids and locks
# rely on it. A plan that is kept to indexes has a cost so large that each execution would be compiled.
SESSION = {
    "jit": "off",
    "plan_cache_mode": "auto",
    "default_transaction_isolation": "'read committed'",
    "lock_timeout": "0",
    "idle_session_timeout": "0",
}

# A request finds what it asks for by an index, and what has an order in that of one, whatever older statistics make the
# planner think of reading an account whole and sorting it.
INDEXES_ALONE = {f"enable_{way}": "off" for way in ("seqscan", "material", "sort")}

Kind = TypeVar("Kind", bound=PreparedConnection)

NOT_NOW = (
    Conflict,
    Overdue,
    Unreachable,
    psycopg.OperationalError,  # lost, stopping, out of space or of connections
    psycopg.InterfaceError,  # closed
    errors.ReadOnlySqlTransaction,  # a standby
    errors.FeatureNotSupported,  # a prepared statement whose table was changed by a newer server
)


def parameters(url: str, ours: dict[str, str] = PARAMETERS) -> dict[str, Any]:
    """What libpq is told: what the URL gives, and our own where it is silent."""
    return {**ours, **conninfo.conninfo_to_dict(url)}


def connect(url: str, deadline: int = DEADLINE) -> PreparedConnection:
    """A connection that commits each statement by itself; `deadline` 0 is none. Raises psycopg.Error."""
    return connect_as(PreparedConnection, url, deadline)


def connect_as(kind: type[Kind], url: str, deadline: int = DEADLINE) -> Kind:
    """As `connect`, of a class of its own. Raises what waiting for an answer on it raises, too."""
    patience = PARAMETERS if deadline else PARAMETERS | {"tcp_user_timeout": PATIENCE}
    connection = kind.connect(autocommit=True, **parameters(url, patience))
    try:
        configure(connection, deadline)
    except BaseException:
        connection.close()
        raise
    return connection


def session_settings(deadline: int = DEADLINE) -> dict[str, str]:
    """What a connection sets at its beginning; only one with a deadline is kept to the indexes."""
    return {"statement_timeout": str(deadline), **SESSION, **(INDEXES_ALONE if deadline else {})}


def configure(connection: PreparedConnection, deadline: int = DEADLINE) -> None:
    """Settings in one round trip. A pooler that has no connection lets it wait: with a deadline, not for ever."""
    if deadline:
        connection.silence = deadline + GRACE
    connection.pgconn.nonblocking = 0  # what is sent is sent when a call returns
    settings = "; ".join(f"SET {name} = {value}" for name, value in session_settings(deadline).items())
    connection.pgconn.send_query(settings.encode())
    PostgresUnit(connection, 0)._checked(connection.awaited())
    with contextlib.suppress(errors.InsufficientPrivilege, errors.FeatureNotSupported):
        connection.history = ":".join(PostgresUnit(connection, 0).script(_HISTORY)[0])


class Ticket(NamedTuple):
    """Which transaction it was, and on which history of the database: a transaction's number is only valid there."""

    number: str
    history: str


class Undecided(Exception):
    """COMMIT was sent, and nothing tells for certain that it was rolled back: it must not be done again."""

    def __init__(self, ticket: Ticket, reason: object) -> None:
        self.ticket = ticket
        super().__init__(str(reason))


# The history of a database ends with a failover; the names of log files begin with its number.
_HISTORY = """
SELECT system_identifier, substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) FROM pg_control_system()
"""


def lock_of(account_id: int | None) -> str:
    """The first statement of a transaction that writes an account's records: one does so after the other.

    Who has the lock sees all that was written before. Without an account it does nothing.
    """
    if account_id is None:
        return "SELECT 1"
    return f"SELECT 1 FROM tally WHERE account_id = {int(account_id)} ORDER BY resource FOR UPDATE"


def first_of_command(account_id: int | None) -> str:
    """As `lock_of`. Where a command writes to an account it is kept to the indexes, too: its plans may be older than what
    it has written."""
    if account_id is None:
        return lock_of(None)
    local = "; ".join(f"SET LOCAL {name} = {value}" for name, value in INDEXES_ALONE.items())
    return f"{local}; {lock_of(account_id)}"


@contextlib.contextmanager
def transaction(connection: PreparedConnection, now: int, first: str = "") -> Iterator[PostgresUnit]:
    """One writing transaction, which begins with the statement `first`; undone when the block raises.

    Raises Conflict where it was undone and may be run again, Undecided where nobody knows.
    """
    unit = PostgresUnit(connection, now)
    try:
        number = _begin(unit, first)
        yield unit
    except BaseException:
        undo(connection)
        raise
    try:
        unit.commit()
    except Exception as error:
        undo(connection)
        if isinstance(error, Conflict) and not isinstance(error, Disconnected):
            raise
        raise Undecided(Ticket(number, connection.history), error) from error


def _begin(unit: PostgresUnit, first: str) -> str:
    """Begin a transaction, and answer its number; the planner is told of tables that have grown."""
    growth = f", ({GROWTH})" if is_due(unit.connection) else ""
    number, *grown = unit.script(f"BEGIN; {first}; SELECT pg_current_xact_id(){growth}")[0]
    tell(unit, "".join(grown))
    return str(number)


@contextlib.contextmanager
def snapshot(connection: PreparedConnection, now: int) -> Iterator[PostgresUnit]:
    """Reads of one moment."""
    unit = PostgresUnit(connection, now)
    unit.script("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    try:
        yield unit
    finally:
        undo(connection)


def undo(connection: PreparedConnection) -> None:
    """Roll back; a connection on which that cannot be done is closed."""
    connection.ahead.clear()
    link = connection.pgconn
    if link.pipeline_status == pq.PipelineStatus.OFF:
        with contextlib.suppress(psycopg.Error):
            if link.transaction_status != pq.TransactionStatus.IDLE:
                link.exec_(b"ROLLBACK")
            if link.transaction_status == pq.TransactionStatus.IDLE:
                return
    connection.close()


def was_committed(connection: PreparedConnection, ticket: Ticket) -> bool | None:
    """Whether a transaction was committed; None while it goes on. Raises Unavailable where the database cannot tell."""
    if not ticket.history or connection.history != ticket.history:
        raise Unavailable
    status = PostgresUnit(connection, 0).script(f"SELECT pg_xact_status('{int(ticket.number)}'::xid8)")[0][0]
    if status is None:
        raise Unavailable
    return None if status == "in progress" else bool(status == "committed")


class Unreached(Unavailable):
    """A machine behind the database did not answer it."""


def unavailable(error: Exception) -> Unavailable | None:
    """The answer to a fault of the database; None for one that is our own."""
    if isinstance(error, Unreachable):
        return Unreached()
    if fault := fault_of(error):
        return Failing(fault, error)
    return Unavailable() if isinstance(error, NOT_NOW) else None


@contextlib.contextmanager
def refusing(name: str) -> Iterator[None]:
    """Errors of the database, as one line for a command."""
    try:
        yield
    except Undecided as undecided:
        raise Refusal(
            f"{name} did not confirm the end of the last step: check whether it was done ({undecided})"
        ) from None
    except Disconnected:
        raise Refusal(f"The connection to {name} was lost: nothing of the last step was stored") from None
    except Conflict as conflict:
        raise Refusal(f"Another program changed {name} at the same time: try again ({conflict})") from None
    except Unreachable as error:
        raise Refusal(
            f"{name} does not reach one of its machines: nothing of the last step was stored ({error})"
        ) from None
    except Overdue as error:
        raise Refusal(
            f"A statement on {name} was cancelled: nothing of the last step was stored ({error})"
        ) from None
    except errors.InsufficientPrivilege as error:
        raise Refusal(
            f"{name} may not be changed by its user: {error}; as another one make it the owner:"
            " ALTER DATABASE … OWNER TO …"
        ) from None
    except psycopg.Error as error:  # its detail and context may name a person
        raise Refusal(f"{name} cannot be used: {error.diag.message_primary or error}") from None
