"""Which SQL reaches the database, on every connection opened meanwhile."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import apsw
import pytest

from closum.store.postgres.unit import PostgresUnit, PreparedConnection
from closum.store.unit import Values

Note = Callable[[str, Values], None]
BACKGROUND = ("closum-watch", "closum-worker", "closum-scheduler")
"""Threads of a server that no request waits for: the watch, and those that open connections for the pool."""


@contextlib.contextmanager
def traced() -> Iterator[list[str]]:
    """Every statement of the connections that are opened in the block, in the order of execution.

    On PostgreSQL of all connections, but not what a server reads in the background.
    """
    statements: list[str] = []
    with told_of(statements.append):
        yield statements


@contextlib.contextmanager
def told_of(note: Callable[[str], None]) -> Iterator[None]:
    """As `traced`; `note` is told in the thread that has the statement executed, before it is."""
    with _sqlite_traced(note), postgres_traced(lambda sql, values: note(sql)):
        yield


def begun(statements: list[str]) -> int:
    """How many transactions were begun."""
    return sum(sql.startswith("BEGIN") for sql in statements)


@contextlib.contextmanager
def _sqlite_traced(note: Callable[[str], None]) -> Iterator[None]:
    def hook(connection: apsw.Connection) -> None:
        connection.trace_v2(apsw.SQLITE_TRACE_STMT, lambda event: note(event["sql"]))

    apsw.connection_hooks.append(hook)
    try:
        yield
    finally:
        apsw.connection_hooks.remove(hook)


@contextlib.contextmanager
def postgres_traced(note: Note) -> Iterator[None]:
    """Tells of every statement and its values before it is sent."""

    def told(sql: str, values: Values = ()) -> None:
        if not threading.current_thread().name.startswith(BACKGROUND):
            note(sql, values)

    def one(unit: Any, sql: str, values: Values) -> Any:
        told(sql, values)
        return alone(unit, sql, values)

    def several(unit: Any, statements: Any, *options: Any) -> Any:
        for statement in statements:
            told(*statement)
        return sent_together(unit, statements, *options)

    def scripted(unit: Any, sql: str) -> Any:
        for part in filter(None, map(str.strip, sql.split(";"))):
            told(part)
        return script(unit, sql)

    def directly(connection: Any, sql: Any, *arguments: Any, **options: Any) -> Any:
        told(str(sql))
        return straight(connection, sql, *arguments, **options)

    alone, sent_together = PostgresUnit._alone, PostgresUnit._sent_together
    script, straight = PostgresUnit._script, PreparedConnection.execute
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PostgresUnit, "_alone", one)
        patch.setattr(PostgresUnit, "_sent_together", several)
        patch.setattr(PostgresUnit, "_script", scripted)
        patch.setattr(PreparedConnection, "execute", directly)
        yield
