"""Up to where each user has seen what changed: the statements on `user_visit`.

It is no record: it has no history, and is written here and not through `changes`.
"""

from typing import NamedTuple

from closum.store.unit import Unit


class Visit(NamedTuple):
    """The position of the feed up to which a user has seen everything, and when that was; and those of the latest visit."""

    seen: str
    seen_at: str
    latest: str
    latest_at: str


_COLUMNS = ", ".join(Visit._fields)
_FIND = f"SELECT {_COLUMNS} FROM user_visit WHERE account_id = ? AND user_id = ?"
_KEEP = f"""
INSERT INTO user_visit (account_id, user_id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (account_id, user_id) DO UPDATE SET seen = excluded.seen, seen_at = excluded.seen_at,
latest = excluded.latest, latest_at = excluded.latest_at
"""


def find(unit: Unit, user_id: int) -> Visit | None:
    row = unit.one(_FIND, (unit.account_id, user_id))
    return Visit(*row) if row else None


def keep(unit: Unit, user_id: int, visit: Visit) -> None:
    unit.run(_KEEP, (unit.account_id, user_id, *visit))


def leave(unit: Unit, user_id: int) -> None:
    """The user is removed."""
    unit.run("DELETE FROM user_visit WHERE account_id = ? AND user_id = ?", (unit.account_id, user_id))
