"""The history of each record knows what background work did to it is undone, whichever step that was, and by which one."""

import re

from closum.model import draft
from closum.model.change import By
from closum.operations import bulk, records, undoing, undone
from closum.operations.plan import Update
from closum.resources.lead import LEAD
from closum.store import operation as operations
from closum.store.unit import Unit
from tests.support import held
from tests.support.clerk import Clerk
from tests.support.server import Server
from tests.web.records.test_jobs import many
from tests.web.records.test_takes import buttons

NUMBER = held.STEP + 2
FIRST, LAST = "/leads/1", f"/leads/{NUMBER}"
"""Leads of the first and the last step of a change, which an undo has in its last and its first one."""
MANY, BACK, THIS = "Undo many changes…", "Bring back many changes…", "Undo this change"


def _bulk(server: Server, owner: Clerk) -> int:
    """A change of many leads in two steps; its first one."""
    many(server, owner, NUMBER)
    with server.session() as session, session.write(owner.account_id) as unit:
        held.begin_change(unit, NUMBER, {"source": "fair"}, owner.user_id)
        assert not held.turn(unit, bulk.kind(), 7)
        (first, _) = undone.of_work(unit, [undone.Work(bulk.NAME, 7, "")])[0].steps
    return first.id


def _undo(unit: Unit, owner: Clerk, operation: int, *, is_stopped: bool = False) -> None:
    """Undo an operation in two steps, or the first of these."""
    whole = undone.find(unit, operation)
    cause, number = whole.work or ("", 0)
    argument = {
        "operation": operation,
        "user_id": owner.user_id,
        "last": whole.steps[-1].last,
        "size": whole.size,
        "cause": cause,
        "cause_id": whole.first.by.cause_id or number,
        "request_id": whole.first.by.request_id if cause == operations.UNDO else "",
    }
    held.begin(unit, undoing.kind(), operation, argument)
    if not is_stopped:
        assert not held.turn(unit, undoing.kind(), operation)


def _undo_at_once(owner: Clerk, path: str) -> None:
    """Undo the last change of a lead, as the page that its button leads to does."""
    operation = re.findall(r'action="/undo/(\d+)"', owner.page(path))[0]
    owner.fill(f"/undo/{operation}", {"back": path})


def test_a_change_that_was_undone_in_steps_is_offered_where_it_stands(server: Server, owner: Clerk) -> None:
    operation = _bulk(server, owner)
    assert buttons(owner, LAST) == [MANY, MANY]
    owner.fill("/leads/5", {"source": "shop"})
    with server.session() as session, session.write(owner.account_id) as unit:
        _undo(unit, owner, operation)
    for path in (FIRST, "/leads/200", LAST):
        assert buttons(owner, path) == [BACK, MANY]
    assert buttons(owner, "/leads/5") == [THIS, MANY, MANY]


def test_an_undo_that_was_stopped_has_undone_what_it_came_to(server: Server, owner: Clerk) -> None:
    operation = _bulk(server, owner)
    with server.session() as session, session.write(owner.account_id) as unit:
        _undo(unit, owner, operation, is_stopped=True)
    assert buttons(owner, LAST) == [BACK, MANY]
    assert buttons(owner, FIRST) == [MANY, MANY]


def test_an_undo_in_steps_that_is_undone_is_not_offered_again(server: Server, owner: Clerk) -> None:
    operation = _bulk(server, owner)
    with server.session() as session, session.write(owner.account_id) as unit:
        _undo(unit, owner, operation)
        _undo(unit, owner, min(one.operation for one in operations.undos(unit, [operation])))
    for path in (FIRST, LAST):
        assert buttons(owner, path) == [MANY, MANY, MANY]


def test_steps_that_are_undone_at_once_are_offered_nowhere(server: Server, owner: Clerk) -> None:
    _bulk(server, owner)
    _undo_at_once(owner, LAST)
    for path in (FIRST, LAST):
        assert buttons(owner, path) == [BACK, MANY]
    _undo_at_once(owner, LAST)
    for path in (FIRST, LAST):
        assert buttons(owner, path) == [MANY, MANY, MANY]


def test_the_steps_of_an_import_are_undone_together(server: Server, owner: Clerk) -> None:
    many(server, owner, 2)
    by, given = By(owner.user_id, "", "import", 7), draft.parse(LEAD, {"source": "fair"})
    for lead in (1, 2):
        with server.session() as session, session.write(owner.account_id) as unit:
            records.write_together(unit, LEAD, [Update(by, given, lead)], by)
    assert buttons(owner, "/leads/2")[0] == "Undo the import"
    _undo_at_once(owner, "/leads/2")
    for path in ("/leads/1", "/leads/2"):
        assert "Undo the import" not in buttons(owner, path)
