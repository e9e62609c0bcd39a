"""People at the pages of records, on both engines."""

from collections.abc import Iterator

import pytest

from closum.accounts import roles, users
from closum.store.identity import Account
from tests.support.server import Server
from tests.support.visitor import Visitor, visitor


@pytest.fixture
def company(server: Server, request: pytest.FixtureRequest) -> Account:
    """An account of its own."""
    with server.session() as session, session.write() as unit:
        return users.add_account(unit, f"Pages of {request.node.name}")


@pytest.fixture
def owner(server: Server, company: Account) -> Iterator[Visitor]:
    with visitor(server, roles.OWNER, company) as found:
        yield found


@pytest.fixture
def reader(server: Server, company: Account) -> Iterator[Visitor]:
    with visitor(server, roles.READER, company) as found:
        yield found


@pytest.fixture
def stranger(server: Server, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """An owner of another account."""
    with server.session() as session, session.write() as unit:
        other = users.add_account(unit, f"Others of {request.node.name}")
    with visitor(server, roles.OWNER, other) as found:
        yield found
