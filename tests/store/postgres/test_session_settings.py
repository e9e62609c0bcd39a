"""What every connection sets for itself, whatever the database and the role have."""

import contextlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from closum.store.opening import open_session
from closum.store.postgres.connection import DEADLINE, INDEXES_ALONE, SESSION, connect, connect_as
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


@pytest.fixture
def url() -> Iterator[str]:
    """A database with settings of its own."""
    url = postgres.filled_database()
    with psycopg.connect(url, autocommit=True) as operator:
        for name, value in OTHERS.items():
            operator.execute(f"ALTER DATABASE {urlsplit(url).path[1:]} SET {name} = '{value}'".encode())
    yield url
    postgres.drop_database(url)


def holds(connection: PreparedConnection, deadline: int) -> None:
    unit = PostgresUnit(connection, 0)
    expected = SESSION | {"statement_timeout": f"{deadline // 1_000}s" if deadline else "0"}
    for name, value in (expected | (INDEXES_ALONE if deadline else {})).items():
        assert unit.script(f"SHOW {name}") == [(value.strip("'"),)], name


def test_of_a_server(url: str) -> None:
    with contextlib.closing(connect(url)) as connection:
        holds(connection, DEADLINE)
    with contextlib.closing(connect_as(ListeningConnection, url)) as connection:
        holds(connection, DEADLINE)
    pool = opened(url, 3, Shortage(url, 3, lambda: False))
    with contextlib.closing(pool), borrowed(pool, 30) as connection:
        holds(connection, DEADLINE)


def test_of_a_command(url: str) -> None:
    with open_session(url) as session:
        assert isinstance(session, PostgresSession)
        holds(session.connection, 0)


def test_in_one_round_trip(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[None] = []
    arrival = PreparedConnection.arrival

    def counted(connection: PreparedConnection) -> None:
        waits.append(None)
        arrival(connection)

    monkeypatch.setattr(PreparedConnection, "arrival", counted)
    connect(url).close()
    assert len(waits) == 1
