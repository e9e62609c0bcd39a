"""How many steps of SQLite's machine the work on a lead costs: as many however many others there are."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from closum.accounts import users
from closum.errors import Error
from closum.model import draft, query
from closum.model.draft import Draft
from closum.model.resource import Resource
from closum.operations import bin as bins
from closum.operations import bulk, merging, records, runner, undo, undoing
from closum.operations.merging import IDS, PROPERTIES
from closum.operations.plan import Create
from closum.operations.runner import Kind
from closum.resources.audience_list import AUDIENCE_LIST
from closum.resources.consent import CONSENT
from closum.resources.lead import LEAD
from closum.resources.lead_audience_list import LEAD_AUDIENCE_LIST
from closum.resources.note import NOTE
from closum.resources.task import TASK
from closum.resources.unqualified_lead import UNQUALIFIED_LEAD
from closum.store import background, filtered
from closum.store.background import Job, Key
from closum.store.operation import UNDO
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import Unit
from tests.support.client import JSON

FEW, MANY = 100, 400
SIZE = 100
"""Changes, or leads, of a step of background work."""
PER_TURN = 20
"""Steps of the machine between two looks at them."""
EVERY = [("filter", "id>0")]
BELONGING = (
    (CONSENT, {"channel": "email", "state": "given"}),
    (NOTE, {"text": "Called"}),
    (TASK, {"text": "Call", "due": "2026-01-31"}),
    (LEAD_AUDIENCE_LIST, {"audience_list_id": 1}),
)


class Filled(NamedTuple):
    """An account with so many leads, which one operation made with an address each and with one of all that belongs to leads."""

    session: SQLiteSession
    id: int
    leads: int
    operation: int

    def work(self, kind: Kind, number: int, size: int = SIZE) -> None:
        """In the background, until it has ended."""
        taken, key = None, Key(self.id, kind.name, number)
        while taken is None or taken.left:
            with self.session.write(self.id) as unit:
                taken = runner.turn(unit, kind, key, "test", size)
            assert taken


def filled(session: SQLiteSession, leads: int) -> Filled:
    with session.write() as unit:
        account = users.add_account(unit, f"With {leads}").id
    with session.write(account) as unit:
        add(unit, AUDIENCE_LIST, [{"name": "All"}])
        add(unit, UNQUALIFIED_LEAD, [{"email": {"email": f"{one}@example.org"}} for one in range(leads)])
        people = [{"name": "Ana", "email": {"email": f"{one}@example.com"}} for one in range(leads)]
        operation = add(unit, LEAD, people)
        for resource, body in BELONGING:
            add(unit, resource, [{"lead_id": one, **body} for one in range(1, leads + 1)], operation)
    return Filled(session, account, leads, operation)


def add(unit: Unit, resource: Resource, bodies: list[JSON], begun: int | None = None) -> int:
    """The operation, which may have begun with other records."""
    asks = [Create(unit.by, draft.parse(resource, body)) for body in bodies]
    outcomes, operation = records.write_together(unit, resource, asks, unit.by, begun)
    assert not [one for one in outcomes if isinstance(one, Error)]
    assert operation
    return operation


def undo_all(filled: Filled) -> None:
    with filled.session.write(filled.id) as unit:
        assert undo.undo(unit, filled.operation).left == []


def undo_and_do_again(filled: Filled) -> None:
    """In steps."""
    operation = filled.operation
    for _ in range(2):
        with filled.session.write(filled.id) as unit:
            job = undoing.begin(unit, operation, 30, {})
        assert isinstance(job, Job)
        filled.work(undoing.kind(), job.number)
        with filled.session.read() as unit:
            done = background.job(unit.of(filled.id), UNDO, job.number)
        assert done
        assert done.place["left_count"] == 0
        operation = done.place["operation"]


def many(filled: Filled, body: JSON | None) -> None:
    """What a filter finds."""
    asked = bulk.Asked(LEAD, query.parse(LEAD, EVERY), EVERY, body)
    with filled.session.write(filled.id) as unit:
        job = bulk.write(unit, asked, filled.leads)
    assert isinstance(job, Job)
    filled.work(bulk.kind(), job.number)


def edit(filled: Filled) -> None:
    many(filled, {"name": "Eva"})


def delete(filled: Filled) -> None:
    many(filled, None)


def empty_the_bin(filled: Filled) -> None:
    """In one step, of what one operation deleted."""
    undo_all(filled)
    with filled.session.write(filled.id) as unit:
        bins.empty(unit, bins.extent(unit))
    filled.work(bins.emptying(), 1, 10 * filled.leads)


def merge(filled: Filled) -> None:
    for one in range(1, filled.leads, 2):
        with filled.session.write(filled.id) as unit:
            merging.write(unit, LEAD, one, Draft({IDS: [one + 1], PROPERTIES: {}}, {}, {}))


@pytest.mark.slow
@pytest.mark.parametrize("work", [undo_all, undo_and_do_again, edit, delete, empty_the_bin, merge])
def test_a_lead_costs_as_much_among_many(
    session: SQLiteSession, monkeypatch: pytest.MonkeyPatch, work: Callable[[Filled], None]
) -> None:
    monkeypatch.setattr(undoing, "AT_ONCE", 0)
    monkeypatch.setattr(bulk, "MOST", SIZE - 1)
    monkeypatch.setattr(filtered, "FEW", SIZE // 2)  # so many hits are sorted, and never more
    turns: list[None] = []
    costs = list[float]()
    for leads in (FEW, MANY):
        account = filled(session, leads)
        turns.clear()
        session.connection.set_progress_handler(lambda: bool(turns.append(None)), PER_TURN)  # type: ignore[func-returns-value]
        work(account)
        session.connection.set_progress_handler(None)
        costs.append(len(turns) * PER_TURN / leads)
    few, each = costs
    assert 0 < each <= few * 1.1
