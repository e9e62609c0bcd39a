"""What changed, over HTTP: the feed, and the history of a record."""

from typing import Any

import pytest

from closum.resources.lead import LEAD
from closum.store import history
from closum.store.unit import timestamp
from tests.support.answers import failure
from tests.support.client import Client
from tests.support.command import command
from tests.support.server import Server
from tests.support.stored import erase

ANA = {"name": "Ana", "email": {"email": "ana@example.com"}}
KEYS = ["position", "verb", "resource", "id", "properties", "at", "user", "cause", "operation"]


def feed(api: Client, **params: Any) -> tuple[list[Any], Any]:
    answer = api.get("/api/change", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"], answer.json()["pagination"]


def revisions(api: Client, path: str, **params: Any) -> tuple[list[Any], Any]:
    answer = api.get(f"{path}/history", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"], answer.json()["pagination"]


def told(found: list[Any]) -> list[tuple[str, str, int]]:
    return [(one["verb"], one["resource"], one["id"]) for one in found]


def test_what_changed_since_a_position(api: Client) -> None:
    nothing, places = feed(api, since="now")
    assert nothing == []
    assert places.keys() == {"next", "has_next_page", "limit"}
    lead = api.new("lead", ANA)
    api.data("PUT", f"/api/lead/{lead}", {"name": "Eva"})
    found, after = feed(api, since=places["next"])
    assert told(found) == [("create", "email", 1), ("create", "lead", lead), ("update", "lead", lead)]
    assert [list(one) for one in found] == [KEYS] * 3
    assert found[2]["properties"] == ["name"]
    assert found[2]["cause"] == "api"
    assert set(found[2]["user"]) == {"id", "email"}
    assert found[1]["operation"] == found[0]["operation"] < found[2]["operation"]
    assert after == {"next": found[2]["position"], "has_next_page": False, "limit": None}
    assert feed(api, since=after["next"]) == ([], after)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 1000])
