"""What a restored database is told of the one that it replaces."""

import pytest

from closum.accounts import users
from closum.accounts.roles import OWNER, READER
from closum.operations import replaced
from closum.operations.replaced import Replaced
from closum.store import identity, invitations
from closum.store.identity import Access, Account
from closum.store.session import Session
from tests.support import entry_calls
from tests.support.engine import ON_SQLITE

pytestmark = ON_SQLITE
EMAIL = "ana@example.com"


@pytest.fixture
def user(session: Session, account: Account) -> identity.User:
    with session.write() as unit:
        users.add_user(unit, account, EMAIL, "hash")
        return users.user_named(unit, EMAIL)


def go_on(session: Session, *known: Access, enabled: bool = True) -> tuple[list[str], identity.User]:
    """What is told after a restore that replaced a database with these users, and the user then."""
    with session.write() as unit:
        births = identity.births(unit)
        accounts = [one._replace(enabled=enabled) for one in identity.accounts(unit)]
        told = replaced.go_on_after(
            unit, Replaced(births=births, users={one.email: one for one in known}, accounts=accounts)
        )
        return told, users.user_named(unit, EMAIL)


@pytest.mark.parametrize("ahead", [-100, 0, 1, 100_000])
def test_a_token_that_was_given_since_the_backup_stays_void(
    session: Session, user: identity.User, ahead: int
) -> None:
    """Also one that a clock gave which was ahead of this one."""
    since = Access(EMAIL, "hash", user.token_number + ahead, True, OWNER)
    told, again = go_on(session, since)
    assert told == []
    assert again.token_number > max(since.token_number, user.token_number)


def test_who_was_shut_out_since_is_named_with_the_command(session: Session, user: identity.User) -> None:
    number = user.token_number
    head = "The restore has undone what happened to these since the backup; decide on each:"
    assert go_on(session)[0] == [head, f"  {EMAIL} was removed: closum user remove {EMAIL}"]
    assert go_on(session, Access(EMAIL, "hash", number, False, OWNER))[0][1:] == [
        f"  {EMAIL} was disabled: closum user disable {EMAIL}"
    ]
    assert go_on(session, Access(EMAIL, "other", number, True, OWNER))[0][1:] == [
        f"  {EMAIL} got another password: closum user password {EMAIL}"
    ]
    assert go_on(session, Access(EMAIL, "hash", number, True, READER))[0][1:] == [
        f"  {EMAIL} became reader: closum user role {EMAIL} reader"
    ]
    assert go_on(session, Access(EMAIL, "hash", number, True, OWNER, "salt"))[0][1:] == [
        f"  {EMAIL} had a second factor, and signs in without it now: have them add it again"
    ]
    assert go_on(session, Access(EMAIL, "hash", number, True, OWNER), enabled=False)[0][1:] == [
        "  the account 'Acme' was disabled: closum account disable Acme"
    ]


def test_a_second_factor_and_links_of_the_backup_do_not_come_back_unseen(
    session: Session, user: identity.User
) -> None:
    with session.write() as unit:
        entry_calls.entered(unit, user.id)
        assert invitations.find(unit, "link")
    for factor in (None, "another salt"):
        assert go_on(session, Access(EMAIL, "hash", user.token_number, True, OWNER, factor))[0][1:] == [
            f"  {EMAIL} had another second factor, or none: closum user reset-two-factor {EMAIL}"
        ]
    assert go_on(session, Access(EMAIL, "hash", user.token_number, True, OWNER, "salt"))[0] == []
    with session.read() as unit:
        assert invitations.find(unit, "link") is None


def test_another_database_tells_nothing(session: Session, user: identity.User) -> None:
    with session.write() as unit:
        told = replaced.go_on_after(unit, Replaced())
        again = users.user_named(unit, EMAIL)
    assert len(told) == 1
    assert told[0].startswith(replaced.OTHER)
    assert again.token_number > user.token_number
