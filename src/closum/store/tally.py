"""Exact counts and ids, kept by the transaction that changes them.

`tally` has for each account and resource how many records there are, the last id and the last timestamp. Ids are dense but
for deleted records: which ids are missing is kept in `gaps`, so that the record at a position is found.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from closum.model.change import Change
from closum.model.resource import Resource
from closum.store import gaps, together
from closum.store.scope import ACCOUNT
from closum.store.sql import Sql, sql, value
from closum.store.together import Read
from closum.store.unit import Effect, Result, Unit, latest, timestamp

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

_FOLLOW = """
INSERT INTO tally (account_id, resource, count, last_id, last_timestamp) VALUES {rows}
ON CONFLICT (account_id, resource) DO UPDATE SET
    count = tally.count + excluded.count,
    last_id = CASE WHEN tally.last_id > excluded.last_id THEN tally.last_id ELSE excluded.last_id END,
    last_timestamp = CASE WHEN tally.last_timestamp > excluded.last_timestamp AND tally.resource <> 'change'
                          THEN tally.last_timestamp ELSE excluded.last_timestamp END
"""

_ADD = "UPDATE tally SET count = count + ? WHERE account_id = ? AND resource = ? RETURNING last_id"


_DATED = "UPDATE tally SET dated = 1 WHERE account_id = ? AND resource = ?"


class Moved(NamedTuple):
    """The ids of records that are there from now on, and of those that are there no more."""

    come: dict[Resource, list[int]]
    gone: dict[Resource, list[int]]


class Taken(NamedTuple):
    """Ids from `first_id` on, and the timestamp of the records that get them."""

    first_id: int
    timestamp: str


def kept(resource: Resource) -> Sql:
    """A query of count and last_id, which are equal where no id is missing, and of `dated`; no row in an empty account."""
    return sql(
        "SELECT count, last_id, dated FROM tally WHERE account_id = {account} AND resource = {name}",
        account=ACCOUNT,
        name=value(resource.name),
    )


def place(resource: Resource, others: Sql, descending: bool) -> Sql:
    """A query of after_id and skip for the record that has so many others before it; no row in an empty account.

    The record is the (skip + 1)th whose id is above after_id.
    """
    position = sql("{last}CAST({others} AS BIGINT)", last="count - 1 - " if descending else "", others=others)
    return gaps.place(resource, position)


class Tally(NamedTuple):
    """How many records there are, the last id, and the last timestamp, "" where there was none."""

    records: int = 0
    last_id: int = 0
    last_timestamp: str = ""


NEVER = Tally()
CHANGE = "change"
"""What the changes of the history are counted as."""


def dates_go_with_ids(resource: Resource) -> Sql:
    """A condition: no record of the account has a date that a record with a lower id has not come to."""
    return sql(
        "(SELECT dated FROM tally WHERE account_id = {account} AND resource = {name}) = 0",
        account=ACCOUNT,
        name=value(resource.name),
    )


def has_dates_by_ids(unit: Unit, resource: Resource) -> bool:
    """Whether that is so of the unit's account."""
    sql = "SELECT dated FROM tally WHERE account_id = ? AND resource = ?"
    row = unit.one(sql, (unit.account_id, resource.name))
    return row is None or row[0] == 0


def counters(unit: Unit) -> dict[str, Tally]:
    """What is kept of each resource of the account, by name."""
    found: dict[str, Tally] = {}
    together.read(unit, [reading(unit, found)])
    return found


def reading(unit: Unit, found: dict[str, Tally]) -> Read:
    """`counters` as a read among others, which adds them to `found`."""
    statement = "SELECT resource, count, last_id, last_timestamp FROM tally WHERE account_id = ?"
    return Read(
        [(statement, (unit.account_id,))],
        lambda rows: found.update({name: Tally(*rest) for name, *rest in rows}),
    )


def follow(unit: Unit, changes: int, known: Mapping[str, Tally], moved: Moved) -> tuple[Effect, Taken]:
    """What counts the new records and so many changes, and the positions of these. `known` is what was counted before."""
    history, now = known.get(CHANGE, NEVER), timestamp(unit.now)
    at = _at(unit, history)
    values: list[object] = [unit.account_id, CHANGE, changes, history.last_id + changes, at]
    number = 1
    for resource, ids in moved.come.items():
        last = known.get(resource.name, NEVER).last_id
        if new := [one for one in ids if one > last]:
            values += (unit.account_id, resource.name, len(new), max(new), now)
            number += 1
    return (_follow(number), values, number), Taken(history.last_id + 1, at)


