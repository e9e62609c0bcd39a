"""Accounts and users: the statements on what all accounts share.

The number of a user's tokens, and that of a revocation, is the time at which it was given, in seconds since 1970, or one
more than the number before if that is greater. So a database that was put back from a copy, also by other means than
closum's, gives no number again that the copy did not know of.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from closum.store import ledger, statements
from closum.store.scope import OF_ACCOUNT
from closum.store.sql import Prepared
from closum.store.together import Read
from closum.store.unit import Unit, timestamp


class Account(NamedTuple):
    id: int
    name: str
    enabled: bool


class User(NamedTuple):
    """A user as sign-in and commands see it; `enabled` is False too when the account is disabled.

    `name` is what the user is called, None where nobody has said.
    """

    id: int
    account_id: int
    email: str
    password_hash: str
    token_number: int
    enabled: bool
    role: str
    name: str | None


class Access(NamedTuple):
    """What lets a user in whose account is not disabled; `factor` is the salt of a second factor that counts."""

    email: str
    password_hash: str
    token_number: int
    enabled: bool
    role: str
    factor: str | None = None


ACCOUNT_COLUMNS = ("name", "zone", "country", "language", "revision", "version", "modified")

EVERYBODY = 0
"""Instead of a user's id: the tokens of every user were ended, also of users that are not there any more."""

_USER = """
SELECT account_user.id, account_id, email, password_hash, token_number, account_user.enabled * account.enabled,
role, account_user.name
FROM account_user JOIN account ON account.id = account_id
"""

_IS_LATER = "CASE WHEN revision = 'later' THEN 1 ELSE 0 END AS is_later"

IDENTITY = f"""
SELECT account_id, token_number AS proof, {_IS_LATER}, role
FROM account_user JOIN account ON account.id = account_id
WHERE account_user.id = ? AND account_user.enabled = 1 AND account.enabled = 1
"""

IDENTITY_OF_KEY = f"""
SELECT account_id, hash AS proof, {_IS_LATER}, kind AS role
FROM api_key JOIN account ON account.id = account_id
WHERE api_key.id = ? AND revoked IS NULL AND account.enabled = 1
"""

_AT = """
SELECT found.account_id, found.proof, found.is_later, found.role, last_number
FROM token_tally LEFT JOIN ({identity}) AS found ON 1 = 1
"""
_IDENTITY_AT, _IDENTITY_OF_KEY_AT = (_AT.format(identity=one) for one in (IDENTITY, IDENTITY_OF_KEY))

_USERS = "SELECT id FROM account_user WHERE account_id = ? AND id IN ({ids})"

_NEXT_NUMBER = """
UPDATE account_user SET token_number = CASE WHEN token_number < ? THEN ? ELSE token_number + 1 END,
version = version + 1, modified = ?
"""

_NEXT_REVOCATION = """
UPDATE token_tally SET last_number = CASE WHEN last_number < ? THEN ? ELSE last_number + 1 END RETURNING last_number
"""

_REVOKED = """
SELECT last_number, user_id FROM token_tally LEFT JOIN token_revocation ON number > ?
"""


Found = tuple[int, int | str, int, str]
"""Of an enabled user the account, the number of valid tokens, 1 where the account follows the later revisions of the API, else 0,
and the role. Of an API key the account, the hash of its secret, likewise, and the kind.

Who sends a request has one number, the holder: a user the id, an API key its id below zero.
"""


def identity(unit: Unit, holder: int) -> Found | None:
    """The look-up of every request."""
    row = unit.one(IDENTITY if holder > 0 else IDENTITY_OF_KEY, (abs(holder),))
    return (row[0], row[1], row[2], row[3]) if row else None


def zone(unit: Unit) -> str:
    """The time zone of the unit's account."""
    row = unit.one("SELECT zone FROM account WHERE id = ?", (unit.account_id,))
    return str(row[0]) if row else "UTC"


