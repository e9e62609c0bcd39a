"""Exact counts, ids and places in a list, kept by the transaction that changes them.

`tally` has for each account and resource how many records there are, the last id and the last timestamp.
Ids are dense but for erased records, so only blocks of ids with gaps are noted (`tally_gap`): how many are
missing, and at which position the block begins. A block that is not there is full. So the record at a
position is found with one look at an index, never by skipping rows, and a create writes nothing for it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from closum.model.change import Change
from closum.model.resource import Resource
from closum.store.scope import ACCOUNT
from closum.store.sql import Sql, sql, value
from closum.store.unit import Unit, timestamp

BLOCK = 1_000

_TAKE = """
INSERT INTO tally (account_id, resource, count, last_id, last_timestamp) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (account_id, resource) DO UPDATE SET
    count = tally.count + excluded.count,
    last_id = tally.last_id + excluded.last_id,
    last_timestamp = CASE WHEN tally.last_timestamp > excluded.last_timestamp
                          THEN tally.last_timestamp ELSE excluded.last_timestamp END
RETURNING last_id, last_timestamp
"""

_ADD = """
INSERT INTO tally (account_id, resource, count, last_id, last_timestamp) VALUES {rows}
ON CONFLICT (account_id, resource) DO UPDATE SET
    count = tally.count + excluded.count,
    last_id = CASE WHEN tally.last_id > excluded.last_id THEN tally.last_id ELSE excluded.last_id END,
    last_timestamp = CASE WHEN tally.last_timestamp > excluded.last_timestamp
                          THEN tally.last_timestamp ELSE excluded.last_timestamp END
"""

_MISSING_BEFORE = """
SELECT CAST(COALESCE(SUM(missing), 0) AS BIGINT) FROM tally_gap
WHERE account_id = ? AND resource = ? AND block < ?
"""

_GAP = """
INSERT INTO tally_gap (account_id, resource, block, missing, position) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (account_id, resource, block) DO UPDATE SET missing = tally_gap.missing + excluded.missing
"""

# The record at a position (from 0, in the order of ids) is the (skip + 1)th whose id is above after_id: inside
# the last gapped block that begins at or before the position, or else counted on from there.
_PLACE = """
SELECT {after_id} AS after_id, {skip} AS skip FROM
 (SELECT account_id, resource, {position} AS position FROM tally WHERE account_id = {account} AND resource = {name}) AS wanted
 LEFT JOIN tally_gap AS gap ON gap.account_id = wanted.account_id AND gap.resource = wanted.resource
 AND gap.position <= wanted.position ORDER BY gap.position DESC, gap.block DESC LIMIT 1
"""
_IN_GAP = f"wanted.position - gap.position < {BLOCK} - gap.missing"
_AFTER_ID = f"""
CASE WHEN wanted.position < 0 THEN NULL
     WHEN gap.block IS NULL THEN wanted.position
     WHEN {_IN_GAP} THEN gap.block * {BLOCK}
     ELSE wanted.position - gap.position + gap.block * {BLOCK} + gap.missing END
