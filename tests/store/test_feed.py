"""The feed of changes: whole and in order, and never behind a position that the database does not know."""

from contextlib import suppress

import pytest

from closum.accounts import users
from closum.errors import Gone, Malformed
from closum.model import draft
from closum.operations import feed, records, undo
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import history
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit, timestamp
from tests.support.stored import create, erase

NEVER_GIVEN = (
    "x",
    "0",
    "A" * 21,
    "A" * 23,
    "Á" * 22,
    "AAAAAAAAAAAAAAAAAAAAAB",
    "_" * 21 + "w",
    "A" * 10_000,
    "\0" * 22,
)


class Lost(Exception):
    """What is written does not stay."""


def read_on(unit: Unit, since: str, most: int = 2) -> list[tuple[str, str, int]]:
    """Everything behind a position, a few changes at a time."""
    found: list[tuple[str, str, int]] = []
    while True:
        some, after, _ = feed.read(unit, since, most)
        found += [(one["verb"], one["resource"], one["id"]) for one in some]
        if after == since:
            return found
        since = after


def now(unit: Unit) -> str:
    found, position, _ = feed.read(unit, "now", 10)
    assert found == []
    return position


def test_every_change_in_order_whatever_the_size_of_a_page(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": "Ana", "email": {"email": "ana@example.com"}}])
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"name": "Eva"}))
        create(unit, LEAD, [{"name": "Rui"}])
        erase(unit, LEAD, [2])
        expected = [
            ("create", "email", 1),
            ("create", "lead", 1),
            ("update", "lead", 1),
            ("create", "lead", 2),
            ("erase", "lead", 2),
        ]
        for most in range(1, 8):
            assert read_on(unit, "", most) == expected
        assert read_on(unit, now(unit)) == []


def test_each_change_has_a_position_to_go_on_from(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": name} for name in "abcd"])
        found, after, _ = feed.read(unit, "", 10)
        assert [len(read_on(unit, one["position"])) for one in found] == [3, 2, 1, 0]
        assert found[-1]["position"] == after == now(unit)


def test_properties_have_the_names_of_the_api(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, EMAIL, [{"email": "rui@example.com"}])
        create(unit, LEAD, [{"name": "Ana", "email": {"email": "ana@example.com"}}])
        since = now(unit)
        for body in (
            {"name": "Eva", "email": {"email": "eva@example.com"}},
            {"email": {"id": 1}},
            {"email": None},
        ):
            records.update(unit, LEAD, 1, draft.parse(LEAD, body))
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"email": {"id": 1}}))
        records.update(unit, EMAIL, 1, draft.parse(EMAIL, {"email": "rui@example.org"}))
        found = feed.read(unit, since, 20)[0]
    assert [one["properties"] for one in found if one["resource"] == "lead"] == [
        ["name", "email.email"],
        ["email.id", "email.email"],
        ["email.id", "email.email"],
        ["email.id", "email.email"],
        ["email.email"],
    ]


