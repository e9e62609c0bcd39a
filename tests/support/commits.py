"""COMMIT, held or refused by the database itself, on either engine."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

import apsw
import psycopg

from closum.errors import Unavailable
from closum.store.place import is_postgres
from tests.support.patience import PATIENCE, wait_until

LOCK = 1_001
TRIGGER = f"""
CREATE TABLE commit_refused (state TEXT);
CREATE SEQUENCE commit_tries;
CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE refusal TEXT; BEGIN
    PERFORM pg_advisory_xact_lock_shared({LOCK});
    SELECT state INTO refusal FROM commit_refused;
    IF FOUND THEN
        PERFORM nextval('commit_tries');
        RAISE EXCEPTION 'refused' USING ERRCODE = refusal;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON lead DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION at_commit()
"""


class Commits(Protocol):
    """Of the connections that are opened after it was made, where they add leads."""

    error: type[Exception]
    """What COMMIT raises where it is refused."""

    def close(self) -> None: ...

    def held(self) -> AbstractContextManager[None]:
        """No COMMIT comes back within the block."""

    async def reached(self) -> None:
        """Until a COMMIT is held."""

    def refused(self) -> AbstractContextManager[None]:
        """Within the block every COMMIT fails."""


class SQLiteCommits:
    error: type[Exception] = apsw.ConstraintError

    def __init__(self) -> None:
        self._open, self._reached, self._refusing = threading.Event(), threading.Event(), False
        self._open.set()
        apsw.connection_hooks.append(self._hook)

    def close(self) -> None:
        apsw.connection_hooks.remove(self._hook)

    def _hook(self, connection: apsw.Connection) -> None:
        connection.set_commit_hook(self._commit)

    def _commit(self) -> bool:
        self._reached.set()
        assert self._open.wait(PATIENCE)
        return self._refusing

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        self._reached.clear()
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    async def reached(self) -> None:
        assert await asyncio.to_thread(self._reached.wait, PATIENCE)

    @contextlib.contextmanager
    def refused(self) -> Iterator[None]:
        self._refusing = True
        yield
        self._refusing = False


class PostgresCommits:
    error: type[Exception] = Unavailable

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute(TRIGGER)

    def close(self) -> None:
        self._connection.close()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        self._connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        try:
            yield
        finally:
            self._connection.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))

    async def reached(self) -> None:
        await asyncio.to_thread(wait_until, self._is_reached)

    def _is_reached(self) -> bool:
        sql = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
        return self._connection.execute(sql, (LOCK,)).fetchone() is not None

    @contextlib.contextmanager
    def refused(self, state: str = "P0001") -> Iterator[None]:
        """Within the block every COMMIT fails with this SQLSTATE."""
        self._connection.execute("INSERT INTO commit_refused VALUES (%s)", (state,))
        yield
        self._connection.execute("DELETE FROM commit_refused")

    @property
    def tries(self) -> int:
        """How many COMMITs were refused."""
        row = self._connection.execute(
            "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM commit_tries"
        ).fetchone()
        assert row
        return int(row[0])


def commits_of(url: str) -> Commits:
    return PostgresCommits(url) if is_postgres(url) else SQLiteCommits()
