"""How many connections a server has: at its start, and when they become fewer later."""

import asyncio
import logging
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import psycopg
import pytest

from closum.errors import Refusal, Unavailable
from closum.store import identity
from closum.store.opening import open_database, open_session
from closum.store.postgres import database as postgres_database
from closum.store.postgres import pool as pools
from closum.store.postgres.database import PostgresDatabase
from closum.store.postgres.faults import CONNECTIONS
from closum.store.postgres.supply import LEAST, Supply
from tests.store.postgres.conftest import signed_in
from tests.support import postgres
from tests.support.patience import PATIENCE
from tests.support.server import Server

SHARED_OUT = [
    (44, (4, 10)),  # as wanted
    (60, (4, 10)),
    (43, (4, 9)),
    (21, (4, 4)),
    (20, (4, 3)),
    (16, (3, 4)),
    (9, (2, 3)),
    (8, (1, 6)),
    (5, (1, 3)),
    (4, (1, 3)),
]


@pytest.mark.parametrize(("found", "expected"), SHARED_OUT)
def test_what_there_is_is_shared_out(found: int, expected: tuple[int, int]) -> None:
    assert Supply(found, "").shared_out(4, 10, "it") == expected


@pytest.mark.parametrize("found", range(LEAST))
def test_too_few(found: int) -> None:
    with pytest.raises(Refusal, match=f"^it has {found} of the 4 connections that a server needs at least"):
        Supply(found, "too many clients").shared_out(1, 10, "it")


@pytest.mark.parametrize("size", range(3, 40))
def test_each_thread_of_a_process_has_a_connection(size: int) -> None:
    share = pools.shares(size)
    assert sum(share) == size
    assert min(share) >= 1


@pytest.fixture
def few() -> Iterator[str]:
    """The URL of a database for a role that has 8 connections at most."""
    url = postgres.new_database()
    name = f"few_{urlsplit(url).path[1:]}"
    execute(
        url,
        f"CREATE ROLE {name} LOGIN CONNECTION LIMIT 8",
        f"ALTER DATABASE {urlsplit(url).path[1:]} OWNER TO {name}",
    )
    yield str(urlsplit(url)._replace(netloc=f"{name}@{urlsplit(url).netloc.rpartition('@')[2]}").geturl())
    postgres.drop_database(url)
    execute(postgres.maintenance(), f"DROP ROLE {name}")


def execute(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_a_role_with_a_limit(few: str, tmp_path: Path) -> None:
    with Server(tmp_path, CLOSUM_DATABASE=few) as server:
        said = server.log.read_text()
        assert "wants 11 connections to the database and gets fewer" in said
        assert "too many connections for role" in said
        assert "It serves with 7: --workers 1 --pool-size 6." in said
        assert said.count("\n") == 1
        with signed_in(server, few) as api:
            assert api.post("/api/lead", json={"name": "one"}).status_code == 201


async def until_logged(log: pytest.LogCaptureFixture, text: str, db: PostgresDatabase) -> None:
    """Reads go on meanwhile."""
    end = time.monotonic() + PATIENCE
    while text not in log.text:
        assert time.monotonic() < end, log.text
        await asyncio.gather(*[db.read(identity.users) for _ in range(20)])
        await asyncio.sleep(0.02)


def test_fewer_while_it_serves_is_told_once(
    few: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pools, "SETTLED_SECONDS", 0.2)
    caplog.set_level(logging.WARNING, "closum.store")
    with open_session(few, create=True) as session, session.write() as unit:
        identity.add_account(unit, "Acme", "acme")
    role = urlsplit(few).username
    operator = urlsplit(few)._replace(netloc=f"postgres@{urlsplit(few).netloc.rpartition('@')[2]}").geturl()
    ended = (
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'"
        " AND query NOT LIKE '%token_revocation%'"
    )

    async def scenario() -> None:
        db = await open_database(few, time.time, 6)
        assert isinstance(db, PostgresDatabase)
        execute(operator, f"ALTER ROLE {role} CONNECTION LIMIT 4", ended)
        await until_logged(
            caplog, "this process keeps 6 connections to the database, and there are fewer: ", db
        )
        assert "too many connections for role" in caplog.text
        for _ in range(20):
            await db.read(identity.users)
        execute(operator, f"ALTER ROLE {role} CONNECTION LIMIT 1", ended)
        with monkeypatch.context() as patched:
            patched.setattr(postgres_database, "PATIENCE", 1.0)
            with pytest.raises(Unavailable, match=f"^{CONNECTIONS}$"):  # what is left is the one that watches
                await db.ready(identity.users)
        execute(operator, f"ALTER ROLE {role} CONNECTION LIMIT 20")
        await until_logged(caplog, "all 6 connections to the database are there again", db)
        await db.close()

    asyncio.run(scenario())
    assert caplog.text.count("and there are fewer") == 1
    assert "does not answer" not in caplog.text


def test_connections_given_up_at_once_are_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Threads of the pool give them up beside each other."""
    caplog.set_level(logging.WARNING, "closum.store")
    shortage = pools.Shortage("", 3, lambda: False)
    give_up = partial(shortage.failed, cast(pools.Pool, None))
    beside = threading.Thread(target=give_up)

    def refusal(url: str) -> str:
        if beside.ident is None:
            beside.start()
            beside.join(0.1)
        return "too many"

    monkeypatch.setattr(pools, "_refusal", refusal)
    give_up()
    beside.join()
    assert caplog.text.count("and there are fewer: too many") == 1
