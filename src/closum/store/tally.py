"""Exact counts, ids and places in a list, kept by the transaction that changes them.

`tally` has for each account and resource how many records there are, the last id and the last timestamp.
Ids are dense but for erased records, so only blocks of ids with gaps are noted (`tally_gap`): a block
that is not there is full, and the record at a position is found from the blocks, never by skipping rows.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from closum.model.resource import Resource
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

COUNT = "(SELECT count FROM tally WHERE account_id = ? AND resource = ?)"
SHARED_COUNT = "(SELECT count FROM city_tally WHERE resource = ?)"

# The row at a position (from 0, in the order of ids) is the (skip + 1)th whose id is above after_id:
# inside the last gapped block that begins at or before the position, or plainly counted behind it.
PLACE = f"""
wanted AS (SELECT {{position}} AS position),
gap AS (
    SELECT block, missing, SUM(missing) OVER (ORDER BY block) AS missed
    FROM (SELECT -1 AS block, 0 AS missing
          UNION ALL SELECT block, missing FROM tally_gap WHERE account_id = ? AND resource = ?) AS blocks
),
near AS (
    SELECT block * {BLOCK} AS base, missing, missed, block * {BLOCK} - (missed - missing) AS before
    FROM gap, wanted WHERE block * {BLOCK} - (missed - missing) <= position ORDER BY block DESC LIMIT 1
),
place AS (
    SELECT CASE WHEN position - before < {BLOCK} - missing THEN base ELSE position + missed END AS after_id,
           CASE WHEN position - before < {BLOCK} - missing THEN position - before ELSE 0 END AS skip
    FROM near, wanted WHERE position >= 0
)
"""


class Taken(NamedTuple):
    """Ids from `first_id` on, and the timestamp of the records that get them."""

    first_id: int
    timestamp: str


def take(unit: Unit, account_id: int, resource: Resource, number: int) -> Taken:
    """A range of `number` ids, counted as records from now on."""
    now = timestamp(unit.now)
    row = unit.one(_TAKE, (account_id, resource.name, number, number, now))
    assert row is not None
    return Taken(row[0] - number + 1, row[1])


def last_id(unit: Unit, account_id: int, resource: Resource) -> int:
    """The last id given; 0 where none was."""
    row = unit.one(
        "SELECT last_id FROM tally WHERE account_id = ? AND resource = ?", (account_id, resource.name)
    )
    return int(row[0]) if row else 0


def forget(unit: Unit, account_id: int, resource: Resource, ids: Iterable[int]) -> None:
    """Records with these ids are erased: they leave the count, and gaps in their blocks."""
    blocks = Counter((record_id - 1) // BLOCK for record_id in ids)
    unit.run(
        "UPDATE tally SET count = count - ? WHERE account_id = ? AND resource = ?",
        (blocks.total(), account_id, resource.name),
    )
    unit.run_many(
        "INSERT INTO tally_gap (account_id, resource, block, missing) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (account_id, resource, block) DO UPDATE SET missing = tally_gap.missing + excluded.missing",
        [(account_id, resource.name, block, missing) for block, missing in blocks.items()],
    )
