"""Calls of the functions of the store that read the feed, for `tests/store/test_reading.py`, and what they give."""

from collections.abc import Callable
from functools import partial
from typing import Any

from closum.resources.lead import LEAD
from closum.store import feed, history, news

FIRST_CHANGE = (
    f"SELECT {', '.join(history.COLUMNS)} FROM change WHERE account_id = ? ORDER BY position LIMIT 1"
)


def changed(past: list[history.Past]) -> list[tuple[str, int]]:
    return [(one.resource, one.id) for one in past]


def followed(part: feed.Part | None) -> tuple[list[tuple[str, int]], int, bool]:
    assert part
    return changed([*part.changes]), part.next.number, part.has_more


READING: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "feed.after": (
        lambda unit: followed(feed.after(unit, feed.at(unit, history.since(unit, 0, 1)[0]), 1)),
        ([("lead", 1)], 2, True),
    ),
    "feed.at": (lambda unit: feed.at(unit, history.since(unit, 2, 1)[0]) == feed.end(unit), True),
    "feed.beginning": (
        lambda unit: followed(feed.beginning(unit, 9)),
        ([("email", 1), ("lead", 1), ("lead", 2)], 3, False),
    ),
    "feed.end": (lambda unit: feed.end(unit).number, 3),
    "history.first_of_record": (
        lambda unit: [
            first and changed([first])
            for first in [history.first_of_record(unit, LEAD, one) for one in (1, 3)]
        ],
        [[("lead", 1)], None],
    ),
    "history.of_record": (
        lambda unit: [changed(history.of_record(unit, LEAD, one, 3, 9)) for one in (1, 2)],
        [[("lead", 1)], []],
    ),
    "news.authors": (
        lambda unit: [one[:2] for one in news.authors(unit, 1, ["lead", "note"])],
        [("lead", 2), ("lead", 1)],
    ),
    "news.since": (
        lambda unit: [
            (one.since, one.position, one.changed, one.more)
            for one in map(partial(news.since, unit), (1, news.NOW, 9))
        ],
        [(1, 3, [], False), (3, 3, [], False), (9, 3, [], True)],
    ),
    "history.read": (
        lambda unit: changed(history.read(unit, FIRST_CHANGE, (unit.account_id,))),
        [("email", 1)],
    ),
}
