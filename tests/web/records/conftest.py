"""People who fill in the forms of records, on both engines."""

from collections.abc import Iterator

import pytest

from tests.conftest import sign_up
from tests.support.clerk import Clerk
from tests.support.client import Client
from tests.support.server import Server


@pytest.fixture
def owner(server: Server, api: Client) -> Iterator[Clerk]:
    """An owner of the account of `api`."""
    with Clerk(server, api.email, "owner") as found:
        yield found


@pytest.fixture
def reader(server: Server, api: Client) -> Iterator[Clerk]:
    """A reader of the account of `api`."""
    with sign_up(server, api.account) as client, Clerk(server, client.email, "reader") as found:
        yield found


@pytest.fixture
def member(server: Server, api: Client) -> Iterator[Clerk]:
    """A member of the account of `api`."""
    with sign_up(server, api.account) as client, Clerk(server, client.email, "member") as found:
        yield found


@pytest.fixture
def stranger(server: Server, other_api: Client) -> Iterator[Clerk]:
    """An owner of another account."""
    with Clerk(server, other_api.email, "owner") as found:
        yield found
