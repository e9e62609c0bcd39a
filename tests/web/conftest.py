"""Fixtures of the tests of pages."""

from collections.abc import Iterator

import pytest

from tests.support.client import Client
from tests.support.pages import Pages, pages_of
from tests.support.server import Server


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
