"""Servers on databases of PostgreSQL."""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import psycopg
import pytest

from closum.accounts.keys import signing_key
from closum.accounts.tokens import Tokens
from closum.operations import check
from closum.store.opening import open_session
from tests.support import postgres
from tests.support.client import Client
from tests.support.patience import PATIENCE
from tests.support.server import Server, admin


def signed_in(server: Server, url: str) -> Client:
    """A client of admin@example.com."""
    with open_session(url) as session, session.write() as unit:
        user, now = admin(unit), unit.now
    token = Tokens(signing_key(None, url)).issue(user.id, user.token_number, now)
    return Client(server.address, token)


def sound(url: str) -> None:
    """`closum check` finds nothing."""
    with open_session(url) as session, session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []


def workers(server: Server) -> list[int]:
    """The processes that a server has started to serve; not the one that watches over its resources."""
    listed = subprocess.run(
        ["pgrep", "-P", str(server.process.pid), "-f", "spawn_main"],
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(one) for one in listed.stdout.split()]


async def until_found(url: str, sql: str) -> None:
    """Until a statement finds something."""
    end = time.monotonic() + PATIENCE
    with psycopg.connect(url, autocommit=True) as connection:
        while not connection.execute(sql).fetchone():
            assert time.monotonic() < end
            await asyncio.sleep(0.01)


class Servers:
    """Servers on one database, each in a process and a folder of its own."""

    def __init__(self, folder: Path, url: str, stack: ExitStack) -> None:
        self._folder, self.url, self._stack = folder, url, stack
        self._numbers = count(1)

    def start(self, *options: str) -> Server:
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        return self._stack.enter_context(Server(folder, *options, CLOSUM_DATABASE=self.url))

    def client(self, server: Server) -> Client:
        return self._stack.enter_context(signed_in(server, self.url))


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    url = postgres.new_database()
    with ExitStack() as stack:
        yield Servers(tmp_path, url, stack)
    postgres.drop_database(url)