def reading_users(unit: Unit, ids: Iterable[int], take: Callable[[set[int]], object]) -> Read:
    """Which of the ids are of users of the unit's account, as a read among others."""
    stored = (one for one in ids if 0 < one < 2**63)
    several = [
        (_USERS.format(ids=", ".join("?" * len(chunk))), (unit.account_id, *chunk))
        for chunk in statements.chunks(stored)
    ]
    return Read(several, lambda rows: take({row[0] for row in rows}))


def identity_at(unit: Unit, holder: int) -> tuple[Found | None, int]:
    """As `identity`, and the last number of a revocation at that moment."""
    row = unit.one(_IDENTITY_AT if holder > 0 else _IDENTITY_OF_KEY_AT, (abs(holder),))
    assert row is not None
    return None if row[0] is None else (row[0], row[1], row[2], row[3]), row[4]


def revoked(unit: Unit, after: int) -> tuple[int, list[int]]:
    """The last number of a revocation, and the holders, or EVERYBODY, that were given one above `after`."""
    rows = unit.all(_REVOKED, (after,))
    return rows[0][0], [row[1] for row in rows if row[1] is not None]


def accounts(unit: Unit) -> list[Account]:
    return [Account(*row) for row in unit.all("SELECT id, name, enabled FROM account ORDER BY id")]


def births(unit: Unit) -> set[tuple[int, str]]:
    """Of each account its id and when it was made. None is ever removed, so a later state of a database has them all."""
    return {(row[0], row[1]) for row in unit.all("SELECT id, created FROM account")}


def add_account(unit: Unit, name: str, name_key: str) -> int:
    now = timestamp(unit.now)
    sql = "INSERT INTO account (name, name_key, created, modified) VALUES (?, ?, ?, ?) RETURNING id"
    row = unit.one(sql, (name, name_key, now, now))
    assert row is not None
    ledger.add(unit, "account_added", row[0])
    return int(row[0])


def account_by_key(unit: Unit, name_key: str) -> Account | None:
    row = unit.one("SELECT id, name, enabled FROM account WHERE name_key = ?", (name_key,))
    return Account(*row) if row else None


def rename_account(unit: Unit, account_id: int, name: str, name_key: str) -> None:
    change_account(unit, account_id, {"name": name, "name_key": name_key})


def account_row(unit: Unit, account_id: int) -> dict[str, Any] | None:
    """What an account is called and has set, by column, with its version and the time of its last change."""
    row = unit.one(f"SELECT {', '.join(ACCOUNT_COLUMNS)} FROM account WHERE id = ?", (account_id,))
    return dict(zip(ACCOUNT_COLUMNS, row, strict=True)) if row else None


def change_account(
    unit: Unit, account_id: int, changes: Mapping[str, Any], version: int | None = None
) -> bool:
    """Set columns of an account; False, and nothing is set, where it has not the version that is given any more."""
    columns = ", ".join(f"{name} = ?" for name in changes)
    sql = f"UPDATE account SET {columns}, version = version + 1, modified = ? WHERE id = ?"
    values = (*changes.values(), timestamp(unit.now), account_id)
    if version is not None:
        sql, values = f"{sql} AND version = ?", (*values, version)
    if not unit.run(sql, values):
        return False
    if "revision" in changes:
        _look_again(unit, account_id)
    if changes.keys() == {"name", "name_key"}:
        ledger.add(unit, "account_renamed", account_id)
    else:
        ledger.add(
            unit, "account_changed", account_id, changed=", ".join(sorted(changes.keys() - {"name_key"}))
        )
    return True


def enable_account(unit: Unit, account_id: int, enabled: bool) -> None:
    """Disabling ends every token of the account's users, for good."""
    sql = "UPDATE account SET enabled = ?, version = version + 1, modified = ? WHERE id = ?"
    unit.run(sql, (int(enabled), timestamp(unit.now), account_id))
    ledger.add(unit, "account_enabled" if enabled else "account_disabled", account_id)
    for user in users(unit, account_id):
        _end_tokens(unit, user.id)
    _look_again_at_keys(unit, account_id)


