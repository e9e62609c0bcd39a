"""An account's name and settings in the database."""

from collections.abc import Iterator
from typing import Any

import pytest

from closum.accounts import account as accounts
from closum.accounts import users
from closum.accounts.tokens import Identity
from closum.errors import Changed, Invalid, NotFound, Unauthorized
from closum.operations import guarded
from closum.operations.guarded import Caller
from closum.resources.account import ACCOUNT
from closum.store import identity
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit

SETTINGS = {"name": "Acme", "zone": "Europe/Lisbon", "country": "PT", "language": "pt", "revision": "later"}


@pytest.fixture
def other(session: Session, account: Account) -> Iterator[Account]:
    """Another account, which in the end is as it was."""
    with session.write() as unit:
        other = users.add_account(unit, "Other")
        before = identity.account_row(unit, other.id)
    yield other
    with session.read() as unit:
        assert identity.account_row(unit, other.id) == before


@pytest.mark.usefixtures("other")
def test_what_is_changed_is_shown(session: Session, account: Account) -> None:
    with session.write() as unit:
        before, seen = accounts.retrieve(unit, account.id)
        accounts.change(unit, account.id, {**SETTINGS, "name": "Águas"}, {}, {seen})
    with session.read() as unit:
        shown, tag = accounts.retrieve(unit, account.id)
        assert users.account_named(unit, "ÁGUAS").id == account.id
    assert shown == SETTINGS | {"name": "Águas"}
    assert tuple(before) == tuple(shown) == ACCOUNT.listing.retrieved
    assert tag != seen


def test_nothing_is_written_where_nothing_changes(session: Session, account: Account) -> None:
    with session.write() as unit:
        accounts.change(unit, account.id, dict(SETTINGS), {})
        row = identity.account_row(unit, account.id)
    with session.write() as unit:
        accounts.change(unit, account.id, dict(SETTINGS), {})
        accounts.change(unit, account.id, {}, {})
        assert identity.account_row(unit, account.id) == row


def test_what_was_overtaken_is_refused(session: Session, account: Account) -> None:
    with session.write() as unit:
        _, seen = accounts.retrieve(unit, account.id)
        accounts.change(unit, account.id, {"zone": "WET"}, {})
        with pytest.raises(Changed):
            accounts.change(unit, account.id, {"zone": "UTC"}, {}, {seen})
        with pytest.raises(Changed):
            accounts.change(unit, account.id, {}, {}, frozenset())


def test_a_name_in_use_is_told_with_the_other_faults(
    session: Session, account: Account, other: Account
) -> None:
    with session.write() as unit, pytest.raises(Invalid) as invalid:
        accounts.change(unit, account.id, {"name": "OTHER"}, {"zone": {"_zone": "x"}})
    assert invalid.value.faults == {
        "zone": {"_zone": "x"},
        "name": {"_isUnique": "This value is already in use"},
    }
    assert invalid.value.count == 2


def test_an_account_that_is_not_there(session: Session) -> None:
    with session.write() as unit:
        with pytest.raises(NotFound):
            accounts.retrieve(unit, 99)
        with pytest.raises(NotFound):
            accounts.change(unit, 99, {"zone": "WET"}, {})


def test_a_user_whose_token_has_ended_changes_nothing(session: Session, account: Account) -> None:
    with session.write() as unit:
        user_id = users.add_user(unit, account, "ana@example.com", "none")
        who = Identity(user_id, account.id, unit.now)
        guarded.update_account(unit, Caller(who, "r"), {"zone": "WET"}, {})
        identity.enable_user(unit, user_id, False)
        with pytest.raises(Unauthorized):
            guarded.update_account(unit, Caller(who, "r"), {"zone": "UTC"}, {})
        assert accounts.retrieve(unit, account.id)[0]["zone"] == "WET"


def test_what_another_server_changes_in_between(
    session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a state that it is meant for, the update is done all the same, and the other's stays; with one it is not."""
    read = identity.account_row

    def meets(unit: Unit, account_id: int) -> dict[str, Any] | None:
        row = read(unit, account_id)
        identity.change_account(unit, account_id, {"country": "PT"})
        return row

    with session.write() as unit:
        _, seen = accounts.retrieve(unit, account.id)
        monkeypatch.setattr(identity, "account_row", meets)
        with pytest.raises(Changed):
            accounts.change(unit, account.id, {"zone": "WET"}, {}, {seen})
        accounts.change(unit, account.id, {"language": "pt"}, {})
        monkeypatch.undo()
        shown, _ = accounts.retrieve(unit, account.id)
    assert (shown["zone"], shown["country"], shown["language"]) == ("UTC", "PT", "pt")
