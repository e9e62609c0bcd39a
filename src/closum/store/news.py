"""What is new in an account since a position of its history: the last ids that were given, and which records have changed."""

from typing import NamedTuple

from closum.model.change import CREATE
from closum.store import tally
from closum.store.unit import Unit

MOST = 2_000
"""Changes that are looked at: of more of them only the last ones are."""
NOW = -1
"""The position behind the last change, whichever it is."""

_CHANGED = f"""
SELECT resource, id, MAX(position) FROM change WHERE account_id = ? AND position > ? AND position <= ?
AND (verb <> '{CREATE}' OR cause = 'undo') GROUP BY resource, id ORDER BY 3
"""


class News(NamedTuple):
    """From one position to another; `last` has the last id given of each resource, by name, and `changed` has of each record
    that was there before its resource, its id, and the position of its last change, in their order.

    Where there is `more`, not all of them are told.
    """

    since: int
    position: int
    last: dict[str, int]
    changed: list[tuple[str, int, int]]
    more: bool


def since(unit: Unit, position: int) -> News:
    """What came after a position. One that is still to come is of a database that a backup has replaced: then there is `more`."""
    last = {name: one.last_id for name, one in tally.counters(unit).items()}
    now = last.get(tally.CHANGE, 0)
    if position in (NOW, now):
        return News(now, now, last, [], more=False)
    start = max(position, now - MOST)
    found = unit.all(_CHANGED, (unit.account_id, start, now)) if position < now else []
    changed = [(str(name), int(record_id), int(at)) for name, record_id, at in found]
    return News(position, now, last, changed, more=start > position or position > now)