def follow_gaps(unit: Unit, known: Mapping[str, Tally], moved: Moved) -> dict[Resource, list[int]]:
    """Count the records that go and that come back, once the new ones are counted; the ids of the latter."""
    back: dict[Resource, list[int]] = {}
    for resource, ids in moved.come.items():
        last = known.get(resource.name, NEVER).last_id
        if (most := max(ids)) > last:
            _grow(unit, resource, last, most)
        if min(ids) <= last:
            back[resource] = [one for one in ids if one <= last]
            fill(unit, resource, back[resource])
    for resource, ids in moved.gone.items():
        forget(unit, resource, ids)
    return back


def follow_dates(unit: Unit, changes: Iterable[Change], known: Mapping[str, Tally]) -> None:
    """Note which resources have a date from now on that does not go with the ids."""
    least: dict[Resource, str] = {}
    for _, resource, before, after in changes:
        column = resource.dated
        if not column or after is None:
            continue
        date, last = after[column], known.get(resource.name, NEVER)
        if before is None:
            start = least.get(resource, last.last_timestamp)
            goes = after["id"] <= last.last_id or start <= date <= max(timestamp(unit.now), start)
            least[resource] = date
        else:
            goes = before[column] == date
        if not goes:
            unit.run(_DATED, (unit.account_id, resource.name))


def follow_new_dates(
    unit: Unit, new: Mapping[Resource, Sequence[Result]], known: Mapping[str, Tally]
) -> None:
    """`follow_dates` for new records, whose rows have the columns of their resource."""
    for resource, rows in new.items():
        if resource.dated and rows:
            column = resource.columns.index(resource.dated)
            dates = [known.get(resource.name, NEVER).last_timestamp, *(row[column] for row in rows)]
            latest = max(timestamp(unit.now), dates[0])
            if dates != sorted(dates) or dates[-1] > latest:
                unit.run(_DATED, (unit.account_id, resource.name))


def take_positions(unit: Unit, number: int, behind: int = 0) -> tuple[int, Taken]:
    """So many positions behind one, counted as changes from now on; and the one that would have been next."""
    last = counters(unit).get(CHANGE, NEVER)
    first, at = max(last.last_id, behind) + 1, _at(unit, last)
    unit.run(_follow(1), (unit.account_id, CHANGE, number, first + number - 1, at))
    return last.last_id + 1, Taken(first, at)


def _at(unit: Unit, history: Tally) -> str:
    """The time of a change: not before that of the one before it, unless a wrong clock has dated that."""
    now = timestamp(unit.now)
    return history.last_timestamp if now < history.last_timestamp <= latest(unit.now) else now


@lru_cache
def _follow(number: int) -> str:
    """Count records of so many resources. Values: of each account, name, how many, last id, time."""
    return _FOLLOW.format(rows=", ".join(["(?, ?, ?, ?, ?)"] * number))


def take(unit: Unit, resource: Resource, number: int) -> Taken:
    """A range of `number` ids, counted as records from now on."""
    now = timestamp(unit.now)
    row = unit.one(_TAKE, (unit.account_id, resource.name, number, number, now))
    assert row is not None
    last, before = row[0], row[0] - number
    _grow(unit, resource, before, last)
    return Taken(before + 1, row[1])


def next_id(unit: Unit, table: str, greatest: int) -> int:
    """An id for a row that is no record: above the greatest that is there, and above all that were there before."""
    sql = "SELECT last_id FROM tally WHERE account_id = ? AND resource = ?"
    row = unit.one(sql, (unit.account_id, table))
    found = max(greatest, int(row[0]) if row else 0) + 1
    unit.run(_follow(1), (unit.account_id, table, 0, found, ""))
    return found


def _grow(unit: Unit, resource: Resource, before: int, last: int) -> None:
    if last > gaps.top(before):
        gaps.grow(unit, resource, before, last)


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


def discount(unit: Unit, name: str, number: int) -> None:
    """So many rows of the history are cut."""
    unit.run(
        "UPDATE tally SET count = count - ? WHERE account_id = ? AND resource = ?",
        (number, unit.account_id, name),
    )


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
