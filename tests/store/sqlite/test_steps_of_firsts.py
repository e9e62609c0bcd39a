"""What pages ask of operations costs no more steps of SQLite's machine than it has to, however much they have done."""

from functools import partial

import pytest

from closum.accounts import users
from closum.model.change import By
from closum.operations import remaining, taken, undo
from closum.resources.lead import LEAD
from closum.store.sqlite.session import SQLiteSession
from tests.store.sqlite.test_steps import Filled
from tests.support.killed import as_one, leads

MOST = 20
FEW, MANY = 15, 400  # leads, each with an address


@pytest.fixture
def account(session: SQLiteSession) -> int:
    with session.write() as unit:
        return users.add_account(unit, "Acme").id


def made(session: SQLiteSession, account: int, by: By, number: int) -> int:
    """The id of an operation that makes leads."""
    with session.write(account) as unit:
        return as_one(unit.of(account, by), LEAD, leads(number, f"{by.cause}-{by.cause_id}-{number}"))


def costs(session: SQLiteSession, account: int, ids: list[int]) -> list[int]:
    """Steps of each statement."""
    with session.read() as unit:
        read = partial(taken.read, unit.of(account), ids, MOST)
        return Filled(session, account, account).counted(read)


def test_no_more_than_is_asked_for_is_read_of_an_operation(session: SQLiteSession, account: int) -> None:
    page = By(None, "", "page")
    few, many = (made(session, account, page, number) for number in (FEW, MANY))
    assert costs(session, account, [few]) == costs(session, account, [many])


def test_no_more_than_is_asked_for_is_read_of_background_work(session: SQLiteSession, account: int) -> None:
    """Which is asked for where a step of it did little."""
    short, long = (By(None, "", "import", number) for number in (1, 2))
    first, other = (made(session, account, by, 1) for by in (short, long))
    for by, number in ((short, FEW), (long, MANY), (long, MANY + 1)):
        made(session, account, by, number)
    few, many = (costs(session, account, [one]) for one in (first, other))
    assert len(few) == len(many) == 2
    assert few[1] == many[1]
    with session.read() as unit:
        assert all(one.is_large for one in taken.read(unit.of(account), [first, other], MOST).values())


def test_operations_are_read_together(session: SQLiteSession, account: int) -> None:
    ids = [made(session, account, By(None, "", "import", number), 1) for number in range(1, 11)]
    assert len(costs(session, account, ids)) == len(costs(session, account, ids[:1])) == 2
    assert costs(session, account, []) == []


def test_what_undos_have_left_is_read_in_as_many_steps_as_an_operation_has_changes(
    session: SQLiteSession, account: int
) -> None:
    found = list[int]()
    for number in (MANY, 4 * MANY):
        one = made(session, account, By(None, "", "page", number), number)
        with session.write(account) as unit:
            undo.undo(unit.of(account), one)
        with session.read() as unit:
            read = partial(remaining.read, unit.of(account), {one: 2 * number})
            found.append(sum(Filled(session, account, account).counted(read)))
    assert found[1] < 5 * found[0]
