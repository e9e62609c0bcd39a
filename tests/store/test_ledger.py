"""The ledger: what is noted, in which transaction, and that nothing but its retention removes an entry."""

import ast
import inspect
import re
from collections.abc import Callable
from typing import Any, get_args

import pytest

from closum.accounts import users
from closum.errors import Refusal
from closum.model.change import By
from closum.operations import check
from closum.store import identity, ledger
from closum.store.identity import Account
from closum.store.ledger import Entry
from closum.store.migrate import ENGINES, migrations
from closum.store.session import SERVER, Session
from closum.store.unit import Unit, timestamp
from tests.test_architecture import FILES, TREES, name, texts

DAY = 24 * 3600
NOW = 1_800_000_000
WRITES = re.compile(r"\b(UPDATE|DELETE FROM|REPLACE INTO|TRUNCATE( TABLE)?|(DROP|ALTER) TABLE)\s+ledger\b")


def entries(session: Session, **options: Any) -> list[Entry]:
    with session.read() as unit:
        return list(ledger.entries(unit, **options))


def events(session: Session, **options: Any) -> list[str]:
    return [one.event for one in entries(session, **options)]


def add(session: Session, *moments: int) -> None:
    """Entries of these times, in seconds since 1970."""
    with session.write() as unit:
        for moment in moments:
            unit.now = moment
            ledger.add(unit, "sign_in", 1, 7)


def left(session: Session) -> list[int]:
    return [one.id for one in entries(session)]


def test_an_entry_says_who_did_what_to_whom(session: Session) -> None:
    by = (By(7, "request-1", "api"), SERVER, By(None, "", "command", operator="ana"))
    with session.write() as unit:
        for one in by:
            ledger.add(unit.of(0, one), "sign_in_locked", 3, 9, limit="client address", subject=None)
        at = timestamp(unit.now)
    first, second, third = entries(session)
    detail = {"limit": "client address", "subject": None}
    assert first[1:] == (at, "sign_in_locked", 3, 9, 7, None, "request-1", "api", detail)
    assert second[5:9] == (None, None, None, "server")
    assert third[5:9] == (None, "ana", None, "command")
    assert first.id < second.id < third.id


def test_they_are_read_some_at_a_time(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "AT_ONCE", 3)
    add(session, *range(NOW, NOW + 7))
    with session.write() as unit:
        ledger.add(unit, "account_changed", 2)
    found = entries(session)
    assert [one.at for one in found[:7]] == [timestamp(NOW + number) for number in range(7)]
    assert events(session, account_id=2) == ["account_changed"]
    assert len(entries(session, since=timestamp(NOW + 2), account_id=1)) == 5
    assert len(entries(session, after=found[5].id)) == 2


def test_what_is_undone_is_not_noted(session: Session) -> None:
    with pytest.raises(Refusal), session.write() as unit:
        _ = [users.add_account(unit, name) for name in ("Acme", "ACME")]
    assert entries(session) == []


def test_the_oldest_are_cut_and_their_ids_not_given_again(session: Session) -> None:
    add(session, *(NOW + day * DAY for day in range(6)))
    with session.write() as unit:
        assert ledger.cut(unit, timestamp(NOW + 4 * DAY), 3) == 3
    assert left(session) == [4, 5, 6]
    with session.write() as unit:
        assert [ledger.cut(unit, timestamp(NOW + 4 * DAY), 3) for _ in range(2)] == [1, 0]
        assert ledger.cut(unit, timestamp(NOW + 9 * DAY), 100) == 2
    assert left(session) == []


def test_ids_go_on_when_all_are_cut(session: Session) -> None:
    with session.write() as unit:
        for _ in range(3):
            ledger.add(unit, "cities_loaded")
        last = ledger.last_id(unit)
        assert ledger.cut(unit, "9999", 100) == 3
        ledger.add(unit, "cities_loaded")
        assert ledger.last_id(unit) > last