def test_a_record_that_comes_back_is_restored(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": "Ana"}])
        since = now(unit)
        undo.undo(unit, 1)
        undo.undo(unit, 2)
        assert read_on(unit, since) == [("delete", "lead", 1), ("restore", "lead", 1)]


def test_who_changed_it_as_long_as_there_is_such_a_user(session: Session, account: Account) -> None:
    with session.write() as unit:
        user = users.add_user(unit, account, "ana@example.com", "no password")
    with session.write(account.id) as unit:
        create(unit.of(account.id, unit.by._replace(user_id=user, cause="api")), LEAD, [{"name": "Ana"}])
        create(unit.of(account.id, unit.by._replace(user_id=user + 1, cause="api")), LEAD, [{"name": "Ana"}])
        create(unit, LEAD, [{"name": "Ana"}])
        found = feed.read(unit, "", 10)[0]
    assert [one["user"] for one in found] == [
        {"id": user, "email": "ana@example.com"},
        {"id": user + 1, "email": None},
        None,
    ]


@pytest.mark.parametrize("text", NEVER_GIVEN, ids=range(len(NEVER_GIVEN)))
def test_what_is_no_position_is_refused(session: Session, account: Account, text: str) -> None:
    with session.read() as unit, pytest.raises((Malformed, Gone)):
        feed.read(unit.of(account.id), text, 10)


def test_a_position_of_another_account_is_refused(session: Session, account: Account) -> None:
    with session.write() as unit:
        other = users.add_account(unit, "Other")
    for filled in (False, True):
        if filled:
            for one in (account, other):
                with session.write(one.id) as unit:
                    create(unit, LEAD, [{"name": "Ana"}])
        with session.read() as unit:
            position = now(unit.of(other.id))
            with pytest.raises(Gone):
                feed.read(unit.of(account.id), position, 10)


def test_a_position_from_before_the_first_change(session: Session, account: Account) -> None:
    with session.read() as unit:
        since = now(unit.of(account.id))
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": name} for name in "abc"])
        assert len(read_on(unit, since)) == 3
        history.cut(unit, timestamp(unit.now + 60), 1)
        with pytest.raises(Gone):
            feed.read(unit, since, 10)


def test_a_position_older_than_what_is_kept_is_gone(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": name} for name in "abc"])
        first, second, third = [one["position"] for one in feed.read(unit, "", 10)[0]]
        history.cut(unit, timestamp(unit.now + 60), 1)
        with pytest.raises(Gone):
            feed.read(unit, first, 10)
        assert len(read_on(unit, second)) == 1
        assert len(read_on(unit, "")) == 2
        assert read_on(unit, third) == []


def test_an_account_where_nothing_happens_keeps_its_readers(session: Session, account: Account) -> None:
    """Also when its last change is older than what is kept: of the record it keeps nothing then."""
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": "Ana"}, {"name": "Ana"}])
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"name": "Eva"}))
        since = now(unit)
        assert history.cut(unit, timestamp(unit.now + 60), 10) == 2
        assert history.cut(unit, timestamp(unit.now + 60), 10) == 0
        assert [one.before for one in history.since(unit, 0, 10)] == [None]
        create(unit, LEAD, [{"name": "Rui"}])
        assert read_on(unit, since) == [("create", "lead", 3)]


def test_erasure_leaves_positions_as_they_are(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": "Ana"}])
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"name": "Eva"}))
        since = now(unit)
        erase(unit, LEAD, [1])
        assert read_on(unit, since) == [("erase", "lead", 1)]


def test_what_a_restore_undid_is_noticed(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": "Ana"}])
        kept_position = now(unit)
        lost = history.last(unit) + 3
        history.pass_over(unit, lost)
        position_of_the_mark = now(unit)
        create(unit, LEAD, [{"name": "Rui"}])
        assert read_on(unit, kept_position) == [("create", "lead", 2)]
        assert read_on(unit, position_of_the_mark, 1) == [("create", "lead", 2)]


def test_a_copy_that_was_put_back_by_hand_is_noticed(session: Session, account: Account) -> None:
    """As `pg_restore` and `cp` do: no command has told the database of it, and other changes have the numbers now."""
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": "Ana"}])
        kept_position = now(unit)
    lost: list[str] = []
    with suppress(Lost), session.write(account.id) as unit:
        create(unit, LEAD, [{"name": "Eva"}, {"name": "Eva"}])
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"name": "Eva"}))
        lost += [one["position"] for one in feed.read(unit, kept_position, 10)[0]]
        raise Lost
    assert len(lost) == 3
    with session.write(account.id) as unit:
        for position in lost:
            with pytest.raises(Gone):
                feed.read(unit, position, 10)
        by = unit.by._replace(request_id="another")
        create(unit.of(account.id, by), LEAD, [{"name": "Rui"} for _ in range(5)])
        for position in lost:
            with pytest.raises(Gone):
                feed.read(unit, position, 10)
        assert len(read_on(unit, kept_position)) == 5
