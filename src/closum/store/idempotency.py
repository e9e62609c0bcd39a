"""What calls with an Idempotency-Key were answered: kept for a day, in the transaction of what they wrote.

It is no record: it has no history, and nothing follows from it, so it is written here and not through `changes`.
"""

from collections.abc import Iterable
from typing import NamedTuple

from closum.store import statements
from closum.store.unit import AHEAD, Unit

KEPT = 24 * 3600
"""Seconds."""

_COLUMNS = "key, content, created, status, headers, body, record_id"


class Kept(NamedTuple):
    """An answer: `key` and `content` are hashes, `headers` JSON. `record_id` is of the record that it showed, if it did."""

    key: str
    content: str
    created: int
    status: int
    headers: str
    body: str
    record_id: int | None


def find(unit: Unit, keys: Iterable[str]) -> dict[str, Kept]:
    """What was answered for these keys. What is too old is removed."""
    found: list[Kept] = []
    for chunk in statements.chunks(keys):
        marks = ", ".join("?" * len(chunk))
        sql = f"SELECT {_COLUMNS} FROM idempotency WHERE account_id = ? AND key IN ({marks})"
        found += [Kept(*row) for row in unit.all(sql, (unit.account_id, *chunk))]
    old = [one.key for one in found if not unit.now - KEPT < one.created <= unit.now + AHEAD]
    _remove(unit, old)
    return {one.key: one for one in found if one.key not in old}


def keep(unit: Unit, answers: Iterable[Kept]) -> None:
    """Keep answers. A key that is kept already fails, or has the transaction run again."""
    sql = f"INSERT INTO idempotency (account_id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    unit.run_each([(sql, (unit.account_id, *one)) for one in answers])


def cut(unit: Unit, most: int) -> int:
    """Remove answers of the account that are too old, or dated ahead of the clock, at most `most`; how many there were."""
    before, after = unit.now - KEPT, unit.now + AHEAD
    sql = "SELECT key FROM idempotency WHERE account_id = ? AND created {} ? LIMIT ?"
    old = unit.all(sql.format("<="), (unit.account_id, before, most))
    if len(old) < most:
        old += unit.all(sql.format(">"), (unit.account_id, after, most - len(old)))
    _remove(unit, [key for (key,) in old])
    return len(old)


def _remove(unit: Unit, keys: Iterable[str]) -> None:
    sql = "DELETE FROM idempotency WHERE account_id = ? AND key = ?"
    if gone := [(sql, (unit.account_id, key)) for key in keys]:
        unit.run_each(gone)
