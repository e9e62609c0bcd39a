"""Which ids of a list are missing, as a tree of counts: the record at a position is found without skipping rows.

A row of `tally_span` is a node of the tree. It covers the `span` ids above `after_id`, in sixteen parts of the same
size: `missing_1` ids are missing in the first part, `missing_2` in the first two, `missing_16` in all of them. Spans are
BLOCK, sixteen times BLOCK and so on, up to the first that has all ids given. A span in which none is missing has no row,
so a create writes nothing for it; a deletion changes one row of each size.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate, chain, islice

from closum.model.resource import Resource
from closum.store.scope import ACCOUNT
from closum.store.sql import Sql, sql, value
from closum.store.unit import Unit

PARTS = 16
LEAST = 256  # ids: the least part, inside which records are skipped
BLOCK = PARTS * LEAST  # ids: the least span that has a row
MOST_EXACT, MOST_ROWS = 8, 64  # rows of a statement: few texts, so that they stay prepared

Nodes = dict[tuple[int, int], list[int]]
"""By span and after_id: how many are missing in the first part, the first two, … all of them."""

_COLUMNS = tuple(f"missing_{parts}" for parts in range(1, PARTS + 1))
_MISSING = _COLUMNS[-1]

_TOTAL = (
    f"SELECT {_MISSING} FROM tally_span WHERE account_id = ? AND resource = ? AND span = ? AND after_id = 0"
)
_DELETE = "DELETE FROM tally_span WHERE account_id = ? AND resource = ? AND span = ? AND after_id = ?"
_NODES = f"""
SELECT span, after_id, {", ".join(_COLUMNS)} FROM tally_span WHERE account_id = ? AND resource = ? ORDER BY span, after_id
"""

# From the top down: in each node to the last part that begins at or before the position. `part` is the size of the parts of
# the next node, `rest` how many records are still before the position; where a node has no row it is reached at once.
# Two sub-queries instead of a join: of a join PostgreSQL may read every node of the list for each size.
_PLACE = """
WITH RECURSIVE walk (part, after_id, rest) AS (
 SELECT COALESCE((SELECT MAX(span) FROM tally_span WHERE {list}) / {parts}, {least}), CAST(0 AS BIGINT), rest
 FROM (SELECT {position} AS rest FROM tally WHERE {list}) AS wanted WHERE rest >= 0
 UNION ALL
 SELECT part / {parts}, after_id + COALESCE(part * {number}, rest), COALESCE(rest - {less}, 0)
 FROM walk WHERE part >= {least}
) SELECT after_id, rest AS skip FROM walk WHERE part < {least}
"""
_OF_THE_NODE = """(SELECT {value} FROM tally_span
  WHERE {list} AND span = part * {parts} AND after_id = walk.after_id)"""


def place(resource: Resource, position: Sql) -> Sql:
    """A query of after_id and skip for the record at a position: it is the (skip + 1)th whose id is above after_id.

    `position` is an expression of the columns of `tally`. No row in an empty account and for a negative position.
    """
    parts: dict[str, Sql | str] = {
        "parts": str(PARTS),
        "least": str(LEAST),
        "list": sql(
            "account_id = {account} AND resource = {name}", account=ACCOUNT, name=value(resource.name)
        ),
    }
    number, less = _of_the_part("{number}"), _of_the_part("{number} * part - missing_{number}")
    return sql(
        _PLACE,
        position=position,
        number=sql(_OF_THE_NODE, value=number, **parts),
        less=sql(_OF_THE_NODE, value=less, **parts),
        **parts,
    )


def _of_the_part(value: str, start: int = 0, end: int = PARTS) -> str:
    """The value of the part in which the rest ends, which is found by halves; 0 for the first part."""
    if end - start == 1:
        return value.format(number=start) if start else "0"
    half = (start + end) // 2
    return (
        f"CASE WHEN rest < {half} * part - missing_{half}"
        f" THEN {_of_the_part(value, start, half)} ELSE {_of_the_part(value, half, end)} END"
    )


def top(last_id: int) -> int:
    """The least span that has all ids up to the last one."""
    span = BLOCK
    while span < last_id:
        span *= PARTS
    return span


def add(unit: Unit, resource: Resource, ids: Iterable[int], last_id: int) -> None:
    """These ids are missing from now on. `last_id` is the last one given."""
    _write(unit, resource, nodes(_by_part(ids), last_id))


def remove(unit: Unit, resource: Resource, ids: Iterable[int], last_id: int) -> None:
    """These ids are missing no more. Raises ValueError where more come back to a span than are missing in it."""
    back = Counter({part: -number for part, number in _by_part(ids).items()})
    left = _write(unit, resource, nodes(back, last_id))
    if any(missing < 0 for _, _, missing in left):
        raise ValueError(f"more ids of {resource.plural} come back than are missing")
    full = [(span, after_id) for span, after_id, missing in left if not missing]
    if full:
        unit.run_many(_DELETE, [(unit.account_id, resource.name, *key) for key in full])


def grow(unit: Unit, resource: Resource, before: int, last_id: int) -> None:
    """The last id given was `before`, and is `last_id`: the tree gets a new top where the old one ends below that."""
    span = top(before)
    found = unit.one(_TOTAL, (unit.account_id, resource.name, span))
    if found:
        above: Nodes = {}
        while span < last_id:
            span *= PARTS
            above[span, 0] = [found[0]] * PARTS
        _write(unit, resource, above)


def nodes(by_part: Counter[int], last_id: int) -> Nodes:
    """The nodes of a tree, of the number of missing ids by part (from 0) of the least spans."""
    found: Nodes = {}
    span, end = BLOCK, top(last_id)
    while span <= end:
        spans: dict[int, list[int]] = {}
        for part, number in by_part.items():
            place, inside = divmod(part, PARTS)
            if place not in spans:
                spans[place] = [0] * PARTS
            spans[place][inside] += number
        for place, numbers in spans.items():
            found[span, place * span] = list(accumulate(numbers))
        by_part = Counter({place: sum(numbers) for place, numbers in spans.items()})
        span *= PARTS
    return found


def kept(unit: Unit, resource: Resource) -> Nodes:
    """The nodes that the database has of the unit's account."""
    found = unit.all(_NODES, (unit.account_id, resource.name))
    return {(span, after_id): missing for span, after_id, *missing in found}


