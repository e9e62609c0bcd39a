"""After something was done with rows of a list, one is where one was in it."""

import re
from html import unescape

import pytest

from tests.support.client import Client
from tests.support.patience import wait_until
from tests.support.visiting import Fields, Visitor, cells, links, new_leads, text

ALL = ("all", "1")
THIRD = "/leads?sort=name&limit=2&page=3"

each = pytest.mark.parametrize


def of_page(visitor: Visitor, path: str) -> Fields:
    """What the form of a list sends beside what is ticked."""
    found = re.findall(r'type="hidden" name="(query|count|rows)" value="([^"]*)"', visitor.page(path))
    return [(name, unescape(value)) for name, value in found]


@each("path", [THIRD, "/leads?q=n0&limit=2&page=2", "/leads?filter=source%3Dfair&sort=name&limit=2&page=4"])
@each("do", [("delete",), ("save", "f.city_id", "213"), ("on", "new", "Fair")])
def test_what_is_done_with_ticked_rows_leads_back_to_their_page(
    visitor: Visitor, api: Client, path: str, do: tuple[str, ...]
) -> None:
    new_leads(api, 10, source="fair")
    ticked = re.findall(r'name="id" value="(\d+)"', visitor.page(path))
    assert len(ticked) == 2
    sent = [*of_page(visitor, path), ("id", ticked[0]), ("do", do[0]), *([do[1:]] if do[1:] else [])]
    answer = visitor.form("/leads/bulk", sent)  # type: ignore[arg-type]
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    (undo,) = re.findall(r'action="(/undo/\d+)"', visitor.page(path))
    visitor.headers["referer"] = f"{visitor.base_url}{path}"
    assert visitor.form(undo, []).headers["location"] == path
    assert re.findall(r'name="id" value="(\d+)"', visitor.page(path)) == ticked


@each("do", ["edit", "lists"])
def test_the_form_about_rows_leads_back_to_their_page(visitor: Visitor, api: Client, do: str) -> None:
    new_leads(api, 10)
    form = visitor.behind(visitor.form("/leads/bulk", [*of_page(visitor, THIRD), ("id", "5"), ("do", do)]))
    assert links(form).count(THIRD) == 2


def test_all_that_match_do_not_depend_on_the_page(visitor: Visitor, api: Client) -> None:
    new_leads(api, 10, source="fair")
    new_leads(api, 2)
    path = "/leads?filter=source%3Dfair&sort=name&limit=2&page=3"
    sent = [*of_page(visitor, path), ALL]
    assert ("count", "10") in sent
    assert "10 leads" in text(visitor.behind(visitor.form("/leads/bulk", [*sent, ("do", "edit")])))
    file = visitor.behind(visitor.form("/leads/bulk", [*sent, ("do", "csv")]))
    assert len(file.splitlines()) == 11
    ticked = visitor.behind(visitor.form("/leads/bulk", [*sent[:2], ("id", "5"), ("do", "csv")]))
    assert len(ticked.splitlines()) == 2
    answer = visitor.form("/leads/bulk", [*sent, ("do", "save"), ("f.city_id", "213")])
    assert answer.headers["location"] == path
    cities = [one["city_id"] for one in api.get("/api/lead?fields=city_id").json()["data"]]
    assert sorted(cities, key=str) == [*[213] * 10, None, None]


@each(("left", "last"), [(4, "/leads?sort=name&limit=2&page=2"), (0, "/leads?sort=name&limit=2")])
def test_where_the_page_is_gone_the_last_one_tells(
    visitor: Visitor, api: Client, left: int, last: str
) -> None:
    new_leads(api, 6)
    every = [ALL] if not left else [("id", "5"), ("id", "6")]
    answer = visitor.form("/leads/bulk", [*of_page(visitor, THIRD), *every, ("do", "delete")])
    where = answer.headers["location"]
    for _ in range(2):
        if (next_ := visitor.get(where)).status_code == 303:
            where = next_.headers["location"]
    assert where == last
    assert "moved to the bin." in next_.text


def test_a_list_of_another_kind_has_its_page_too(visitor: Visitor, api: Client) -> None:
    for number in range(5):
        api.new("audience_list", {"name": f"List {number}"})
    path = "/audience-lists?sort=name&limit=2&page=2"
    sent = [*of_page(visitor, path), ("id", "3"), ("do", "delete")]
    answer = visitor.form("/audience-lists/bulk", sent)
    assert answer.headers["location"] == path
    assert [row[0] for row in cells(visitor.page(path))] == ["List 3", "List 4"]


def test_background_work_leads_back_to_the_page(visitor: Visitor, api: Client) -> None:
    new_leads(api, 1_010)
    path = "/leads?sort=name&limit=100&page=3"
    sent = [*of_page(visitor, path), ALL, ("do", "save"), ("f.source", "fair")]
    where = visitor.form("/leads/bulk", sent).headers["location"]
    wait_until(lambda: "Done" in visitor.page(where))
    assert path in links(visitor.page(where))


def test_the_page_of_filters_leads_back_to_the_page(visitor: Visitor, api: Client) -> None:
    new_leads(api, 6)
    (filters,) = {one for one in links(visitor.page(THIRD)) if one.startswith("/leads/filters")}
    html = visitor.page(filters)
    assert THIRD in links(html)
    assert 'name="page"' not in html
