"""What is new in an account since a position of its history: the last ids that were given, and which records have changed."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

from closum.model.change import CREATE
from closum.store import tally
from closum.store.unit import Unit

MOST = 2_000
"""Changes that are looked at: of more of them only the last ones are."""
NOW = -1
"""The position behind the last change, whichever it is."""

_CHANGED = """
SELECT resource, id, MAX(position) FROM change WHERE account_id = ? AND position > ? AND position <= ?
AND (verb <> ? OR cause = 'undo'{or_new}) GROUP BY resource, id ORDER BY 3
"""
_BY = """
SELECT resource, id, user_id FROM change WHERE account_id = ? AND position > ? AND position <= ?
AND resource IN ({names}) ORDER BY position DESC
"""


class News(NamedTuple):
    """From one position to another; `last` has the last id given of each resource, by name, and `changed` has of each record
    that was there before its resource, its id, and the position of its last change, in their order. `beside` has the same of
    records to which others belong, for changes of these.

    Where there is `more`, not all of them are told.
    """

    since: int
    position: int
    last: dict[str, int]
    changed: list[tuple[str, int, int]]
    more: bool
    beside: Sequence[tuple[str, int, int]] = ()


def since(unit: Unit, position: int, with_new: tuple[str, ...] = ()) -> News:
    """What came after a position; among what has changed are new records of the resources `with_new`.

    A position that is still to come is of a database that a backup has replaced: then there is `more`.
    """
    last = {name: one.last_id for name, one in tally.counters(unit).items()}
    now = last.get(tally.CHANGE, 0)
    if position in (NOW, now):
        return News(now, now, last, [], more=False)
    start = max(position, now - MOST)
    values = (unit.account_id, start, now, CREATE, *with_new)
    found = unit.all(_changed(len(with_new)), values) if position < now else []
    changed = [(str(name), int(record_id), int(at)) for name, record_id, at in found]
    return News(position, now, last, changed, more=start > position or position > now)


def authors(unit: Unit, position: int, names: Collection[str]) -> list[tuple[str, int, int | None]]:
    """Of the last changes behind a position, of records of these resources, the resource, the id, and the user; the last first."""
    if position == NOW:
        return []
    now = tally.counters(unit).get(tally.CHANGE, tally.NEVER).last_id
    statement = _BY.format(names=", ".join("?" * len(names)))
    found = unit.all(statement, (unit.account_id, max(position, now - MOST), now, *names))
    return [(str(name), int(record_id), user_id) for name, record_id, user_id in found]


@lru_cache
def _changed(number: int) -> str:
    return _CHANGED.format(or_new=f" OR resource IN ({', '.join('?' * number)})" if number else "")