def of_runs(runs: Iterable[tuple[int, int]], last_id: int) -> Nodes:
    """The nodes that there have to be, of the runs of missing ids: the id before each and the one behind it."""
    return nodes(_by_part(chain.from_iterable(range(start + 1, end) for start, end in runs)), last_id)


def _by_part(ids: Iterable[int]) -> Counter[int]:
    return Counter((record_id - 1) // LEAST for record_id in ids)


def _write(unit: Unit, resource: Resource, changes: Nodes) -> list[tuple[int, int, int]]:
    """Add to the counts of nodes; of each its span, after_id and how many are missing in it then."""
    rest, written = iter(changes.items()), list[tuple[int, int, int]]()
    for size in _sizes(len(changes)):
        rows = ((unit.account_id, resource.name, *key, *missing) for key, missing in islice(rest, size))
        written += unit.all(_upsert(size), tuple(chain.from_iterable(rows)))
    return written


def _sizes(number: int) -> Iterator[int]:
    while number:
        size = number if number <= MOST_EXACT else min(MOST_ROWS, 1 << (number.bit_length() - 1))
        yield size
        number -= size


@lru_cache
def _upsert(number: int) -> str:
    key = ("account_id", "resource", "span", "after_id")
    row = f"({', '.join('?' * (len(key) + PARTS))})"
    added = ", ".join(f"{column} = tally_span.{column} + excluded.{column}" for column in _COLUMNS)
    return (
        f"INSERT INTO tally_span ({', '.join(key + _COLUMNS)}) VALUES {', '.join([row] * number)}"
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {added} RETURNING span, after_id, {_MISSING}"
    )
