"""What changed: the feed, and the history of a record."""

from datetime import UTC, datetime
from typing import Any

import pytest

from closum_client import Change, Gone, Key, NotFound, Revision, UnexpectedAnswer, User
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import ok, refused

BY = {
    "at": "2018-01-01T10:00:00+00:00",
    "user": {"id": 1, "email": "email@closum.com"},
    "cause": "api",
    "operation": 4,
}


def change(number: int, **more: Any) -> dict[str, Any]:
    who = {"verb": "update", "resource": "lead", "id": 7, "properties": ["name"]}
    return {"position": f"p{number}", **who, **BY, **more}


def part(*numbers: int, then: str | int | None, more: bool = False) -> Any:
    places = {"next": then, "has_next_page": more, "limit": None}
    return ok([change(number) for number in numbers], pagination=places)


def revision(operation: int, properties: Any) -> dict[str, Any]:
    return {"verb": "update", **BY, "operation": operation, "properties": properties}


def history(*found: Any, then: int | None) -> Any:
    return ok(list(found), pagination={"next": then, "has_next_page": then is not None, "limit": None})


def test_a_walk_goes_on_where_the_one_before_ended(scripted: Scripted) -> None:
    client, script = scripted(
        part(then="p0"), part(1, 2, then="p2", more=True), part(3, then="p9"), part(then="p9")
    )
    feed = client.changes.since(client.changes.now(), limit=2)
    assert script.calls == ["GET /api/change?since=now"]
    assert [one.position for one in feed] == ["p1", "p2", "p3"]
    assert feed.position == "p9"
    assert list(feed) == []
    assert script.calls[1:] == [f"GET /api/change?since={at}&limit=2" for at in ("p0", "p2", "p9")]


def test_a_change_that_was_not_done_with_comes_again(scripted: Scripted) -> None:
    client, script = scripted(part(1, 2, 3, then="p3"), part(2, 3, then="p3"))
    feed = client.changes.since()
    done = []
    for one in feed:
        if one.position == "p2":
            break
        done.append(one.position)
    assert feed.position == "p1"
    done += [one.position for one in feed]
    assert done == ["p1", "p2", "p3"]
    assert script.calls == ["GET /api/change?since=", "GET /api/change?since=p1"]


def test_a_change_has_all_that_is_told(scripted: Scripted) -> None:
    client, _ = scripted(
        part(1, then="p1"),
        ok(
            [change(2, user=None, key={"id": 3, "name": "Web form"}, properties=None)],
            pagination={"next": "p2", "has_next_page": False},
        ),
    )
    feed = client.changes.since()
    (found,) = feed
    assert found == Change(
        position="p1",
        verb="update",
        resource="lead",
        id=7,
        properties=("name",),
        at=datetime(2018, 1, 1, 10, tzinfo=UTC),
        user=User(id=1, email="email@closum.com"),
        cause="api",
        operation=4,
    )
    (other,) = feed
    assert (other.user, other.key, other.properties) == (None, Key(id=3, name="Web form"), None)


def test_a_position_that_is_gone(scripted: Scripted) -> None:
    client, _ = scripted(refused(410, "Read everything again"))
    with pytest.raises(Gone, match="Read everything again"):
        list(client.changes.since("p1"))


@pytest.mark.parametrize("limit", [0, 1001])
def test_a_limit_that_cannot_be(scripted: Scripted, limit: int) -> None:
    client, script = scripted()
    for call in (lambda: client.changes.since(limit=limit), lambda: client.leads.history(1, limit=limit)):
        with pytest.raises(ValueError, match="limit"):
            call()
    with pytest.raises(TypeError, match="position"):
        client.changes.since(7)  # type: ignore[arg-type]
    assert script.calls == []


@pytest.mark.parametrize(
    "answer",
    [
        ok({}),
        ok([], pagination={"next": "p1"}),
        ok([{}], pagination={"next": "p1", "has_next_page": False}),
        ok([change(1, properties="name")], pagination={"next": "p1", "has_next_page": False}),
    ],
)
def test_an_answer_that_is_no_feed(scripted: Scripted, answer: Any) -> None:
    client, _ = scripted(answer)
    with pytest.raises(UnexpectedAnswer):
        list(client.changes.since())


def test_the_history_of_a_record(scripted: Scripted) -> None:
    values = {"name": {"before": "Ana", "after": "Eva"}, "email.email": {"after": None}}
    client, script = scripted(
        history(revision(9, values), revision(5, None), then=5), history(revision(4, {}), then=None)
    )
    walk = client.leads.history("7", limit=2)
    assert script.calls == []
    first, forgotten, last = walk
    assert isinstance(first, Revision)
    assert first.properties == values
    assert (forgotten.properties, last.properties, last.operation) == (None, {}, 4)
    assert script.calls == ["GET /api/lead/7/history?limit=2", "GET /api/lead/7/history?before=5&limit=2"]


def test_the_history_before_an_operation(scripted: Scripted) -> None:
    client, script = scripted(history(then=None), refused(404))
    assert list(client.emails.history(7, before=12)) == []
    assert script.calls == ["GET /api/email/7/history?before=12"]
    with pytest.raises(NotFound):
        list(client.phones.history(7))
    with pytest.raises(ValueError, match="id"):
        client.leads.history("x")
