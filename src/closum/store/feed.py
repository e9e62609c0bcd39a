"""The feed: changes of an account behind a position, which is checked against the change that it names."""

from collections.abc import Sequence
from typing import NamedTuple

from closum.model import position
from closum.model.position import Position
from closum.store import history, tally
from closum.store.history import Past
from closum.store.unit import Unit

_FROM = f"""
SELECT {", ".join(history.COLUMNS)} FROM change WHERE account_id = ? AND position >= ? ORDER BY position LIMIT ?
"""

_NEWEST = f"""
SELECT {", ".join(history.COLUMNS)} FROM change WHERE account_id = ? AND position > ? ORDER BY position DESC LIMIT ?
"""


class Part(NamedTuple):
    """Changes in their order, the position behind the last one that was looked at, and whether more are behind it."""

    changes: Sequence[Past]
    next: Position
    has_more: bool = False


def beginning(unit: Unit, most: int) -> Part:
    """At most so many of the oldest changes that are kept."""
    found = history.since(unit, 0, most + 1)
    return _part(unit, found, most) if found else Part((), end(unit))


def after(unit: Unit, since: Position, most: int) -> Part | None:
    """At most so many changes behind a position; None where the database does not have the change that it names.

    That change is read with those behind it: whatever took it away, all that is still there is judged at one moment.
    """
    if since.number == 0:
        return _after_nothing(unit, since, most)
    found = history.read(unit, _FROM, (unit.account_id, since.number, most + 2))
    if not found or at(unit, found[0]) != since:
        return None
    return _part(unit, found[1:], most) if found[1:] else Part((), since)


def end(unit: Unit) -> Position:
    """The position behind the account's last change."""
    found = history.read(unit, _FROM, (unit.account_id, history.last(unit), 1))
    return at(unit, found[-1]) if found else _nothing(unit)


def at(unit: Unit, change: Past) -> Position:
    """The position behind a change."""
    by = change.by
    kept = (change.operation, change.resource, change.id, change.verb, change.at, by.user_id, by.request_id)
    whole = (change.position, *kept, by.cause, by.cause_id)
    return Position(change.position, position.digest(unit.account_id, whole))


def _after_nothing(unit: Unit, since: Position, most: int) -> Part | None:
    """Behind the position of an account without changes: nothing was seen, so only what is cut is missed."""
    found = history.since(unit, 0, most + 1)
    if since != _nothing(unit) or (found and found[0].position > 1):
        return None
    return _part(unit, found, most) if found else Part((), since)


def _part(unit: Unit, found: Sequence[Past], most: int) -> Part:
    """Of some changes, of which one more is read than is asked for."""
    looked_at = found[:most]
    return Part(_shown(looked_at), at(unit, looked_at[-1]), len(found) > most)


def _nothing(unit: Unit) -> Position:
    return Position(0, position.digest(unit.account_id, ()))


def _shown(found: Sequence[Past]) -> list[Past]:
    """Without the marks of the history, which are no changes of records."""
    return [one for one in found if one.resource != tally.CHANGE]


def newest(unit: Unit, since: Position | None, most: int) -> Sequence[Past]:
    """At most so many of the last changes, the newest first: of those behind a position that the database `knows`, or of all."""
    number = since.number if since else 0
    return _shown(history.read(unit, _NEWEST, (unit.account_id, number, most)))


def knows(unit: Unit, since: Position) -> bool:
    """Whether the database has every change behind a position."""
    return after(unit, since, 1) is not None
