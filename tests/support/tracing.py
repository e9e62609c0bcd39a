"""Which SQL reaches the database, on every connection opened meanwhile."""

import contextlib
from collections.abc import Iterator
from typing import Any

import apsw


@contextlib.contextmanager
def traced() -> Iterator[list[str]]:
    """Every statement of the connections that are opened in the block, in the order of execution."""
    statements: list[str] = []

    def note(event: dict[str, Any]) -> None:
        statements.append(event["sql"])

    def hook(connection: apsw.Connection) -> None:
        connection.trace_v2(apsw.SQLITE_TRACE_STMT, note)

    apsw.connection_hooks.append(hook)
    try:
        yield statements
    finally:
        apsw.connection_hooks.remove(hook)
