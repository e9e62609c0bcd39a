"""Views of lists that people have named: the statements on `saved_view`.

They are no records: a view has no history, and nothing follows from it, so it is written here and not through `changes`.
"""

from typing import NamedTuple

from closum.store.unit import Unit

MOST = 50
"""Views of one resource that a user has or sees."""


class SavedView(NamedTuple):
    """`query` is the query string of a list; `user_id` is who made it, None where that user is removed."""

    id: int
    user_id: int | None
    name: str
    query: str
    shared: int


_COLUMNS = ", ".join(SavedView._fields)
_SEEN = "account_id = ? AND resource = ? AND (user_id = ? OR shared = 1)"


def of_user(unit: Unit, user_id: int, resource: str) -> list[SavedView]:
    """Those that a user sees, in their order: the user's own, and those of all."""
    sql = f"SELECT {_COLUMNS} FROM saved_view WHERE {_SEEN} ORDER BY position, id LIMIT ?"
    return [SavedView(*row) for row in unit.all(sql, (unit.account_id, resource, user_id, MOST))]


def add(unit: Unit, resource: str, name: str, query: str, shared: int) -> int | None:
    """The id of a new one of who writes, which comes last; None where there are so many that it would not be seen."""
    if len(of_user(unit, unit.by.user_id or 0, resource)) >= MOST:
        return None
    last = unit.one("SELECT MAX(id), MAX(position) FROM saved_view WHERE account_id = ?", (unit.account_id,))
    number, position = ((one or 0) + 1 for one in last or (0, 0))
    unit.run(
        "INSERT INTO saved_view (account_id, id, user_id, resource, name, query, shared, position)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (unit.account_id, number, unit.by.user_id, resource, name, query, shared, position),
    )
    return number


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
