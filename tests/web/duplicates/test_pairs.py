"""Leads that look alike, pair by pair: merged, or said to be different, and both taken back."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from closum.accounts import roles
from tests.support.answers import failure
from tests.support.client import Client
from tests.support.import_calls import leads
from tests.support.pages import Pages, colleague, texts
from tests.support.patience import wait_until
from tests.support.server import Server

each = pytest.mark.parametrize


def lead(api: Client, name: str | None, email: str = "", phone: str = "", **more: Any) -> int:
    body: dict[str, Any] = {"name": name, **more}
    body |= {"email": {"email": email}} if email else {}
    body |= {"phone": {"number": phone}} if phone else {}
    return api.new("lead", body)


def found(api: Client, number: int) -> list[list[int]]:
    """The ids of pairs and groups, once there are so many."""

    def listed() -> list[Any]:
        return list(api.get("/api/lead/duplicates?limit=1000").json()["data"])

    wait_until(lambda: len(listed()) == number)
    return [one["ids"] for one in listed()]


def two(api: Client) -> tuple[int, int]:
    a = lead(api, "Ana Sá", "ana@example.pt", custom_data={"a": 1})
    b = lead(api, "Ana Maria Sá", "ana@example.pt", "+351 912 345 678", custom_data={"a": 2, "b": 3})
    found(api, 1)
    return a, b


def radios(page: str) -> dict[str, list[tuple[int, bool]]]:
    """The choices of each property: ids, and whether each is chosen."""
    choices: dict[str, list[tuple[int, bool]]] = {}
    for name, value, checked in re.findall(
        r'<input type="radio" name="(\w+)" value="(\d+)"( checked)?', page
    ):
        choices.setdefault(name, []).append((int(value), bool(checked)))
    return choices


def versions(page: str) -> str:
    (text,) = re.findall(r'name="versions" value="([0-9-]+)"', page)
    return str(text)


def test_two_leads_become_one_as_was_chosen_and_it_can_be_undone(pages: Pages, api: Client) -> None:
    a, b = two(api)
    api.new("note", {"lead_id": b, "text": "Called"})
    assert pages.get("/duplicates").headers["location"] == f"/duplicates/{a}-{b}"
    page = pages.shown(f"/duplicates/{a}-{b}")
    said = texts(page)
    assert "Pair 1 of 1" in said
    assert "Same email" in said
    assert "ana@example.pt The same in both" in said
    assert "Notes 1 note, stays" in said
    assert radios(page) == {
        "name": [(a, True), (b, False)],
        "custom_data": [(a, True), (b, False)],
        "phone": [(a, False), (b, True)],
    }
    fields = {"versions": versions(page), "name": b, "custom_data": a, "phone": b}
    answer = pages.submit(f"/duplicates/{a}-{b}", fields)
    assert answer.headers["location"] == "/duplicates"
    (one,) = leads(api)
    assert (one["id"], one["name"], one["phone"]["number"]) == (a, "Ana Maria Sá", "+351 912 345 678")
    assert json.loads(one["custom_data"]) == {"a": 1, "b": 3}
    told = pages.shown("/duplicates")
    assert "2 leads merged into Ana Maria Sá ." in texts(told)
    (operation,) = re.findall(r'action="/undo/(\d+)"', told)
    wait_until(lambda: "No possible duplicates" in texts(pages.shown("/duplicates")))
    api.data("POST", f"/api/operation/{operation}/undo", {})
    assert {one["name"] for one in leads(api)} == {"Ana Sá", "Ana Maria Sá"}
    failure(api.get(f"/api/lead/{a + 100}"), 404)


def test_a_merge_that_is_sent_again_is_one_merge_and_the_page_says_so(pages: Pages, api: Client) -> None:
    a, b = two(api)
    fields = {"versions": versions(pages.shown(f"/duplicates/{a}-{b}")), "name": a}
    told = set[str]()
    for _ in range(4):
        pages.submit(f"/duplicates/{a}-{b}", fields)
        page = pages.shown("/duplicates")
        assert "2 leads merged into Ana Sá ." in texts(page)
        told.update(re.findall(r'action="/undo/(\d+)"', page))
    assert len(told) == 1
    assert len([one for one in api.data("GET", "/api/operation") if "merge" in one["counts"]["lead"]]) == 1
    c = lead(api, "Carla")
    pages.submit(f"/duplicates/{b}-{c}", fields, 404)


def test_a_value_can_be_left_empty(pages: Pages, api: Client) -> None:
    a, b = two(api)
    page = pages.shown(f"/duplicates/{a}-{b}")
    pages.submit(f"/duplicates/{a}-{b}", {"versions": versions(page), "name": a, "phone": a})
    assert leads(api)[0]["phone"] is None


def test_leads_that_changed_meanwhile_are_looked_at_again(pages: Pages, api: Client) -> None:
    a, b = two(api)
    fields = {"versions": versions(pages.shown(f"/duplicates/{a}-{b}")), "name": str(b)}
    api.data("PATCH", f"/api/lead/{b}", {"name": "Somebody else"})
    answer = pages.submit(f"/duplicates/{a}-{b}", fields, 412)
    assert "was changed meanwhile" in texts(answer.text)
    assert radios(answer.text)["name"] == [(a, False), (b, True)]
    assert len(leads(api)) == 2
    pages.submit(f"/duplicates/{a}-{b}", {**fields, "versions": versions(answer.text)})
    assert [one["name"] for one in leads(api)] == ["Somebody else"]


@each("fields", [{"name": "999999"}, {"name": "0"}, {"name": "x"}, {"versions": "<b>"}])
def test_a_form_that_is_not_of_the_page_merges_nothing(
    fields: dict[str, str], pages: Pages, api: Client
) -> None:
    a, b = two(api)
    page = pages.shown(f"/duplicates/{a}-{b}")
    answer = pages.post(
        f"/duplicates/{a}-{b}", data={"_token": pages.token, "versions": versions(page), **fields}
    )
    assert answer.status_code in (404, 412, 422)
    assert len(leads(api)) == 2


def test_a_second_click_decides_nothing_of_the_next_pair(pages: Pages, api: Client) -> None:
    """The buttons of the next pair stand where those of the one before stood: a style lets them wait."""
    a, b = two(api)
    actions = pages.shown(f"/duplicates/{a}-{b}").partition('class="actions"')[2]
    buttons = re.findall(r'<button class="([^"]*)"', actions.partition("</form>")[0])
    assert len(buttons) >= 2
    assert all("careful" in one for one in buttons)


def test_leads_that_are_different_are_not_shown_again_until_that_is_taken_back(
    pages: Pages, api: Client
) -> None:
    a, b = two(api)
    path = pages.submit(f"/duplicates/{a}-{b}", {"no": "two"}).headers["location"]
    assert path == f"/duplicates?dismissed={a}-{b}"
    page = pages.shown(path)
    assert f"Not the same person: Ana Sá (No. {a}), Ana Maria Sá (No. {b})." in texts(page)
    assert found(api, 0) == []
    again = pages.submit("/duplicates/restore", {"ids": f"{a}-{b}"})
    assert again.headers["location"] == f"/duplicates/{a}-{b}"
    assert "Undone. They are possible duplicates again." in texts(pages.shown(f"/duplicates/{a}-{b}"))
    assert found(api, 1) == [[a, b]]
    pages.submit("/duplicates/restore", {"ids": f"{a}-{b}"})  # there is nothing to take back
    assert found(api, 1) == [[a, b]]


def test_pairs_follow_each_other(pages: Pages, api: Client) -> None:
    for number in range(3):
        for name in ("Ana", "Rui"):
            lead(api, f"{name} {number}", f"same{number}@example.pt")
    pairs = found(api, 3)
    paths = [f"/duplicates/{a}-{b}" for a, b in pairs]
    first, second, third = (pages.shown(path) for path in paths)
    assert "Pair 2 of 3" in texts(second)
    assert f'href="{paths[0]}"' in second
    assert f'href="{paths[2]}"' in second
    assert f'href="{paths[1]}"' in first
    assert 'href="/duplicates">Later' in third
    answer = pages.submit(paths[0], {"versions": versions(first)})
    assert answer.headers["location"] == paths[1]
    answer = pages.submit(paths[2], {"no": "two"})
    assert urlsplit(answer.headers["location"]).path == paths[1]


def test_a_group_is_gone_through_two_by_two(pages: Pages, api: Client) -> None:
    ids = [lead(api, f"Person {chr(65 + number)}{number}", "info@example.pt") for number in range(22)]
    assert found(api, 1) == [ids]
    path = pages.get("/duplicates").headers["location"]
    assert urlsplit(path).path == f"/duplicates/{ids[0]}-{ids[1]}"
    page = pages.shown(path)
    assert "22 leads have this in common" in texts(page)
    path = pages.submit(path, {"no": "two"}).headers["location"]
    assert urlsplit(path).path == f"/duplicates/{ids[0]}-{ids[2]}"
    page = pages.shown(path)
    path = pages.submit(path, {"versions": versions(page)}).headers["location"]
    assert urlsplit(path).path == f"/duplicates/{ids[0]}-{ids[3]}"
    pages.shown(path)
    pages.submit(path, {"no": "all"})
    assert pages.get("/duplicates").status_code == 200
    assert len(leads(api)) == 21


def test_any_two_leads_can_be_compared(pages: Pages, api: Client) -> None:
    a, b = lead(api, "Ana"), lead(api, "Rui", city_id=1)
    assert pages.get(f"/duplicates/{b}-{a}").headers["location"] == f"/duplicates/{a}-{b}"
    page = pages.shown(f"/duplicates/{a}-{b}")
    assert "Two leads you chose" in texts(page)
    pages.submit(f"/duplicates/{a}-{b}", {"versions": versions(page), "name": b})
    assert [one["name"] for one in leads(api)] == ["Rui"]
    pages.shown(f"/duplicates/{a}-{b}", 404)


def test_the_lead_one_came_from_is_proposed_and_what_belongs_to_both_is_counted_once(
    pages: Pages, api: Client
) -> None:
    a, b = lead(api, "Ana", city_id=1), lead(api, "Rui", "rui@example.pt")
    names = [api.new("audience_list", {"name": name}) for name in ("Fair", "Letter")]
    for lead_id, number in ((a, names[0]), (b, names[0]), (b, names[1])):
        api.new("lead_audience_list", {"lead_id": lead_id, "audience_list_id": number})
    page = pages.shown(f"/duplicates/{a}-{b}?of={b}")
    assert radios(page) == {
        "name": [(a, False), (b, True)],
        "city_id": [(a, True), (b, False)],
        "email": [(a, False), (b, True)],
    }
    assert radios(pages.shown(f"/duplicates/{a}-{b}"))["name"] == [(a, True), (b, False)]
    said = texts(page)
    assert "Lists 2 lists, all stay" in said
    assert f"Ana No. {a} " in said
    assert f"Rui No. {b} " in said
    assert re.search('href="/leads"[^>]* aria-current="page"', page)
    pages.submit(f"/duplicates/{a}-{b}?of={b}", {"versions": versions(page)})
    assert len(api.data("GET", "/api/lead-audience-list")) == 2


def test_nothing_to_do_is_calm_and_can_be_looked_for(pages: Pages, api: Client) -> None:
    assert "No possible duplicates" in texts(pages.arrives("/duplicates")[1])
    lead(api, "Ana", "ana@example.pt")
    lead(api, "Rui", "ana@example.pt")
    pages.submit("/duplicates/search")
    wait_until(lambda: pages.get("/duplicates").is_redirect)


def test_what_leads_have_is_text_and_nothing_else(pages: Pages, api: Client) -> None:
    evil = '<img src=x onerror="alert(1)">'
    a = lead(api, evil, "ana@example.pt", custom_data={evil: evil})
    b = lead(api, f"{evil} 2", "ana@example.pt", custom_data=json.dumps([evil]))
    found(api, 1)
    page = pages.shown(f"/duplicates/{a}-{b}")
    assert "<img" not in page
    assert evil in texts(page)
    path = pages.submit(f"/duplicates/{a}-{b}", {"no": "two"}).headers["location"]
    assert "<img" not in pages.shown(path)
    pages.shown('/duplicates?dismissed="><img src=x>')


def test_every_lead_is_of_its_account_alone(
    pages: Pages, other_pages: Pages, api: Client, other_api: Client
) -> None:
    _, b = two(api)
    own = [lead(other_api, "Eva"), lead(other_api, "Rita")]
    assert own[1] <= b  # so that an id of another account is known here, or is not there
    ids = (b, b + 1)
    for path in (
        f"/duplicates/{ids[0]}-{ids[1]}",
        f"/duplicates/{own[0]}-{ids[1]}",
        f"/duplicates/{ids[1]}-{own[0]}",
    ):
        other_pages.shown(path, 303 if path.endswith(f"-{own[0]}") else 404)
        other_pages.submit(path, {"versions": "1-1"}, 404)
        other_pages.submit(path, {"no": "two"}, 404)
    page = other_pages.shown(f"/duplicates/{own[0]}-{own[1]}?group=email:1&dismissed={b + 1}-{b + 2}")
    assert "Ana" not in page
    assert len(leads(api)) == len(leads(other_api)) == 2
    for path in (
        "/duplicates/1-1",
        "/duplicates/0-1",
        "/duplicates/a-b",
        "/duplicates/1-99999999999999999999",
    ):
        pages.shown(path, 404)


def test_a_reader_merges_nothing(pages: Pages, api: Client, server: Server) -> None:
    a, b = two(api)
    with colleague(server, api, roles.READER) as reader:
        page = reader.shown(f"/duplicates/{a}-{b}")
        main = page.partition("<main")[2].partition("</main>")[0]
        assert not re.search("<(button|input|fieldset)", main)
        assert "Ana" in main
        seen = versions(pages.shown(f"/duplicates/{a}-{b}"))
        for fields in ({"versions": seen}, {"no": "two"}):
            reader.submit(f"/duplicates/{a}-{b}", fields, 403)
        reader.submit("/duplicates/restore", {"ids": f"{a}-{b}"}, 403)
        reader.submit("/duplicates/search", {}, 403)
    assert pages.post(f"/duplicates/{a}-{b}", data={"no": "two"}).status_code == 403
    assert found(api, 1) == [[a, b]]
