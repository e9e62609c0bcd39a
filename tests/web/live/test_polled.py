"""`GET /live` for who asks now and then: ids and numbers of what is new since a position, and nothing else."""

import re
from typing import Any

from closum.store import news as stored
from closum.web.live.told import MOST_IDS
from tests.support.client import Client
from tests.support.visiting import Visitor, new_leads

JSON = {"Accept": "application/json"}


def news(visitor: Client, since: object = "", **more: str) -> Any:
    answer = visitor.get("/live", params={"since": str(since), **more}, headers=JSON)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def seen(visitor: Visitor, path: str) -> tuple[int, int]:
    """The position that a page carries, and the last id of what it shows."""
    found = re.search(
        r'data-position="(\d+)"[^>]*><template>.*?(?:data-last="(\d+)"|data-id)', visitor.page(path)
    )
    assert found
    return int(found[1]), int(found[2] or 0)


def test_a_page_carries_what_news_are_counted_against(api: Client, reader: Visitor) -> None:
    new_leads(api, 2)
    position, last = seen(reader, "/leads")
    assert last == 2
    assert news(reader, position) == news(reader)
    new_leads(api, 3)
    api.data("PATCH", "/api/lead/1", {"name": "Ana"})
    found = news(reader, position)
    assert (found["since"], found["last"]["lead"] - last, found["more"]) == (position, 3, False)
    assert found["changed"] == [["lead", 1, found["position"]]]
    for path in ("/leads", "/board", "/today", "/dashboard"):
        assert seen(reader, path) == (found["position"], 5)
    assert seen(reader, "/leads/1") == (found["position"], 0)


def test_nothing_of_another_account_is_told(api: Client, other_api: Client, owner: Visitor) -> None:
    new_leads(api, 1)
    before = news(owner, 0)
    new_leads(other_api, 3)
    other_api.data("PATCH", "/api/lead/1", {"name": "Ana"})
    assert news(owner, 0) == before
    assert owner.get("/live/lead/1", params={"since": "1"}).status_code == 204


def test_what_is_gone_and_what_comes_back_has_changed(api: Client, owner: Visitor) -> None:
    new_leads(api, 2)
    before = news(owner)
    gone = api.request("DELETE", "/api/lead/2").headers["x-operation"]
    found = news(owner, before["position"])
    assert [one[:2] for one in found["changed"]] == [["lead", 2]]
    assert found["last"] == before["last"]
    assert api.post(f"/api/operation/{gone}/undo").status_code == 200
    back = news(owner, found["position"])
    assert [one[:2] for one in back["changed"]] == [["lead", 2]]


def test_of_many_changes_a_page_is_told_that_there_are_more(api: Client, owner: Visitor) -> None:
    """New records are counted, however many there are."""
    new_leads(api, MOST_IDS + 1)
    before = news(owner)
    items = [{"action": "update", "id": one + 1, "data": {"name": "Ana"}} for one in range(MOST_IDS + 1)]
    assert api.post("/api/lead/batch", json={"items": items}).status_code == 200
    found = news(owner, before["position"])
    assert (len(found["changed"]), found["more"]) == (MOST_IDS, True)
    new_leads(api, stored.MOST)
    found = news(owner, found["position"])
    assert (found["changed"], found["more"]) == ([], False)
    new_leads(api, 1)
    found = news(owner, before["position"])
    assert (found["changed"], found["more"]) == ([], True)
    assert found["last"]["lead"] - before["last"]["lead"] == stored.MOST + 1


def test_a_page_names_who_has_changed_its_record(api: Client, owner: Visitor, member: Visitor) -> None:
    new_leads(api, 2)
    position = news(owner)["position"]

    def said(visitor: Visitor, since: int = position) -> str:
        answer = visitor.get("/live/lead/1", params={"since": str(since)})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        return answer.text

    assert owner.get("/live/lead/1", params={"since": str(position)}).status_code == 204
    api.data("PATCH", "/api/lead/1", {"name": "Ana"})
    by_owner = news(owner)["position"]
    assert said(owner) == "You have changed this record meanwhile"
    assert said(member) == f"{api.email} has changed this record meanwhile"
    member.form("/leads/1", [("name", "Ana Lopes"), ("was.name", "Ana")], "/leads/1/edit")
    assert said(owner) == said(owner, by_owner) == f"{member.email} has changed this record meanwhile"
    assert owner.get("/live/lead/2", params={"since": str(position)}).status_code == 204
    for nothing in ({}, {"since": "x"}):
        assert owner.get("/live/lead/1", params=nothing).status_code == 204
    for path, status in (("lead/x", 404), ("nothing/1", 404), ("city/1", 204), ("lead/9", 204)):
        assert owner.get(f"/live/{path}").status_code == status


def test_what_is_written_beside_a_lead_changes_its_page(api: Client, owner: Visitor, member: Visitor) -> None:
    """And neither the list of leads nor the page of another one."""
    new_leads(api, 2)
    before = news(owner)
    note = api.new("note", {"lead_id": 1, "text": "Call back"})
    found = news(owner, before["position"])
    assert found["beside"] == [["lead", 1, found["position"]]]
    assert found["changed"] == [["note", note, found["position"]]]
    since = {"since": str(before["position"])}
    assert member.get("/live/lead/1", params=since).text.startswith(f"{api.email} has changed")
    assert member.get("/live/lead/2", params=since).status_code == 204
    listed = api.new("audience_list", {"name": "Fair"})
    at = news(owner)["position"]
    api.new("lead_audience_list", {"lead_id": 2, "audience_list_id": listed})
    assert [one[:2] for one in news(owner, at)["beside"]] == [["lead", 2], ["audience_list", listed]]


def test_no_page_of_another_site_asks(owner: Visitor) -> None:
    for path in ("/live", "/live/lead/1"):
        assert owner.get(path, headers={**JSON, "Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_lists_of_what_all_accounts_share_are_told_nothing(owner: Visitor) -> None:
    assert 'id="live"' not in owner.page("/cities") + owner.page("/settings/look")
    assert "live.js" not in owner.page("/cities") + owner.page("/settings/look")


def test_what_a_search_brings_is_counted_from_there_on(api: Client, owner: Visitor) -> None:
    new_leads(api, 1)
    assert "#live" in owner.page("/leads").partition("hx-select-oob=")[2].partition(" ")[0]


def test_the_head_of_a_stream_has_no_body(owner: Visitor) -> None:
    answer = owner.head("/live", headers={"Accept": "text/event-stream"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream")
