"""People of a fresh account, and of another one, signed in to the pages of the shared server."""

from collections.abc import Iterator

import pytest

from tests.conftest import sign_up
from tests.support.client import Client
from tests.support.pages import Pages, pages_of
from tests.support.server import Server
from tests.support.visiting import Visitor


@pytest.fixture
def owner(server: Server, api: Client) -> Iterator[Visitor]:
    """An owner of the account of `api`."""
    with Visitor(server, api.email) as visitor:
        yield visitor


@pytest.fixture
def member(server: Server, api: Client) -> Iterator[Visitor]:
    """A member of the account of `api`."""
    with sign_up(server, api.account) as client, Visitor(server, client.email, "member") as visitor:
        yield visitor


@pytest.fixture
def reader(server: Server, api: Client) -> Iterator[Visitor]:
    """A reader of the account of `api`."""
    with sign_up(server, api.account) as client, Visitor(server, client.email, "reader") as visitor:
        yield visitor


@pytest.fixture
def stranger(server: Server, other_api: Client) -> Iterator[Visitor]:
    """An owner of another account."""
    with Visitor(server, other_api.email) as visitor:
        yield visitor


@pytest.fixture
def nobody(server: Server) -> Iterator[Client]:
    """Who is not signed in."""
    with Client(server.address, None) as client:
        yield client


@pytest.fixture
def pages(server: Server, api: Client) -> Iterator[Pages]:
    """The pages of the user of `api`."""
    with pages_of(server, api.email) as found:
        yield found


@pytest.fixture
def other_pages(server: Server, other_api: Client) -> Iterator[Pages]:
    """The pages of the user of `other_api`, of another account."""
    with pages_of(server, other_api.email) as found:
        yield found
