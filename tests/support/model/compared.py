"""What a door answers, compared with the model: lists, walks by cursor, the feed, and the history of a record."""

from typing import Any

from tests.support.model.asked import Asked, Model, hits, order, pagination, shown
from tests.support.model.door import Answer, Door
from tests.support.model.past import Event
from tests.support.model.scan import Bad, Row


def compare_list(door: Door, asked: Asked, model: Model) -> None:
    """A page by its number."""
    answer = door.list(asked.resource, [*asked.pairs, ("page", str(asked.page))])
    try:
        found = hits(asked, model)
    except Bad:
        assert answer.status == 400, asked
        return
    start, end = (asked.page - 1) * asked.limit, asked.page * asked.limit
    if start and start >= len(found):
        assert answer.status == 404, asked
        return
    compare_records(answer, asked, found[start:end])
    is_next = end < len(found)
    assert answer.pagination == pagination(
        asked, len(found), has_next=is_next, is_walk=False, is_first=asked.page == 1
    ), asked


def compare_records(answer: Answer, asked: Asked, expected: list[Row]) -> None:
    assert answer.status == 200, (asked, answer)
    records = [shown(one, asked.resource, asked.fields) for one in expected]
    assert answer.data == records, asked
    assert [list(one) for one in answer.data] == [list(one) for one in records], asked


class Walk:
    """A list that is walked by cursor, while records come, change and go."""

    def __init__(self, asked: Asked) -> None:
        self._asked, self._cursor = asked, ""
        self._last: Any = None
        self._shown: list[int] = []
        self._stayed: dict[int, Any] | None = None

    def go_on(self, door: Door, model: Model) -> bool:
        """The next page, compared with what is behind the last record at this moment; whether there are more."""
        answer = door.list(self._asked.resource, [*self._asked.pairs, ("cursor", self._cursor)])
        try:
            found = hits(self._asked, model)
        except Bad:
            assert answer.status == 400, self._asked
            return False
        places = {one["id"]: order(one, self._asked) for one in found}
        self._keep(places)
        behind = [one for one in found if self._is_behind(places[one["id"]])]
        page, rest = behind[: self._asked.limit], behind[self._asked.limit :]
        compare_records(answer, self._asked, page)
        self._compare_pagination(answer, len(found), has_next=bool(rest))
        self._shown += [one["id"] for one in page]
        if not rest:
            self._end()
            return False
        self._last, self._cursor = places[page[-1]["id"]], answer.pagination["next_cursor"]
        return True

    def _is_behind(self, place: Any) -> bool:
        if self._last is None:
            return True
        return bool(place < self._last if self._asked.descending else place > self._last)

    def _keep(self, places: dict[int, Any]) -> None:
        """Only records that have been there all the time, at the same place."""
        before = places if self._stayed is None else self._stayed
        self._stayed = {one: place for one, place in before.items() if places.get(one) == place}

    def _compare_pagination(self, answer: Answer, count: int, *, has_next: bool) -> None:
        found = dict(answer.pagination)
        assert (found.pop("next_cursor") is not None) == has_next, self._asked
        is_first = self._cursor == ""
        assert found == pagination(self._asked, count, has_next=has_next, is_walk=True, is_first=is_first)

    def _end(self) -> None:
        """What has stayed where it was has come, and once."""
        assert [self._shown.count(one) for one in self._stayed or ()] == [1] * len(self._stayed or ())


def compare_feed(door: Door, model: Model, most: int) -> list[str]:
    """All changes, so many at a time; their positions."""
    found: list[dict[str, Any]] = []
    since, has_more = "", True
    while has_more:
        answer = door.changes(since, most)
        assert answer.status == 200
        assert len(answer.data) <= most
        found += answer.data
        since, has_more = answer.pagination["next"], answer.pagination["has_next_page"]
        assert has_more == (len(found) < len(model.past.events))
        assert not answer.data or since == answer.data[-1]["position"]
    expected = model.past.events
    assert len(found) == len(expected)
    compare_changes(found, expected, model)
    return [one["position"] for one in found]


def compare_changes(found: list[dict[str, Any]], expected: list[Event], model: Model) -> None:
    """One operation after the other; within one, records come before those that show them."""
    by_key: dict[Any, list[dict[str, Any]]] = {}
    for one, event in zip(found, expected, strict=True):
        assert event.operation <= one["operation"] <= event.operation + (len(found) if is_long(event) else 0)
        by_key.setdefault((event.operation, one["resource"], one["id"]), []).append(one)
    assert by_key.keys() == {(event.operation, *event.key) for event in expected}
    for number, event in enumerate(expected, 1):
        (one,) = by_key[event.operation, *event.key]
        assert (one["verb"], one["at"]) == (event.verb, event.at)
        is_forgotten = number <= model.past.forgotten.get(event.key, 0) and one["properties"] is None
        assert is_forgotten or one["properties"] == event.properties, event
    made = {(one["resource"], one["id"]) for one in found if one["verb"] in ("create", "restore")}
    seen = set[Any]()
    for one in found:
        seen.add((one["resource"], one["id"]))
        if one["resource"] == "lead" and one["verb"] == "create":
            view = (
                next(e for e in expected if e.key == ("lead", one["id"]) and e.verb == "create").after or {}
            )
            links = {(table, view[f"{table}.id"]) for table in ("email", "phone") if view[f"{table}.id"]}
            assert links & made <= seen


def is_long(event: Event) -> bool:
    """An erasure is several operations."""
    return event.verb == "erase"


def compare_history(door: Door, key: tuple[str, int], model: Model, most: int) -> None:
    """All changes of a record, so many at a time."""
    expected = model.past.of(key)
    found: list[dict[str, Any]] = []
    before: int | None = None
    while True:
        answer = door.history(*key, most, before)
        if not expected:
            assert answer.status == 404, key
            return
        found += answer.data
        before = answer.pagination["next"]
        if before is None:
            break
        assert answer.data
    assert [(one["verb"], one["operation"], one["at"]) for one in found] == [
        (one.verb, one.operation, one.at) for one in expected
    ]
    for one, event in zip(found, expected, strict=True):
        compare_values(one["properties"], event, is_forgotten=key in model.past.forgotten)


def compare_values(found: dict[str, Any] | None, event: Event, *, is_forgotten: bool) -> None:
    """What an erasure has taken is missing; nothing is wrong."""
    if not is_forgotten:
        assert found == event.values, event
    else:
        for name, ends in (found or {}).items():
            assert ends.items() <= event.values[name].items(), event
