"""Many rows in one COPY."""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg import pq

from closum.store.postgres.states import CANCELED, CONFLICTS, LOST
from closum.store.unit import Conflict, Disconnected, Overdue, Unreachable, Values


def copied(
    connection: psycopg.Connection[Any], table: str, columns: Sequence[str], rows: Iterable[Values]
) -> None:
    """Insert rows. Raises Conflict, Disconnected, Overdue, Unreachable, psycopg.Error."""
    try:
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        raise _meant(error, connection) from error


def _meant(error: psycopg.Error, connection: psycopg.Connection[Any]) -> Exception:
    """What an error means; without its detail, which may name an address or a number."""
    state = (error.sqlstate or "").encode()
    if not state or connection.pgconn.status != pq.ConnStatus.OK:
        connection.close()
        return Disconnected(str(error))
    message = error.diag.message_primary or ""
    if state in CONFLICTS:
        return Conflict(message)
    if state.startswith(LOST):
        return Unreachable(message)
    return Overdue(message) if state == CANCELED else type(error)(message)
