"""The history of a record: what each property was before and after, also of what it shows."""

import pytest

from closum.errors import NotFound
from closum.model import draft
from closum.operations import past, records, undo
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import history
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.stored import create, erase

ANA = {"name": "Ana", "email": {"email": "ana@example.com"}}


def test_before_and_after_of_each_property(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA])
        create(unit, EMAIL, [{"email": "rui@example.com"}])
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"name": "Eva", "city_id": 1}))
        records.update(unit, EMAIL, 1, draft.parse(EMAIL, {"email": "eva@example.com"}))
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"email": {"id": 2}}))
        found = past.read(unit, LEAD, 1, 10).changes
    assert [(one["verb"], one["properties"]) for one in found[:3]] == [
        (
            "update",
            {
                "email.id": {"before": 1, "after": 2},
                "email.email": {"before": "eva@example.com", "after": "rui@example.com"},
            },
        ),
        ("update", {"email.email": {"before": "ana@example.com", "after": "eva@example.com"}}),
        ("update", {"name": {"before": "Ana", "after": "Eva"}, "city_id": {"before": None, "after": 1}}),
    ]
    assert found[3]["verb"] == "create"
    assert found[3]["properties"]["email.email"] == {"after": "ana@example.com"}
    assert found[3]["properties"]["name"] == {"after": "Ana"}


def test_pages_of_any_size_have_the_same_changes(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA])
        for number in range(6):
            body = {"name": f"Ana {number}", "email": {"email": f"ana{number % 2}@example.com"}}
            records.update(unit, LEAD, 1, draft.parse(LEAD, body))
        whole = past.read(unit, LEAD, 1, 100).changes
        for most in range(1, 9):
            found, before = [], None
            while before is None or before:
                some, before = past.read(unit, LEAD, 1, most, before)
                assert 0 < len(some) <= most
                found += some
                before = before or 0
            assert found == whole


def test_a_deleted_record_has_a_history(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA])
        undo.undo(unit, 1)
        gone, made = past.read(unit, LEAD, 1, 10).changes
        assert (gone["verb"], gone["properties"]["name"]) == ("delete", {"before": "Ana"})
        assert gone["properties"]["email.email"] == {"before": "ana@example.com"}
        assert made["properties"]["email.email"] == {"after": "ana@example.com"}
        undo.undo(unit, gone["operation"])
        assert [one["verb"] for one in past.read(unit, LEAD, 1, 10).changes] == [
            "restore",
            "delete",
            "create",
        ]


def test_nothing_of_what_is_erased(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA])
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"name": "Eva"}))
        erase(unit, LEAD, [1])
        with pytest.raises(NotFound):
            past.read(unit, LEAD, 1, 10)


def test_nothing_of_what_is_forgotten(session: Session, account: Account) -> None:
    """The record is another person's today."""
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": "Ana"}])
        for name in ("Eva", "Rui", "Lia"):
            records.update(unit, LEAD, 1, draft.parse(LEAD, {"name": name}))
        history.forget_at(unit, [2, 3])
        found = past.read(unit, LEAD, 1, 10).changes
    assert "Ana" not in str(found)
    assert "Eva" not in str(found)
    assert [one["properties"] for one in found[:3]] == [
        {"name": {"before": "Rui", "after": "Lia"}},
        None,
        None,
    ]


@pytest.mark.parametrize("record_id", [0, 2, 2**63 - 1])
def test_what_never_was_is_not_found(session: Session, account: Account, record_id: int) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA])
        with pytest.raises(NotFound):
            past.read(unit, LEAD, record_id, 10)


def test_what_came_before_something_forgotten_is_not_guessed(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": "Ana"}])
        for name in ("Eva", "Rui"):
            records.update(unit, LEAD, 1, draft.parse(LEAD, {"name": name}))
        history.forget_at(unit, [3])
        found = past.read(unit, LEAD, 1, 10).changes
    assert [one["properties"] for one in found[:2]] == [None, {"name": {"before": "Ana"}}]
