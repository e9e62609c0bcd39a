"""Views of lists that people have named: the statements on `saved_view`.

They are no records: a view has no history, and nothing follows from it, so it is written here and not through `changes`.
"""

from collections.abc import Iterable
from typing import NamedTuple

from closum.store import statements, tally
from closum.store.unit import Unit

TABLE = "saved_view"
MOST = 50
"""Views of one resource that a user has."""
MOST_SHARED = 200
"""Views of one resource that others share, and a user sees."""


class SavedView(NamedTuple):
    """`query` is the query string of a list; `user_id` is who made it, None where that user is removed."""

    id: int
    user_id: int | None
    name: str
    query: str
    shared: int
    position: int


_COLUMNS = ", ".join(SavedView._fields)
_OF_RESOURCE = f"SELECT {_COLUMNS} FROM {TABLE} WHERE account_id = ? AND resource = ?"
OWN = f"SELECT COUNT(*) FROM {TABLE} WHERE account_id = ? AND resource = ? AND user_id = ?"
_SHARED = "shared = 1 AND (user_id IS NULL OR user_id <> ?)"


def of_user(unit: Unit, user_id: int, resource: str) -> list[SavedView]:
    """Those that a user sees, in their order: the user's own, and those that others share."""
    of = (unit.account_id, resource, user_id)
    own = unit.all(f"{_OF_RESOURCE} AND user_id = ?", of)
    shared = unit.all(f"{_OF_RESOURCE} AND {_SHARED} ORDER BY position, id LIMIT ?", (*of, MOST_SHARED))
    found = (SavedView(*row) for row in (*own, *shared))
    return sorted(found, key=lambda one: (one.position, one.id))


def shared_names(unit: Unit, numbers: Iterable[int]) -> dict[int, str]:
    """What those of the views are called that everybody sees."""
    found = dict[int, str]()
    for chunk in statements.chunks(numbers):
        marks = ", ".join("?" * len(chunk))
        sql = f"SELECT id, name FROM {TABLE} WHERE account_id = ? AND shared = 1 AND id IN ({marks})"
        found |= {row[0]: row[1] for row in unit.all(sql, (unit.account_id, *chunk))}
    return found


def add(unit: Unit, resource: str, name: str, query: str, shared: int) -> int | None:
    """The id of a new one of who writes, which comes last; None where who writes has the most."""
    own = unit.one(OWN, (unit.account_id, resource, unit.by.user_id))
    if own and own[0] >= MOST:
        return None
    last = unit.one(f"SELECT MAX(id), MAX(position) FROM {TABLE} WHERE account_id = ?", (unit.account_id,))
    greatest, position = (one or 0 for one in last or (0, 0))
    number = tally.next_id(unit, TABLE, greatest)
    restore(unit, resource, SavedView(number, unit.by.user_id, name, query, shared, position + 1))
    return number


def restore(unit: Unit, resource: str, view: SavedView) -> None:
    """Have a view again that was removed, as it was; one that is there stays."""
    unit.run(
        "INSERT INTO saved_view (account_id, id, user_id, resource, name, query, shared, position)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, id) DO NOTHING",
        (unit.account_id, view.id, view.user_id, resource, *view[2:]),
    )


def change(unit: Unit, number: int, name: str, shared: int) -> None:
    unit.run(
        "UPDATE saved_view SET name = ?, shared = ? WHERE account_id = ? AND id = ?",
        (name, shared, unit.account_id, number),
    )


def replace(unit: Unit, number: int, query: str, shared: int) -> None:
    """Have a view show another list."""
    unit.run(
        "UPDATE saved_view SET query = ?, shared = ? WHERE account_id = ? AND id = ?",
        (query, shared, unit.account_id, number),
    )


def arrange(unit: Unit, numbers: list[int]) -> None:
    """Have views come in this order."""
    rows = [(place, unit.account_id, number) for place, number in enumerate(numbers, 1)]
    unit.run_many("UPDATE saved_view SET position = ? WHERE account_id = ? AND id = ?", rows)


def remove(unit: Unit, number: int) -> None:
    unit.run("DELETE FROM saved_view WHERE account_id = ? AND id = ?", (unit.account_id, number))


def leave(unit: Unit, user_id: int) -> None:
    """The user is removed: those that nobody else sees go too, the others stay."""
    of = (unit.account_id, user_id)
    unit.run("DELETE FROM saved_view WHERE account_id = ? AND user_id = ? AND shared = 0", of)
    unit.run("UPDATE saved_view SET user_id = NULL WHERE account_id = ? AND user_id = ?", of)
