"""A history of any length, with the times and positions that a test wants."""

from collections.abc import Iterable

from closum.store.unit import Unit, timestamp

_ROW = """
INSERT INTO change (account_id, position, operation, resource, id, verb, at, cause, before)
VALUES (?, ?, ?, 'lead', 1, 'update', ?, 'command', '{"name":"what it was called before"}')
"""
_COUNT = """
INSERT INTO tally (account_id, resource, count, last_id, last_timestamp) VALUES (?, 'change', ?, ?, '')
ON CONFLICT (account_id, resource) DO UPDATE SET count = tally.count + excluded.count
"""
_COUNTED = """
SELECT COALESCE((SELECT count FROM tally WHERE account_id = ? AND resource = 'change'), 0),
(SELECT COUNT(*) FROM change WHERE account_id = ?)
"""


def note(unit: Unit, times: Iterable[int], first: int = 1) -> None:
    """Changes made at these times, in seconds since 1970, each an operation of its own."""
    rows = [(unit.account_id, position, position, timestamp(at)) for position, at in enumerate(times, first)]
    unit.run_many(_ROW, rows)
    unit.run(_COUNT, (unit.account_id, len(rows), first + len(rows) - 1))


def positions(unit: Unit) -> list[int]:
    """Of the changes that are left."""
    sql = "SELECT position FROM change WHERE account_id = ? ORDER BY position"
    return [row[0] for row in unit.all(sql, (unit.account_id,))]


def counted(unit: Unit) -> tuple[int, int]:
    """How many changes the tally says there are, and how many there are."""
    (found,) = unit.all(_COUNTED, (unit.account_id, unit.account_id))
    return int(found[0]), int(found[1])
