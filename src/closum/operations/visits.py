"""What changed since a user was here last: the place in the feed up to which everything was seen moves from visit to visit."""

from collections.abc import Sequence
from typing import NamedTuple

from closum.model import position
from closum.store import feed, history, visits
from closum.store.history import Past
from closum.store.unit import Unit, latest, timestamp
from closum.store.visits import Visit

PAUSE = 30 * 60
"""Seconds without a look, after which another visit begins: what was shown before is seen then."""
NOTED = 60
"""Seconds between two notes of one visit."""


class News(NamedTuple):
    """Changes by others, the newest first; whether there are older ones, and how long ago the user has seen everything, None where
    this is the first visit. `is_cut` says that the history has not all of them; `until` is the position of the newest.
    """

    changes: Sequence[Past]
    has_more: bool
    since: str | None
    is_cut: bool
    until: str
    is_noted: bool


def read(unit: Unit, user_id: int, most: int) -> News:
    """Of the latest changes as many as are looked at, without the user's own."""
    visit, until = visits.find(unit, user_id), str(feed.end(unit))
    if visit is None:
        return News((), False, None, False, until, False)
    seen, at = _seen(unit, visit)
    is_noted = seen == visit.seen and not _is_past(unit, visit.latest_at, NOTED)
    place = position.read(seen)
    is_cut = not feed.knows(unit, place)
    found = feed.newest(unit, None if is_cut else place, most + 1)
    by_others = [one for one in found[:most] if one.by.user_id != user_id]
    since = (history.earliest(unit) or at) if is_cut else at
    return News(by_others, len(found) > most, since, is_cut, until, is_noted)


def note(unit: Unit, user_id: int, until: str) -> None:
    """The user has been shown what changed up to a position."""
    visit, now = visits.find(unit, user_id), timestamp(unit.now)
    seen, at = _seen(unit, visit) if visit else (until, now)
    visits.keep(unit, user_id, Visit(seen, at, until, now))


def see(unit: Unit, user_id: int, until: str) -> None:
    """The user says that everything up to a position is seen. Raises Malformed."""
    text, now = str(position.read(until)), timestamp(unit.now)
    visits.keep(unit, user_id, Visit(text, now, text, now))


def _seen(unit: Unit, visit: Visit) -> tuple[str, str]:
    """Up to where the user has seen everything, and when that was: what an earlier visit was shown."""
    is_another = _is_past(unit, visit.latest_at, PAUSE)
    return (visit.latest, visit.latest_at) if is_another else (visit.seen, visit.seen_at)


def _is_past(unit: Unit, at: str, seconds: int) -> bool:
    """Whether so many seconds have gone by since; a time that only a wrong clock gives is long ago."""
    return at <= timestamp(unit.now - seconds) or at > latest(unit.now)