"""
_SKIP = f"CASE WHEN {_IN_GAP} THEN wanted.position - gap.position ELSE 0 END"


class Taken(NamedTuple):
    """Ids from `first_id` on, and the timestamp of the records that get them."""

    first_id: int
    timestamp: str


def place(resource: Resource, others: Sql, descending: bool) -> Sql:
    """A query of after_id and skip for the record that has so many others before it; no row in an empty account."""
    return sql(
        _PLACE,
        after_id=_AFTER_ID,
        skip=_SKIP,
        position=sql(
            "{last}CAST({others} AS BIGINT)", last="count - 1 - " if descending else "", others=others
        ),
        account=ACCOUNT,
        name=value(resource.name),
    )


class Tally(NamedTuple):
    """How many records there are, the last id, and the last timestamp, "" where there was none."""

    records: int = 0
    last_id: int = 0
    last_timestamp: str = ""


NEVER = Tally()
CHANGE = "change"
"""What the changes of the history are counted as."""


def counters(unit: Unit) -> dict[str, Tally]:
    """What is kept of each resource of the account, by name."""
    sql = "SELECT resource, count, last_id, last_timestamp FROM tally WHERE account_id = ?"
    return {row[0]: Tally(*row[1:]) for row in unit.all(sql, (unit.account_id,))}


def follow(unit: Unit, changes: Sequence[Change], known: Mapping[str, Tally]) -> Taken:
    """Count the records that come and go, and the changes; the positions of these. `known` is what was counted before."""
    come, gone = dict[Resource, list[int]](), dict[Resource, list[int]]()
    for change in changes:
        if change.before is None:
            come.setdefault(change.resource, []).append(change.row["id"])
        elif change.after is None:
            gone.setdefault(change.resource, []).append(change.row["id"])
    history = known.get(CHANGE, NEVER)
    now = timestamp(unit.now)
    values: list[object] = [unit.account_id, CHANGE, len(changes), history.last_id + len(changes), now]
    for resource, ids in come.items():
        last = known.get(resource.name, NEVER).last_id
        new = [one for one in ids if one > last]
        if new:
            values += (unit.account_id, resource.name, len(new), max(new), now)
        if len(new) < len(ids):
            fill(unit, resource, [one for one in ids if one <= last])
    unit.run(_add(len(values) // 5), values)
    for resource, ids in gone.items():
        forget(unit, resource, ids)
    return Taken(history.last_id + 1, max(now, history.last_timestamp))


@lru_cache
def _add(number: int) -> str:
    """Count records of so many resources. Values: of each account, name, how many, last id, time."""
    return _ADD.format(rows=", ".join(["(?, ?, ?, ?, ?)"] * number))


def take(unit: Unit, name: str, number: int) -> Taken:
    """A range of `number` ids of a resource, or positions of the history, counted as records from now on."""
    now = timestamp(unit.now)
    row = unit.one(_TAKE, (unit.account_id, name, number, number, now))
    assert row is not None
    return Taken(row[0] - number + 1, row[1])


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


def fill(unit: Unit, resource: Resource, ids: Iterable[int]) -> None:
    """Erased records with these ids are back."""
    key = (unit.account_id, resource.name)
    for block, number in Counter((record_id - 1) // BLOCK for record_id in ids).items():
        unit.run("UPDATE tally SET count = count + ? WHERE account_id = ? AND resource = ?", (number, *key))
        unit.run(
            "UPDATE tally_gap SET missing = missing - ? WHERE account_id = ? AND resource = ? AND block = ?",
            (number, *key, block),
        )
        unit.run(
            "UPDATE tally_gap SET position = position + ? WHERE account_id = ? AND resource = ? AND block > ?",
            (number, *key, block),
        )
    unit.run("DELETE FROM tally_gap WHERE account_id = ? AND resource = ? AND missing = 0", key)


def discount(unit: Unit, name: str, number: int) -> None:
    """So many rows of the history are cut."""
    unit.run(
        "UPDATE tally SET count = count - ? WHERE account_id = ? AND resource = ?",
        (number, unit.account_id, name),
    )


def forget(unit: Unit, resource: Resource, ids: Iterable[int]) -> None:
    """Records with these ids are erased: they leave the count, and gaps in their blocks."""
    key = (unit.account_id, resource.name)
    blocks = Counter((record_id - 1) // BLOCK for record_id in ids)
    unit.run(
        "UPDATE tally SET count = count - ? WHERE account_id = ? AND resource = ?", (blocks.total(), *key)
    )
    for block, missing in blocks.items():
        before = unit.one(_MISSING_BEFORE, (*key, block))
        assert before is not None
        unit.run(_GAP, (*key, block, missing, block * BLOCK - before[0]))
        unit.run(
            "UPDATE tally_gap SET position = position - ? WHERE account_id = ? AND resource = ? AND block > ?",
            (missing, *key, block),
        )
