"""Who is signed in to the pages, and what users have chosen there: the statements on `session` and on preferences.

A session is found by the hash of its text. It ends with the number of its user's tokens, so whatever revokes tokens ends it.
"""

from collections.abc import Mapping
from typing import Any

from closum.store.unit import AHEAD, Result, Unit, timestamp

_FIND = """
SELECT key, user_id, account_user.name, email, role, account_user.language, theme, shortcuts, seen,
account.id, account.name, account.language, zone, country, CASE WHEN revision = 'later' THEN 1 ELSE 0 END,
number, used
FROM session JOIN account_user ON account_user.id = user_id JOIN account ON account.id = account_id
WHERE key = ? AND number = token_number AND account_user.enabled = 1 AND account.enabled = 1
AND expires > ? AND used <= ?
"""

_LAST = """
SELECT user_id, MAX(used) FROM session JOIN account_user ON account_user.id = user_id WHERE account_id = ? GROUP BY user_id
"""

_TOUCH = """
UPDATE session SET used = ?, expires = CASE WHEN created + ? < ? THEN created + ? ELSE ? END WHERE key = ?
"""


def add(unit: Unit, key: str, user_id: int, lifetime: int) -> None:
    """A session of a user with the present number of their tokens, which begins now."""
    unit.run(
        "INSERT INTO session (key, user_id, number, created, used, expires)"
        " SELECT ?, id, token_number, ?, ?, ? FROM account_user WHERE id = ?",
        (key, unit.now, unit.now, unit.now + lifetime, user_id),
    )


def find(unit: Unit, key: str) -> Result | None:
    """A session that counts, with its user and account; not one that was last used by a clock that was far ahead."""
    return unit.one(_FIND, (key, unit.now, unit.now + AHEAD))


def last_uses(unit: Unit) -> dict[int, int]:
    """When each user of the unit's account last used a session that is kept, by id, in seconds since 1970."""
    return {row[0]: row[1] for row in unit.all(_LAST, (unit.account_id,))}


def touch(unit: Unit, key: str, lifetime: int, most: int) -> None:
    """It is used now, and goes on for `lifetime` seconds, to `most` seconds after its beginning at the latest."""
    ends = unit.now + lifetime
    unit.run(_TOUCH, (unit.now, most, ends, most, ends, key))


def renumber(unit: Unit, key: str) -> None:
    """Have a session go on with the present number of its user's tokens."""
    unit.run(
        "UPDATE session SET number = (SELECT token_number FROM account_user WHERE id = user_id) WHERE key = ?",
        (key,),
    )


def remove(unit: Unit, key: str) -> None:
    unit.run("DELETE FROM session WHERE key = ?", (key,))


def cut(unit: Unit, most: int) -> int:
    """Remove at most `most` sessions that have expired; how many there were."""
    old = unit.all("SELECT key FROM session WHERE expires <= ? ORDER BY expires LIMIT ?", (unit.now, most))
    unit.run_many("DELETE FROM session WHERE key = ?", old)
    return len(old)


def set_preferences(unit: Unit, user_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a user: `language`, `theme`, `shortcuts`."""
    columns = ", ".join(f"{name} = ?" for name in values)
    sql = f"UPDATE account_user SET {columns}, version = version + 1, modified = ? WHERE id = ?"
    unit.run(sql, (*values.values(), timestamp(unit.now), user_id))


def set_seen(unit: Unit, user_id: int) -> None:
    """The user has seen what there is now."""
    unit.run("UPDATE account_user SET seen = ? WHERE id = ?", (unit.now, user_id))