def _look_again(unit: Unit, account_id: int) -> None:
    """Have every server look at the account's users and keys again."""
    for user in users(unit, account_id):
        note_revocation(unit, user.id)
    _look_again_at_keys(unit, account_id)


def _look_again_at_keys(unit: Unit, account_id: int) -> None:
    for (key_id,) in unit.all(
        "SELECT id FROM api_key WHERE account_id = ? AND revoked IS NULL", (account_id,)
    ):
        note_revocation(unit, -key_id)


def users(unit: Unit, account_id: int | None = None) -> list[User]:
    """Users of one account, or of all, in the order of accounts."""
    scope, values = ("", ()) if account_id is None else ("WHERE account_id = ?", (account_id,))
    return [User(*row) for row in unit.all(f"{_USER} {scope} ORDER BY account_id, account_user.id", values)]


def owners(unit: Unit, account_id: int) -> list[int]:
    """The ids of the owners of an account who are enabled."""
    sql = "SELECT id FROM account_user WHERE account_id = ? AND role = 'owner' AND enabled = 1"
    return [row[0] for row in unit.all(sql, (account_id,))]


def emails(unit: Unit, ids: Iterable[int]) -> dict[int, str]:
    """The addresses of those users of the unit's account that there are, by id."""
    asked = [
        _emails(len(chunk), unit.engine)(unit.account_id, *chunk) for chunk in statements.chunks(sorted(ids))
    ]
    found = unit.all_of(asked)
    return {row[0]: row[1] for rows in found for row in rows}


@lru_cache
def _emails(number: int, engine: str) -> Prepared:
    """Addresses of so many users. Takes account, ids."""
    return statements.look_up(OF_ACCOUNT, "account_user", ("id", "email"), "id", (), number, engine, ())


def accesses(unit: Unit) -> dict[str, Access]:
    """What lets each user in, by the key of the address."""
    rows = unit.all(
        "SELECT email_key, email, password_hash, token_number, enabled, role, salt FROM account_user"
        " LEFT JOIN second_factor ON user_id = id AND confirmed = 1 ORDER BY id"
    )
    return {row[0]: Access(*row[1:]) for row in rows}


class UserKey(NamedTuple):
    """A user's address and the key that it is found by."""

    id: int
    email: str
    email_key: str


def user_keys(unit: Unit) -> list[UserKey]:
    """Of every user, in the order of ids."""
    return [UserKey(*row) for row in unit.all("SELECT id, email, email_key FROM account_user ORDER BY id")]


def set_user_key(unit: Unit, user_id: int, email_key: str) -> None:
    _set(unit, user_id, "email_key", email_key)


def user(unit: Unit, user_id: int) -> User | None:
    """The user with this id."""
    row = unit.one(f"{_USER} WHERE account_user.id = ?", (user_id,))
    return User(*row) if row else None


def user_by_key(unit: Unit, email_key: str) -> User | None:
    row = unit.one(f"{_USER} WHERE email_key = ?", (email_key,))
    return User(*row) if row else None


def user_set_apart(unit: Unit, email: str, email_key: str) -> User | None:
    """The user with an address that is spelled so, and another key than this."""
    row = unit.one(
        f"{_USER} WHERE email = ? AND email_key <> ? ORDER BY account_user.id LIMIT 1", (email, email_key)
    )
    return User(*row) if row else None


class NewUser(NamedTuple):
    """What a user begins with."""

    email: str
    email_key: str
    password_hash: str
    role: str
    name: str | None = None


def add_user(unit: Unit, account_id: int, new: NewUser) -> int:
    now = timestamp(unit.now)
    row = unit.one(
        f"INSERT INTO account_user (account_id, {', '.join(NewUser._fields)}, token_number, created, modified)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (account_id, *new, unit.now, now, now),
    )
    assert row is not None
    ledger.add(unit, "user_added", account_id, row[0], role=new.role)
    return int(row[0])


