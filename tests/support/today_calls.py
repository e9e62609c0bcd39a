"""Calls of the functions of the store about what is to do and what was seen, for `tests/store/test_reading.py`."""

from collections.abc import Callable
from typing import Any

from closum.store import agenda, feed, visits
from closum.store.agenda import BEGINNING
from closum.store.session import Session
from closum.store.visits import Visit

END = "9999-12-31T23:59:59+00:00"
TIMES = ("2026-11-30T10:00:00+00:00",) * 2
READING: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "agenda.between": (
        lambda unit: [
            [one.id for one in agenda.between(unit, user, BEGINNING, END, 9)] for user in (None, 1)
        ],
        [[1], []],
    ),
    "agenda.number": (
        lambda unit: [agenda.number(unit, user, "2026", END, 9) for user in (None, 1)],
        [1, 0],
    ),
    "agenda.without_time": (
        lambda unit: [agenda.without_time(unit, user, 0, 9) for user in (None, 1)],
        [[], []],
    ),
    "feed.knows": (lambda unit: feed.knows(unit, feed.end(unit)), True),
    "feed.newest": (lambda unit: [one.id for one in feed.newest(unit, None, 2)], [2, 1]),
    "visits.find": (lambda unit: visits.find(unit, 1), None),
}
WRITING = {"visits.keep", "visits.leave"}


def everything(session: Session, account_id: int) -> None:
    """Each once at least; one visit stays."""
    with session.write(account_id) as unit:
        for user in (1, 2):
            visits.keep(unit, user, Visit("a", TIMES[0], "b", TIMES[1]))
        visits.leave(unit, 2)
        assert visits.find(unit, 1)
        for whose in (None, 1):
            agenda.between(unit, whose, BEGINNING, END, 9)
            agenda.without_time(unit, whose, 0, 9)
            agenda.number(unit, whose, "2026", END, 9)
        feed.newest(unit, feed.end(unit), 2)