def test_pages_hang_together(api: Client, limit: int) -> None:
    for name in "abc":
        api.new("lead", {"name": name})
    found: list[Any] = []
    places, pages = {"next": "", "has_next_page": True}, 0
    while places["has_next_page"]:
        some, places = feed(api, since=places["next"], limit=limit)
        assert len(some) <= limit
        assert places["limit"] == limit
        found, pages = [*found, *some], pages + 1
    assert told(found) == [("create", "lead", number) for number in (1, 2, 3)]
    assert pages == -(-3 // limit)
    assert feed(api)[0] == found


@pytest.mark.parametrize(
    "wrong",
    [
        *("since=x", "since=%00", "since=AAAA", f"since={'A' * 10_000}", "since=NOW", "since=-1", "since=1"),
        *("limit=0", "limit=x", "limit=", "since=now&since=now", "page=1", "before=1", "filter=id=1", "=1"),
    ],
)
def test_what_cannot_be_asked_of_the_feed(api: Client, wrong: str) -> None:
    failure(api.get(f"/api/change?{wrong}"), 400)


def test_a_position_that_nobody_can_go_on_from_is_gone(server: Server, api: Client) -> None:
    api.new("lead", ANA)
    first = feed(api, limit=1)[1]["next"]
    with command(server, api) as unit:
        assert history.cut(unit, timestamp(unit.now + 60), 1) == 1
    answer = api.get("/api/change", params={"since": first})
    failure(answer, 410)
    assert "since=now" in answer.json()["data"]["message"]


def test_the_history_of_a_record_has_its_values(api: Client) -> None:
    lead = api.new("lead", ANA)
    api.data("PUT", f"/api/lead/{lead}", {"name": "Eva", "email": {"email": "eva@example.com"}})
    newest, made = revisions(api, f"/api/lead/{lead}")[0]
    assert newest["properties"] == {
        "name": {"before": "Ana", "after": "Eva"},
        "email.email": {"before": "ana@example.com", "after": "eva@example.com"},
    }
    assert list(newest) == ["verb", "at", "user", "cause", "operation", "properties"]
    assert made["properties"]["name"] == {"after": "Ana"}
    (changed, created) = revisions(api, "/api/email/1")[0]
    assert changed["properties"] == {"email": {"before": "ana@example.com", "after": "eva@example.com"}}
    assert created["verb"] == "create"


def test_a_history_is_read_page_by_page(api: Client) -> None:
    lead = api.new("lead", {"name": "0"})
    for number in range(1, 8):
        api.data("PUT", f"/api/lead/{lead}", {"name": str(number)})
    whole, places = revisions(api, f"/api/lead/{lead}")
    assert len(whole) == 8
    assert places == {"next": None, "has_next_page": False, "limit": None}
    for limit in (1, 3, 8):
        found, after = revisions(api, f"/api/lead/{lead}", limit=limit)
        while after["has_next_page"]:
            some, after = revisions(api, f"/api/lead/{lead}", limit=limit, before=after["next"])
            found += some
        assert found == whole


def test_a_page_of_large_changes_is_short(api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    for number in range(12):
        api.data("PUT", f"/api/lead/{lead}", {"custom_data": {"text": f"{number}" * 30_000}})
    some, places = revisions(api, f"/api/lead/{lead}", limit=1000)
    assert 1 < len(some) < 12
    found = some
    while places["has_next_page"]:
        some, places = revisions(api, f"/api/lead/{lead}", limit=1000, before=places["next"])
        found += some
    assert len(found) == 13
    assert [one["properties"]["custom_data"]["after"][9] for one in found[:12]] == [
        str(number)[0] for number in range(11, -1, -1)
    ]


@pytest.mark.parametrize("resource", ["lead", "email", "phone"])
@pytest.mark.parametrize(
    "wrong", ["before=0", "before=x", "before=", "limit=-1", "page=1", "before=1&before=2"]
)
def test_what_cannot_be_asked_of_a_history(api: Client, resource: str, wrong: str) -> None:
    failure(api.get(f"/api/{resource}/1/history?{wrong}"), 400)


def test_a_record_that_never_was_has_no_history(api: Client) -> None:
    for path in ("/api/lead/1/history", "/api/email/9/history", "/api/lead/x/history", "/api/city/1/history"):
        failure(api.get(path), 404)


def test_nothing_is_left_of_an_erased_person(server: Server, api: Client) -> None:
    lead = api.new("lead", ANA)
    before = feed(api, since="now")[1]["next"]
    with command(server, api) as unit:
        erase(unit, LEAD, [lead])
    failure(api.get(f"/api/lead/{lead}/history"), 404)
    (gone,) = feed(api, since=before)[0]
    assert (gone["verb"], gone["id"], gone["user"], gone["cause"]) == ("erase", lead, None, "command")


def shown(api: Client, **params: Any) -> tuple[list[int], int]:
    answer = api.get("/api/lead", params=params)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["data"]], answer.json()["pagination"]["count"]


def test_a_list_of_what_changed_since_a_position(server: Server, api: Client) -> None:
    beginning = feed(api, since="now")[1]["next"]
    for name in ("Rui", "Ana", "Eva", "Lia"):
        api.new("lead", {"name": name, "email": {"email": f"{name}@example.com"}})
    since = feed(api, since="now")[1]["next"]
    assert shown(api, changed_since=since) == ([], 0)
    api.data("PUT", "/api/lead/2", {"name": "Ana S."})
    api.data("PUT", "/api/email/3", {"email": "eva@example.org"})
    api.data("PUT", "/api/lead/4", {"city_id": 1})
    with command(server, api) as unit:
        erase(unit, LEAD, [4])
    api.new("lead", {"name": "Zoe"})
    assert shown(api, changed_since=since) == ([2, 3, 5], 3)
    assert shown(api, changed_since=since, sort="name", direction="desc", limit=2) == ([5, 3], 3)
    assert shown(api, changed_since=since, sort="name", direction="desc", limit=2, page=2) == ([2], 3)
    assert shown(api, changed_since=beginning) == ([1, 2, 3, 5], 4)
    emails = api.get("/api/email", params={"changed_since": since}).json()["data"]
    assert [one["email"] for one in emails] == ["eva@example.org"]


def test_a_list_of_what_changed_since_a_date(api: Client) -> None:
    api.new("lead", ANA)
    for past in ("today", "-1d", "-1h", "2018-01-01", "2018-01-01T10:00:00Z", "2018-01-01T10:00+01:00"):
        assert shown(api, changed_since=past) == ([1], 1)
    assert shown(api, changed_since="9000-01-01") == ([], 0)


@pytest.mark.parametrize(
    "wrong",
    [
        *("", "x", "now", "A" * 22, "-", "_" * 22, "2018-13-01", "%00"),
        "today&changed_since=today",
        "9" * 10_000,
    ],
)
def test_what_is_no_position_and_no_date(api: Client, wrong: str) -> None:
    answer = api.get(f"/api/lead?changed_since={wrong}")
    failure(answer, 410 if wrong == "A" * 22 else 400)


def test_a_list_does_not_go_on_from_another_account(api: Client, other_api: Client) -> None:
    other_api.new("lead", ANA)
    api.new("lead", ANA)
    failure(api.get("/api/lead", params={"changed_since": feed(other_api)[1]["next"]}), 410)
    failure(api.get("/api/city?changed_since=today"), 400)