def set_role(unit: Unit, user_id: int, role: str) -> None:
    """Servers look at the user again; the user's tokens stay."""
    _set(unit, user_id, "role", role)
    note_revocation(unit, user_id)
    _note(unit, "role_changed", user_id, role=role)


def set_name(unit: Unit, user_id: int, name: str | None) -> None:
    """What the user is called."""
    _set(unit, user_id, "name", name)
    _note(unit, "user_renamed", user_id)


def _set(unit: Unit, user_id: int, column: str, value: str | None) -> None:
    sql = f"UPDATE account_user SET {column} = ?, version = version + 1, modified = ? WHERE id = ?"
    unit.run(sql, (value, timestamp(unit.now), user_id))


def signing_key(unit: Unit) -> str | None:
    """The key that the database keeps; None where there is none."""
    row = unit.one("SELECT key FROM token_key WHERE id = 1")
    return str(row[0]) if row else None


def set_signing_key(unit: Unit, key: str) -> None:
    unit.run(
        "INSERT INTO token_key (id, key) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET key = excluded.key",
        (key,),
    )
    ledger.add(unit, "signing_key_set")


def set_password(unit: Unit, user_id: int, password_hash: str) -> None:
    """A new password; every token of the user ends."""
    unit.run("UPDATE account_user SET password_hash = ? WHERE id = ?", (password_hash, user_id))
    _end_tokens(unit, user_id)
    _note(unit, "password_changed", user_id)


def enable_user(unit: Unit, user_id: int, enabled: bool) -> None:
    """Disabling ends every token of the user, for good."""
    unit.run("UPDATE account_user SET enabled = ? WHERE id = ?", (int(enabled), user_id))
    _end_tokens(unit, user_id)
    _note(unit, "user_enabled" if enabled else "user_disabled", user_id)


def end_tokens(unit: Unit, user_id: int) -> None:
    """Give the user another token number: tokens with the one before are void."""
    _end_tokens(unit, user_id)
    _note(unit, "tokens_ended", user_id)


def _end_tokens(unit: Unit, user_id: int) -> None:
    unit.run("DELETE FROM invitation WHERE user_id = ?", (user_id,))  # the link for a new password
    unit.run(f"{_NEXT_NUMBER} WHERE id = ?", (unit.now, unit.now, timestamp(unit.now), user_id))
    note_revocation(unit, user_id)


def end_all_tokens(unit: Unit, above: int = 0) -> None:
    """Void every token of every user, also those with a number up to `above` that this database has not given."""
    least = max(unit.now, above + 1)
    unit.run(_NEXT_NUMBER, (least, least, timestamp(unit.now)))
    note_revocation(unit, EVERYBODY)
    ledger.add(unit, "all_tokens_ended")


def _note(unit: Unit, event: ledger.Event, user_id: int, **detail: ledger.Value) -> None:
    row = unit.one("SELECT account_id FROM account_user WHERE id = ?", (user_id,))
    ledger.add(unit, event, row[0] if row else None, user_id, **detail)


def note_revocation(unit: Unit, holder: int) -> None:
    """Tell every server to look at a holder again; the row that counts stays locked until the transaction ends."""
    row = unit.one(_NEXT_REVOCATION, (unit.now, unit.now))
    assert row is not None
    unit.run(
        "INSERT INTO token_revocation (user_id, number) VALUES (?, ?)"
        " ON CONFLICT (user_id) DO UPDATE SET number = excluded.number",
        (holder, row[0]),
    )


def remove_user(unit: Unit, user_id: int) -> None:
    _note(unit, "user_removed", user_id)
    note_revocation(unit, user_id)
    unit.run("DELETE FROM account_user WHERE id = ?", (user_id,))
