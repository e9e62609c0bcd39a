"""What every connection sets for itself, whatever the database and the role have."""

import contextlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.pq.abc import PGresult

from closum.store.opening import open_session
from closum.store.postgres.connection import connect, connect_as
from closum.store.postgres.pool import Shortage, borrowed, opened
from closum.store.postgres.session import PostgresSession
from closum.store.postgres.unit import PostgresUnit, PreparedConnection
from closum.store.postgres.watch import ListeningConnection
from tests.support import postgres

OTHERS = {
    "jit": "on",
    "plan_cache_mode": "force_custom_plan",
    "default_transaction_isolation": "serializable",
    "lock_timeout": "100",
    "idle_session_timeout": "100",
    "statement_timeout": "100",
    "enable_seqscan": "on",
    "enable_sort": "on",
}
"""What a database may have."""

EVERYWHERE = {
    "jit": "off",
    "plan_cache_mode": "auto",
    "default_transaction_isolation": "read committed",
    "lock_timeout": "0",
    "idle_session_timeout": "0",
}
IN_A_SERVER = {
    "statement_timeout": "5s",
    "enable_seqscan": "off",
    "enable_material": "off",
    "enable_sort": "off",
}
IN_A_COMMAND = {"statement_timeout": "0", "enable_seqscan": "on", "enable_sort": "on"}


@pytest.fixture
def url() -> Iterator[str]:
    """A database with settings of its own."""
    url = postgres.filled_database()
    with psycopg.connect(url, autocommit=True) as operator:
        for name, value in OTHERS.items():
            operator.execute(f"ALTER DATABASE {urlsplit(url).path[1:]} SET {name} = '{value}'".encode())
    yield url
    postgres.drop_database(url)


def holds(connection: PreparedConnection, expected: dict[str, str]) -> None:
    unit = PostgresUnit(connection, 0)
    for name, value in (EVERYWHERE | expected).items():
        assert unit.script(f"SHOW {name}") == [(value,)], name


def test_of_a_server(url: str) -> None:
    with contextlib.closing(connect(url)) as connection:
        holds(connection, IN_A_SERVER)
    with contextlib.closing(connect_as(ListeningConnection, url)) as connection:
        holds(connection, IN_A_SERVER)
    pool = opened(url, 3, Shortage(url, 3, lambda: False))
    with contextlib.closing(pool), borrowed(pool, 30) as connection:
        holds(connection, IN_A_SERVER)


def test_of_a_command(url: str) -> None:
    with open_session(url) as session:
        assert isinstance(session, PostgresSession)
        holds(session.connection, IN_A_COMMAND)


def test_of_a_command_that_writes_to_an_account(url: str) -> None:
    """Until the end of its transaction."""
    with open_session(url) as session:
        assert isinstance(session, PostgresSession)
        with session.write(1):
            holds(session.connection, IN_A_SERVER | {"statement_timeout": "0"})
        holds(session.connection, IN_A_COMMAND)
        with session.write():
            holds(session.connection, IN_A_COMMAND)


def test_in_one_round_trip(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[None] = []
    awaited = PreparedConnection.awaited

    def counted(connection: PreparedConnection) -> PGresult:
        waits.append(None)
        return awaited(connection)

    monkeypatch.setattr(PreparedConnection, "awaited", counted)
    connect(url).close()
    assert len(waits) == 2  # the settings, and which history of the database it is
