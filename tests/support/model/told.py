"""What the bin and the list of operations tell, compared with the model."""

from collections import Counter
from typing import Any

import msgspec

from closum.model.draft import MAX_ID
from closum.operations import bin as bins
from closum.operations import performed
from closum.operations.bin import Wanted
from closum.store.session import Session
from tests.support.model.account import Account
from tests.support.model.past import Key, Past
from tests.support.model.same import key
from tests.support.model.undoing import deletions, entry, in_force, with_shown

DAYS = 30
MOST = 1_000


def entries(session: Session, account: Account) -> dict[Key, dict[str, Any]]:
    """The bin, by record."""
    with session.read() as unit:
        found = bins.read(unit.of(account.id), Wanted(), MOST, DAYS)
    assert found.next is None
    ids = [one["id"] for one in found.entries]
    assert ids == sorted(ids, reverse=True)
    shown = msgspec.to_builtins(found.entries)
    return {(one["resource"], one["record_id"]): one for one in shown}


def compare_bin(session: Session, account: Account, past: Past) -> None:
    found, gone = entries(session, account), deletions(past)
    assert found.keys() - past.unknown == gone.keys()
    for record, event in gone.items():
        one = found[record]
        assert one["operation"] == event.operation <= one["id"]
        assert one["deleted_date"] == event.at
        if with_shown(past, record) is not None:
            assert one["record"] == entry(past, account, record)


def names_person(record: Any, whose: str | None) -> bool:
    """Whether an entry shows an address or number with this key."""
    parts = [record, record.get("email"), record.get("phone")] if record else []
    shown = [one for one in parts if isinstance(one, dict) and ("email" in one or "number" in one)]
    return whose is not None and any(
        key(one) == whose for one in shown if isinstance(one.get("email", ""), str)
    )


def compare_operations(session: Session, account: Account, past: Past, most: int) -> None:
    """The newest ones, so many at a time; of those before an erasure nothing is compared."""
    expected = past.operations[::-1]
    found: list[dict[str, Any]] = []
    before: int | None = MAX_ID
    while before is not None and len(found) < len(expected):
        with session.read() as unit:
            page = performed.page(unit.of(account.id), most, DAYS, before)
        found += page.operations
        before = page.next
    found = found[: len(expected)]
    assert [one["id"] for one in found] == expected
    for one in found:
        compare_operation(one, past)


def compare_operation(one: dict[str, Any], past: Past) -> None:
    events = [event for event in past.events if event.operation == one["id"]]
    counts: dict[str, Counter[str]] = {}
    for event in events:
        counts.setdefault(event.key[0], Counter())[event.verb] += 1
    assert one["counts"] == counts
    assert (one["at"], one["changes"]) == (events[0].at, len(events))
    assert one["undoes"] == past.undoes.get(one["id"])
    assert one["undone_by"] == max(in_force(past, one["id"]), default=None)