def test_a_clock_that_was_ahead_keeps_no_older_entry(session: Session) -> None:
    """An entry of the future, which nothing removes before its time, hides none that come after it."""
    add(session, NOW + 1_000 * DAY, NOW, NOW + DAY)
    with session.write() as unit:
        assert ledger.cut(unit, timestamp(NOW + 2 * DAY), 10) == 2
    assert left(session) == [1]


def test_long_work_has_its_begin_and_its_end(session: Session) -> None:
    with ledger.noted(session, "person_erase", 1, leads=3) as detail:
        assert events(session) == ["person_erase_started"]
        detail["leads"] = 2
    assert [(one.event, one.account_id, one.detail) for one in entries(session)] == [
        ("person_erase_started", 1, {"leads": 3}),
        ("person_erase_done", 1, {"leads": 2}),
    ]


@pytest.mark.parametrize("error", [KeyboardInterrupt, Refusal])
def test_work_that_was_interrupted_has_its_begin_alone(session: Session, error: type[BaseException]) -> None:
    with pytest.raises(error), ledger.noted(session, "demo", 1, leads=3):
        raise error("no")
    assert events(session) == ["demo_started"]


CHANGES: dict[str, tuple[Callable[[Unit, int, int], object], str]] = {
    "add_account": (lambda unit, a, u: identity.add_account(unit, "B", "b"), "account_added"),
    "change_account": (
        lambda unit, a, u: identity.change_account(unit, a, {"zone": "WET"}),
        "account_changed",
    ),
    "enable_account": (lambda unit, a, u: identity.enable_account(unit, a, False), "account_disabled"),
    "add_user": (
        lambda unit, a, u: identity.add_user(unit, a, identity.NewUser("e", "e", "none", "owner")),
        "user_added",
    ),
    "set_password": (lambda unit, a, u: identity.set_password(unit, u, "none"), "password_changed"),
    "enable_user": (lambda unit, a, u: identity.enable_user(unit, u, False), "user_disabled"),
    "set_role": (lambda unit, a, u: identity.set_role(unit, u, "reader"), "role_changed"),
    "set_name": (lambda unit, a, u: identity.set_name(unit, u, "Ana"), "user_renamed"),
    "end_tokens": (lambda unit, a, u: identity.end_tokens(unit, u), "tokens_ended"),
    "end_all_tokens": (lambda unit, a, u: identity.end_all_tokens(unit), "all_tokens_ended"),
    "remove_user": (lambda unit, a, u: identity.remove_user(unit, u), "user_removed"),
    "set_signing_key": (lambda unit, a, u: identity.set_signing_key(unit, "key"), "signing_key_set"),
}
"""Of each function that changes who may do what: a call for an account and a user of it, and its event."""

TOLD = {"add_user": {"role": "owner"}, "set_role": {"role": "reader"}, "change_account": {"changed": "zone"}}

OF_NOBODY = {"add_account", "change_account", "enable_account", "end_all_tokens", "set_signing_key"}


def test_a_changed_account_says_what_has_changed(session: Session, account: Account) -> None:
    with session.write() as unit:
        identity.change_account(unit, account.id, {"zone": "WET", "name": "B", "name_key": "b"})
        identity.change_account(unit, account.id, {"name": "C", "name_key": "c"})
    with session.read() as unit:
        *_, changed, renamed = ledger.entries(unit)
    assert (changed.event, changed.detail) == ("account_changed", {"changed": "name, zone"})
    assert (renamed.event, renamed.detail) == ("account_renamed", {})


