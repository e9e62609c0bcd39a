"""What an operator does to the account of a client."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from closum.accounts import users
from closum.operations import check
from closum.store import background
from closum.store.unit import Unit
from tests.support.client import Client
from tests.support.server import Server

LATER = 3_000
"""Seconds in which no server takes up what waits."""


@contextmanager
def command(server: Server, api: Client) -> Iterator[Unit]:
    with server.session() as session:
        with session.read() as unit:
            own = users.account_named(unit, api.account)
        with session.write(own.id) as unit:
            yield unit


def faults_of(server: Server, api: Client) -> list[str]:
    """What a check of the database finds in the account of a client: other tests damage theirs."""
    with server.session() as session, session.read() as unit:
        own = re.compile(rf"account {users.account_named(unit, api.account).id}\b")
        return [one for one in check.faults(unit, lambda done, total: None) if own.search(one)]


def waiting_undo(server: Server, api: Client, number: int) -> str:
    """The id of work that stays pending."""
    with command(server, api) as unit:
        unit.now += LATER
        background.add(unit, "undo", number, {"operation": 1, "user_id": None, "last": 1, "size": 60_000})
    return f"undo-{number}"
