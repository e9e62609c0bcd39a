"""Open follow-ups by when they are due: of one user, or of everybody in the account."""

from typing import NamedTuple

from closum.model.when import FIRST
from closum.store.unit import Unit


class Due(NamedTuple):
    """A follow-up that is open; `due` is None for one without a time."""

    id: int
    lead_id: int
    text: str
    due: str | None
    user_id: int | None


class Place(NamedTuple):
    """Behind a follow-up: when it is due, and its id."""

    due: str
    id: int


BEGINNING = Place(FIRST, 0)

_COLUMNS = ", ".join(Due._fields)
_OPEN = "FROM task WHERE account_id = ? AND done IS NULL"
_WHOSE = ("", " AND user_id = ?")
"""Of everybody, and of one user."""
TIMED = [
    f"SELECT {_COLUMNS} {_OPEN}{whose} AND (due, id) > (?, ?) AND due < ? ORDER BY due, id LIMIT ?"
    for whose in _WHOSE
]
UNTIMED = [
    f"SELECT {_COLUMNS} {_OPEN}{whose} AND due IS NULL AND id > ? ORDER BY due, id LIMIT ?"
    for whose in _WHOSE
]
COUNTED = [
    f"SELECT COUNT(*) FROM (SELECT 1 {_OPEN}{whose} AND due >= ? AND due < ? LIMIT ?) AS counted"
    for whose in _WHOSE
]


def between(unit: Unit, user_id: int | None, after: Place, end: str, most: int) -> list[Due]:
    """At most so many behind a place that are due before a time, the first ones first; of everybody without a user."""
    values = (*_of(unit, user_id), *after, end, most)
    return [Due(*row) for row in unit.all(TIMED[user_id is not None], values)]


def without_time(unit: Unit, user_id: int | None, after: int, most: int) -> list[Due]:
    """At most so many behind an id that have no time, in the order of their ids."""
    values = (*_of(unit, user_id), after, most)
    return [Due(*row) for row in unit.all(UNTIMED[user_id is not None], values)]


def number(unit: Unit, user_id: int | None, start: str, end: str, most: int) -> int:
    """How many are due from a time on and before another one, counted up to one more than `most`."""
    row = unit.one(COUNTED[user_id is not None], (*_of(unit, user_id), start, end, most + 1))
    return int(row[0]) if row else 0


def _of(unit: Unit, user_id: int | None) -> tuple[int, ...]:
    return (unit.account_id,) if user_id is None else (unit.account_id, user_id)