@pytest.mark.parametrize("changing", CHANGES)
def test_whoever_changes_who_may_do_what_notes_it_once(
    session: Session, account: Account, changing: str
) -> None:
    change, event = CHANGES[changing]
    with session.write() as unit:
        user = users.add_user(unit, account, "ana@example.com", "none")
        last = ledger.last_id(unit)
        added = change(unit, account.id, user)
    (found,) = entries(session, after=last)
    about_nobody = changing in ("end_all_tokens", "set_signing_key")
    about_account = added if changing == "add_account" else account.id
    about_user = {"add_user": added}.get(changing, user)
    assert found.event == event
    assert found.account_id == (None if about_nobody else about_account)
    assert found.user_id == (None if changing in OF_NOBODY else about_user)
    assert found.detail == TOLD.get(changing, {})  # no address, and no name of a person


@pytest.mark.parametrize(
    ("enable", "event"),
    [(identity.enable_user, "user_enabled"), (identity.enable_account, "account_enabled")],
)
def test_letting_in_again_is_noted(
    session: Session, account: Account, enable: Callable[..., None], event: str
) -> None:
    with session.write() as unit:
        users.add_user(unit, account, "ana@example.com", "none")
        enable(unit, 1, True)
    assert events(session)[-1] == event


def test_no_function_that_changes_it_is_left_out() -> None:
    """Keys that are made again by a newer rule change nothing of it."""
    changing = set()
    for one, function in inspect.getmembers(identity, inspect.isfunction):
        if function.__module__ == identity.__name__ and not one.startswith("_"):
            text = inspect.getsource(function)
            if re.search(
                r"(INSERT INTO|UPDATE|DELETE FROM) (account\b|account_user|token_key)|_NEXT_NUMBER|end_tokens\(|_set\(",
                text,
            ):
                changing.add(one)
    assert changing - {"set_user_key"} == CHANGES.keys()


def test_nothing_but_the_retention_changes_or_removes_an_entry() -> None:
    found = set()
    for file in FILES:
        for node in ast.walk(TREES[file]):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = ast.Module(node.body, [])
                found |= {(name(file), node.name) for text in texts(body) if WRITES.search(text)}
        if name(file) != "store/ledger.py":
            named = [
                text for text in texts(TREES[file]) if re.search(r"(FROM|INTO|JOIN|UPDATE) ledger\b", text)
            ]
            assert named == [], name(file)
    assert found == {("store/ledger.py", "cut")}
    made = [one for one in migrations() if "CREATE TABLE ledger" in one.text]
    later = [one for one in migrations() if one.version > made[0].version]
    statements = [sql for one in later for engine in ENGINES for sql in one.statements(engine)]
    assert [sql for sql in statements if re.search(r"(UPDATE|DELETE FROM|DROP TABLE) ledger\b", sql)] == []


@pytest.mark.parametrize("detail", ["nonsense", "[]", ""])
def test_check_names_an_entry_that_cannot_be_read(session: Session, detail: str) -> None:
    add(session, NOW, NOW, NOW)
    with session.write() as unit:
        unit.run("UPDATE ledger SET detail = ? WHERE id = 2", (detail,))
    with session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == ["ledger: the entry 2 cannot be read"]


def test_names_of_events_are_words_with_underscores() -> None:
    names = [*get_args(ledger.Event), *get_args(ledger.Work)]
    assert len(names) > 20
    assert [name for name in names if not re.fullmatch("[a-z]+(_[a-z]+)*", name)] == []


@pytest.mark.parametrize("event", ["account-renamed", "account.renamed", "lead_imported"])
def test_an_entry_with_another_name_is_read_too(session: Session, event: str) -> None:
    """Entries are never changed: older and newer programs may have other names."""
    with session.write() as unit:
        ledger.add(unit, "account_renamed", 1)
        (entry, *_) = reversed(list(ledger.entries(unit)))
        row = ledger.row(unit, entry.id)
        assert row
        ledger.put(unit, [(entry.id + 1, row[1], event, *row[3:])])
    with session.read() as unit:
        found = [one.event for one in ledger.entries(unit)]
        assert found[-2:] == ["account_renamed", event]
        assert list(ledger.unreadable(unit)) == []
