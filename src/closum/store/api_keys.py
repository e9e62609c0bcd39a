"""API keys: the statements on the secrets by which programs of an account sign their calls.

A key that is revoked stays, so that the history can name it.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from closum.store import ledger, statements
from closum.store.identity import note_revocation
from closum.store.scope import OF_ACCOUNT
from closum.store.sql import Prepared
from closum.store.unit import Unit, timestamp

HOUR = 3600


class Key(NamedTuple):
    """`user_id` is who made it, None for a command; the other times are timestamps, None where that has not happened."""

    id: int
    account_id: int
    name: str
    kind: str
    user_id: int | None
    created: str
    last_used: str | None
    revoked: str | None


_KEYS = f"SELECT {', '.join(Key._fields)} FROM api_key"
_ADD = """
INSERT INTO api_key (account_id, name, kind, hash, user_id, created) VALUES (?, ?, ?, ?, ?, ?) RETURNING id
"""


def add(unit: Unit, account_id: int, name: str, kind: str, hash: str) -> int:
    """The id of a new key, of whose secret this is the hash."""
    row = unit.one(_ADD, (account_id, name, kind, hash, unit.by.user_id, timestamp(unit.now)))
    assert row is not None
    ledger.add(unit, "key_added", account_id, key=row[0], kind=kind)
    return int(row[0])


def keys(unit: Unit, account_id: int | None = None) -> list[Key]:
    """The keys of one account, or of all, the revoked ones too, in the order of accounts."""
    scope, values = ("", ()) if account_id is None else ("WHERE account_id = ?", (account_id,))
    return [Key(*row) for row in unit.all(f"{_KEYS} {scope} ORDER BY account_id, id", values)]


def names(unit: Unit, ids: Iterable[int]) -> dict[int, str]:
    """What those keys of the unit's account are called that there are, by id."""
    asked = [
        _names(len(chunk), unit.engine)(unit.account_id, *chunk) for chunk in statements.chunks(sorted(ids))
    ]
    return {row[0]: row[1] for rows in unit.all_of(asked) for row in rows}


@lru_cache
def _names(number: int, engine: str) -> Prepared:
    """Names of so many keys. Takes account, ids."""
    return statements.look_up(OF_ACCOUNT, "api_key", ("id", "name"), "id", (), number, engine, ())


def revoke(unit: Unit, key: Key) -> None:
    """From now on it signs nothing."""
    unit.run("UPDATE api_key SET revoked = ? WHERE id = ?", (timestamp(unit.now), key.id))
    note_revocation(unit, -key.id)
    ledger.add(unit, "key_revoked", key.account_id, key=key.id)


def remove(unit: Unit, ids: Iterable[int]) -> None:
    """Keys that have signed nothing."""
    unit.run_many("DELETE FROM api_key WHERE id = ?", [(one,) for one in ids])


def note_use(unit: Unit, key_id: int) -> None:
    """That it is used, where that was not noted in the last hour."""
    sql = "UPDATE api_key SET last_used = ? WHERE id = ? AND (last_used IS NULL OR last_used <= ?)"
    unit.run(sql, (timestamp(unit.now), key_id, timestamp(unit.now - HOUR)))
