"""Accounts and their users: what the commands and the first start do with them."""

import unicodedata
from typing import Any, NamedTuple

from closum import resources
from closum.accounts import roles
from closum.errors import BrokenRule, Refusal
from closum.model import address
from closum.model.address import address_key
from closum.model.draft import MAX_ID
from closum.model.text import strip_invisible
from closum.resources.account import NAME
from closum.store import account_users, fixed, identity, invitations, setup_codes
from closum.store.identity import Account, User
from closum.store.unit import Unit

FIRST_ACCOUNT = "My company"


class Users(NamedTuple):
    """Some users of an account, the newest first; those before the id `next` follow, None where there are none."""

    users: list[dict[str, Any]]
    next: int | None


def page(unit: Unit, most: int, before: int | None = None) -> Users:
    """At most so many users of the unit's account; those before an id, where one is given."""
    behind = MAX_ID if before is None else min(before, MAX_ID)
    found = account_users.newest(unit, most + 1, behind)
    shown = [
        {"id": one, "email": email, "enabled": bool(enabled), "name": name, "role": role}
        for one, email, enabled, name, role in found[:most]
    ]
    return Users(shown, found[most - 1][0] if len(found) > most else None)


def name_key(name: str) -> str:
    """Two names of accounts are the same when their keys are."""
    return unicodedata.normalize("NFKC", name.strip()).casefold()


def add_account(unit: Unit, name: str) -> Account:
    """With the records that every account has. Raises Refusal for a name that is empty, too long or taken."""
    name = _checked_name(unit, name, None)
    account_id = identity.add_account(unit, name, name_key(name))
    for resource in resources.RESOURCES:
        if resource.fixed:
            fixed.seed(unit.of(account_id), resource)
    return Account(account_id, name, True)


def rename_account(unit: Unit, account: Account, name: str) -> None:
    name = _checked_name(unit, name, account)
    identity.rename_account(unit, account.id, name, name_key(name))


def account_named(unit: Unit, name: str | None) -> Account:
    """The account with this name; without a name the only one. Raises Refusal that names them."""
    accounts = identity.accounts(unit)
    if name is None and len(accounts) == 1:
        return accounts[0]
    names = ", ".join(f"'{account.name}'" for account in accounts) or "none yet"
    if name is None:
        raise Refusal(f"Say which account with --account NAME: {names}")
    account = identity.account_by_key(unit, name_key(name))
    if account is None:
        raise Refusal(f"There is no account '{name}'; there are: {names}")
    return account


def add_user(
    unit: Unit,
    account: Account,
    email: str,
    password_hash: str,
    *,
    role: roles.Role = roles.OWNER,
    name: str | None = None,
) -> int:
    """The id of a new user; `name` is what they are called. From now on no set-up code counts.

    Raises Refusal for an address that is invalid or taken.
    """
    key = check_new(unit, email)
    setup_codes.remove(unit)
    new = identity.NewUser(strip_invisible(email), key, password_hash, role, checked_name(name))
    return identity.add_user(unit, account.id, new)


def checked_name(name: str | None) -> str | None:
    """What a user is called; None for nothing. Raises Refusal for a name that cannot be one."""
    return None if name is None or not strip_invisible(name) else printable(name, "The name of a user")


def check_new(unit: Unit, email: str) -> str:
    """The key of an address that no user has. Raises Refusal for an address that is invalid or taken."""
    email = strip_invisible(email)
    key = email_key(email)
    if identity.user_by_key(unit, key):
        raise Refusal(
            f"There is a user '{email}' already: 'closum user password {email}' sets a new password"
        )
    return key


def email_key(email: str) -> str:
    """The key that a user's address is found by. Raises Refusal when it is none."""
    try:
        if len(email) > 254:
            raise ValueError("it is too long")
        address.check(strip_invisible(email))
    except ValueError as error:
        raise Refusal(f"'{email}' is not an e-mail address: {error}") from None
    return address_key(strip_invisible(email))


def set_role(unit: Unit, user: User, role: roles.Role) -> None:
    """Servers know it within a second; the user's tokens stay, the links of who is no owner end. Raises Refusal for the last owner."""
    if role != roles.OWNER:
        _leave(unit, user)
    identity.set_role(unit, user.id, role)


def set_name(unit: Unit, user: User, name: str | None) -> None:
    """What the user is called, None for nothing. Raises Refusal for a name that cannot be one."""
    identity.set_name(unit, user.id, checked_name(name))


def disable(unit: Unit, user: User) -> None:
    """The user's tokens end. Raises Refusal for the last owner."""
    _leave(unit, user)
    identity.enable_user(unit, user.id, False)


def enable(unit: Unit, user: User) -> None:
    """The user can sign in again."""
    identity.enable_user(unit, user.id, True)


def sign_out(unit: Unit, user: User) -> None:
    """The user's tokens end."""
    identity.end_tokens(unit, user.id)


def remove(unit: Unit, user: User) -> None:
    """The user alone: `operations.handover` gives away what they have. Raises Refusal for the last owner."""
    _leave(unit, user)
    identity.remove_user(unit, user.id)


def refuse_last_owner(unit: Unit, user: User) -> None:
    """Raises Refusal for the only owner of an account who is enabled."""
    if identity.owners(unit, user.account_id) == [user.id]:
        raise Refusal(
            f"{user.email} is the only owner of their account who is enabled: make another user an owner first"
        )


def _leave(unit: Unit, user: User) -> None:
    """Somebody stops being an owner: the links that they have made end. Raises Refusal for the last one."""
    identity.note_revocation(
        unit, user.id
    )  # others who change who is an owner wait for the end of the transaction
    refuse_last_owner(unit, user)
    invitations.remove_made(unit, user.id)


def user_named(unit: Unit, email: str) -> User:
    """Raises Refusal when there is none.

    A user whose key another one has, by rules that are newer than they are, is named by the address as it is kept.
    """
    key = email_key(email)
    user = identity.user_set_apart(unit, strip_invisible(email), key) or identity.user_by_key(unit, key)
    if user is None:
        raise Refusal(f"There is no user '{email}': 'closum user list' shows them")
    return user


def holder(unit: Unit, name: str, account_id: int | None) -> Account | None:
    """The account, other than this one, that has the name."""
    other = identity.account_by_key(unit, name_key(name))
    return other if other and other.id != account_id else None


def _checked_name(unit: Unit, name: str, account: Account | None) -> str:
    checked = printable(name, "The name of an account")
    check_free(unit, checked, account)
    return checked


def printable(name: str, what: str) -> str:
    """The name of something, on one line. Raises Refusal, which says of `what`."""
    try:
        checked: str | None = NAME.parse(name)
    except BrokenRule:
        checked = None
    if checked is None:
        raise Refusal(f"{what} has 1 to {NAME.max_length} printable characters")
    return checked


def check_free(unit: Unit, name: str | None, account: Account | None) -> None:
    """Raises Refusal where another account than this one has the name."""
    other = holder(unit, name, account.id if account else None) if name else None
    if other:
        raise Refusal(f"There is an account '{other.name}' already")
