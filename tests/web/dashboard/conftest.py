"""An owner of a fresh account, before its dashboard."""

from collections.abc import Iterator

import pytest

from tests.support.client import Client
from tests.support.server import Server
from tests.support.visiting import Visitor


@pytest.fixture
def visitor(server: Server, api: Client) -> Iterator[Visitor]:
    """An owner of the account of `api`."""
    with Visitor(server, api.email) as visitor:
        yield visitor
