"""Exact counts and ids, kept by the transaction that changes them.

`tally` has for each account and resource how many records there are, the last id and the last timestamp. Ids are dense but
for deleted records: which ids are missing is kept in `gaps`, so that the record at a position is found.
"""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import NamedTuple

from closum.model.resource import Resource
from closum.store import gaps
from closum.store.unit import Unit, timestamp

AT_ONCE = 100_000  # ids: of more of them not all are held in memory

_TAKE = """
INSERT INTO tally (account_id, resource, count, last_id, last_timestamp) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (account_id, resource) DO UPDATE SET
    count = tally.count + excluded.count,
    last_id = tally.last_id + excluded.last_id,
    last_timestamp = CASE WHEN tally.last_timestamp > excluded.last_timestamp
                          THEN tally.last_timestamp ELSE excluded.last_timestamp END
RETURNING last_id, last_timestamp
"""

_ADD = "UPDATE tally SET count = count + ? WHERE account_id = ? AND resource = ? RETURNING last_id"

COUNT = "(SELECT count FROM tally WHERE account_id = ? AND resource = ?)"
SHARED_COUNT = "(SELECT count FROM city_tally WHERE resource = ?)"


class Taken(NamedTuple):
    """Ids from `first_id` on, and the timestamp of the records that get them."""

    first_id: int
    timestamp: str


def place(descending: bool) -> str:
    """A query of after_id and skip for the record that has `?` others before it; no row in an empty account.

    The record is the (skip + 1)th whose id is above after_id. Values: account, resource, how many others, and three times
    more account, resource.
    """
    return gaps.place("count - 1 - CAST(? AS BIGINT)" if descending else "CAST(? AS BIGINT)")


def take(unit: Unit, resource: Resource, number: int) -> Taken:
    """A range of `number` ids, counted as records from now on."""
    now = timestamp(unit.now)
    row = unit.one(_TAKE, (unit.account_id, resource.name, number, number, now))
    assert row is not None
    last, before = row[0], row[0] - number
    if last > gaps.top(before):
        gaps.grow(unit, resource, before, last)
    return Taken(before + 1, row[1])


def last_id(unit: Unit, resource: Resource) -> int:
    """The last id given; 0 where none was."""
    row = unit.one(
        "SELECT last_id FROM tally WHERE account_id = ? AND resource = ?", (unit.account_id, resource.name)
    )
    return int(row[0]) if row else 0


def last_timestamp(unit: Unit, resource: Resource) -> str | None:
    """The greatest timestamp given; None where none was."""
    row = unit.one(
        "SELECT last_timestamp FROM tally WHERE account_id = ? AND resource = ?",
        (unit.account_id, resource.name),
    )
    return str(row[0]) if row else None


def forget(unit: Unit, resource: Resource, ids: Iterable[int]) -> None:
    """Records with these ids are deleted: they leave the count, and their ids are missing. Each id is given once.

    Raises ValueError for an id that was never given.
    """
    _change(unit, resource, ids, -1, gaps.add)


def fill(unit: Unit, resource: Resource, ids: Iterable[int]) -> None:
    """Records with these ids, which are missing, are there again. Each id is given once.

    Raises ValueError for an id that was never given, and where more come back than are missing.
    """
    _change(unit, resource, ids, 1, gaps.remove)


def _change(
    unit: Unit,
    resource: Resource,
    ids: Iterable[int],
    sign: int,
    change: Callable[[Unit, Resource, Iterable[int], int], None],
) -> None:
    rest = iter(ids)
    while some := list(islice(rest, AT_ONCE)):
        row = unit.one(_ADD, (sign * len(some), unit.account_id, resource.name))
        last = row[0] if row else 0
        if min(some) < 1 or max(some) > last:
            raise ValueError(
                f"{resource.plural} have ids from 1 to {last}, not from {min(some)} to {max(some)}"
            )
        change(unit, resource, some, last)
