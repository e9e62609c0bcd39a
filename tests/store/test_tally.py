"""Dates of new records, when the clock goes back."""

from typing import Any

import pytest

from closum.accounts import users
from closum.model import draft
from closum.model.resource import Resource
from closum.operations import records
from closum.resources import RESOURCES
from closum.store.identity import Account
from closum.store.opening import open_session
from closum.store.session import Session
from closum.store.unit import timestamp
from tests.support.inprocess import Clock
from tests.support.resources import several
from tests.support.stored import ids, prepare

OWNED = [resource for resource in RESOURCES if not resource.shared]
SEVERAL = [one for one in OWNED if one.timestamps and not (one.unique and one.unique.repeated)]
"""Those of which the same body makes a new record each time, which has a date."""


@pytest.mark.parametrize("resource", SEVERAL, ids=lambda resource: resource.name)
def test_dates_never_go_back_in_an_account(
    session: Session, account: Account, url: str, resource: Resource
) -> None:
    (date,) = set(resource.timestamps) & set(resource.listing.retrieved)
    clock, found = Clock(), list[Any]()
    bodies = several(resource, 4)
    with session.write() as unit:
        other = users.add_account(unit, "Other")
    for owner in (account, other):
        with session.write(owner.id) as unit:
            prepare(unit, resource)
    with open_session(url, clock=clock) as served:
        for clock.now in (2_000_000_000, 1_999_996_400, 1, 2_000_000_001):
            new = [draft.parse(resource, next(bodies))]
            with served.write(account.id) as unit:
                (number,) = ids(records.create_many(unit, resource, new))
                found.append(records.retrieve(unit.of(account.id), resource, number)[date])
        clock.now = 1_000_000_000  # what another account has is no business of this one
        with served.write(other.id) as unit:
            assert ids(records.create_many(unit, resource, new)) == [1]
            assert records.retrieve(unit, resource, 1)[date] == timestamp(1_000_000_000)
    assert found == [timestamp(2_000_000_000)] * 3 + [timestamp(2_000_000_001)]
