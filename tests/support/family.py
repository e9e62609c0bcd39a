"""Leads with memos and comments, written and read as operations do it."""

from typing import Any

from closum.model import draft
from closum.model.resource import Resource
from closum.operations import check, records, undo
from closum.operations.undo import Undone
from closum.resources.lead import LEAD
from closum.store import integrity, tally
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.memos import COMMENT, MEMO, WITH_MEMOS
from tests.support.stored import written

ANA = {"name": "Ana", "email": {"email": "ana@example.com"}}
RUI = {"name": "Rui"}
FAMILY: tuple[tuple[Resource, dict[str, Any]], ...] = (
    (LEAD, ANA),
    (LEAD, RUI),
    (MEMO, {"lead_id": 1, "text": "A"}),
    (MEMO, {"lead_id": 1, "text": "B"}),
    (MEMO, {"lead_id": 2, "text": "C"}),
    (COMMENT, {"memo_id": 1, "text": "D"}),
)
"""Two leads, two memos of the first and one of the second, a comment on the first memo."""


def family(session: Session, account: Account) -> list[int | None]:
    """The operations that create it."""
    with session.write(account.id) as unit:
        return [
            written(records.create_many(unit, one, [draft.parse(one, body)])[0]).operation
            for one, body in FAMILY
        ]


def change(session: Session, account: Account, memo: int, body: dict[str, Any]) -> int | None:
    with session.write(account.id) as unit:
        return records.update(unit, MEMO, memo, draft.parse(MEMO, body)).operation


def undone(session: Session, account: Account, operation: int | None) -> Undone:
    assert operation is not None
    with session.write(account.id) as unit:
        return undo.undo(unit, operation)


def state(session: Session, account: Account) -> dict[str, tuple[int, list[dict[str, Any]]]]:
    """How many records are counted, and all of them, but for how often they were changed."""
    with session.read() as reading:
        unit, found = reading.of(account.id), {}
        counts = tally.counters(unit)
        for resource in [one for one in WITH_MEMOS if not (one.shared or one.fixed)]:
            rows = [row for batch in integrity.walk(unit, resource, 100) for row in batch.rows]
            left_out = dict.fromkeys(("version", "modified"))
            number = counts[resource.name].records if resource.name in counts else 0
            found[resource.name] = number, [row | left_out for row in rows]
        return found


def ids(session: Session, account: Account) -> list[list[int]]:
    """Of leads, memos and comments."""
    found = state(session, account)
    return [[row["id"] for row in found[one.name][1]] for one in (LEAD, MEMO, COMMENT)]


def faults(session: Session) -> list[str]:
    """What `closum check` finds."""
    with session.read() as unit:
        return list(check.faults(unit, lambda done, total: None))
