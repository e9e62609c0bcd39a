"""Accounts and their users, as commands and the first start make and find them."""

import pytest

from closum.accounts import users
from closum.errors import Refusal
from closum.resources.account import NAME
from closum.store.identity import Account
from closum.store.session import Session


def refusal(session: Session, function: object, *args: object) -> str:
    assert callable(function)
    with pytest.raises(Refusal) as refused, session.write() as unit:
        function(unit, *args)
    return str(refused.value)


@pytest.mark.parametrize("name", ["acme", "  Acme ", "ACME", "\uff21cme"])  # the last begins with a wide A
def test_two_names_that_look_alike_are_one(session: Session, account: Account, name: str) -> None:
    assert "an account 'Acme' already" in refusal(session, users.add_account, name)
    with session.read() as unit:
        assert users.account_named(unit, name) == account


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0b", "\u202eevil", "x" * 256])
def test_what_is_no_name_is_refused(session: Session, account: Account, name: str) -> None:
    assert "1 to 255 printable characters" in refusal(session, users.add_account, name)
    assert "1 to 255 printable characters" in refusal(session, users.rename_account, account, name)


def test_an_account_may_be_renamed_to_another_spelling_of_its_own_name(
    session: Session, account: Account
) -> None:
    with session.write() as unit:
        other = users.add_account(unit, "Other")
        users.rename_account(unit, account, " ACME ")
        assert users.account_named(unit, "acme").name == "ACME"
    assert "'ACME' already" in refusal(session, users.rename_account, other, "acme")


def test_the_only_account_needs_no_name(session: Session, account: Account) -> None:
    with session.write() as unit:
        assert users.account_named(unit, None) == account
        users.add_account(unit, "Other")
    told = refusal(session, users.account_named, None)
    assert "--account NAME" in told
    assert "'Acme', 'Other'" in told
    assert (
        refusal(session, users.account_named, "None")
        == "There is no account 'None'; there are: 'Acme', 'Other'"
    )


def test_without_any_account_none_is_named(session: Session) -> None:
    assert "none yet" in refusal(session, users.account_named, None)


@pytest.mark.parametrize("email", ["ana@example.com", " Ana@Example.com\t", "ANA@EXAMPLE.COM"])
def test_an_address_is_one_users_in_the_whole_installation(
    session: Session, account: Account, email: str
) -> None:
    with session.write() as unit:
        other = users.add_account(unit, "Other")
        user_id = users.add_user(unit, account, " ana@example.com ", "hash")
        assert (users.user_named(unit, email).id, users.user_named(unit, email).email) == (
            user_id,
            "ana@example.com",
        )
    assert "closum user password" in refusal(session, users.add_user, other, email, "hash")


@pytest.mark.parametrize("email", ["", "ana", "ana@", "a b@example.com", "a@example.com\nb@example.com"])
def test_what_is_no_address_is_refused(session: Session, account: Account, email: str) -> None:
    assert "is not an e-mail address: " in refusal(session, users.add_user, account, email, "hash")
    assert "is not an e-mail address: " in refusal(session, users.user_named, email)


def test_254_characters_are_the_longest_address(session: Session, account: Account) -> None:
    host = ".".join(["b" * 60] * 3) + ".example"
    longest = "a" * 10 + f"@{host}"
    assert users.email_key(longest) == longest
    assert "is not an e-mail address: " in refusal(
        session, users.add_user, account, "a" * 70 + f"@{host}", "hash"
    )


def test_an_unknown_user_is_said_to_be_none(session: Session) -> None:
    assert "There is no user 'rui@example.com'" in refusal(session, users.user_named, "rui@example.com")


def test_255_characters_are_the_longest_name(session: Session) -> None:
    with session.write() as unit:
        assert users.add_account(unit, "x" * NAME.max_length).name == "x" * 255
