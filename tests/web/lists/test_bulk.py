"""Many records at once: exactly those that were chosen, or none."""

import re
from urllib.parse import urlencode

import pytest

from tests.support.client import Client
from tests.support.patience import wait_until
from tests.support.visiting import Fields, Visitor, cells, new_leads, text

each = pytest.mark.parametrize


def bulk(visitor: Visitor, do: str, query: str = "", count: int = 0, *more: tuple[str, str]) -> Fields:
    return [("query", query), ("count", str(count)), ("do", do), *more]


def of_ids(*ids: int) -> Fields:
    return [("id", str(one)) for one in ids]


def hidden(html: str) -> Fields:
    """The fields of a form that choose."""
    return re.findall(r'type="hidden" name="(query|count|id|all)" value="([^"]*)"', html)


def sources(api: Client) -> list[str | None]:
    return [one["source"] for one in api.get("/api/lead?fields=source&limit=1000").json()["data"]]


def test_those_that_are_ticked_are_edited_as_one_operation(visitor: Visitor, api: Client) -> None:
    new_leads(api, 5)
    answer = visitor.form("/leads/bulk", bulk(visitor, "edit", "sort=name", 5, *of_ids(2, 4)))
    page = visitor.page(answer.headers["location"])
    assert "Edit 2 leads" in text(page)
    assert "unchanged" in page
    sent = bulk(visitor, "save", "sort=name", 2, *of_ids(2, 4), ("f.source", "fair"), ("f.city_id", "213"))
    answer = visitor.form("/leads/bulk", sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/leads?sort=name")
    assert "Changed city and source of 2 leads." in visitor.page("/leads?sort=name")
    assert sources(api) == [None, "fair", None, "fair", None]
    operations = api.data("GET", "/api/operation")
    assert operations[0]["counts"] == {"lead": {"update": 2}}
    assert operations[0]["cause"] == "page"


def test_none_clears_a_property(visitor: Visitor, api: Client) -> None:
    new_leads(api, 2, source="fair", city_id=213)
    visitor.form(
        "/leads/bulk", bulk(visitor, "save", "", 2, *of_ids(1, 2), ("f-none", "source"), ("f.city_id", "-"))
    )
    found = api.get("/api/lead?fields=source,city_id").json()["data"]
    assert found == [{"source": None, "city_id": None}] * 2


def test_all_that_match_are_deleted_and_no_other(visitor: Visitor, api: Client) -> None:
    new_leads(api, 40, source="fair")
    new_leads(api, 3)
    all_ = ("all", "1")
    form = bulk(visitor, "delete", "filter=source%3Dfair", 40, all_)
    assert visitor.form("/leads/bulk", form).status_code == 303
    assert "40 leads moved to the bin." in visitor.page("/leads")
    assert sources(api) == [None] * 3


@each("do", ["delete", "save"])
def test_where_the_number_has_changed_nothing_is_done(visitor: Visitor, api: Client, do: str) -> None:
    new_leads(api, 3, source="fair")
    form = bulk(visitor, do, "filter=source%3Dfair", 2, ("all", "1"), ("f.city_id", "213"))
    answer = visitor.form("/leads/bulk", form)
    assert answer.status_code == 412
    assert "3 match now, not 2" in answer.text
    assert sources(api) == ["fair"] * 3
    again = hidden(answer.text)
    assert ("count", "3") in again
    assert visitor.form("/leads/bulk", [*again, ("do", do), ("f.city_id", "213")]).status_code == 303
    found = api.get("/api/lead?fields=city_id").json()["data"]
    assert found == ([] if do == "delete" else [{"city_id": 213}] * 3)


def test_a_record_that_has_gone_is_noticed(visitor: Visitor, api: Client) -> None:
    new_leads(api, 3)
    api.request("DELETE", "/api/lead/2")
    answer = visitor.form("/leads/bulk", bulk(visitor, "delete", "", 3, *of_ids(1, 2)))
    assert answer.status_code == 412
    assert "1 match now, not 2" in answer.text
    assert len(sources(api)) == 2


@each("do", ["delete", "save"])
@each("query", ["filter=source%3Cfair", "filter=nothing", "shoe=38", "q=" + 600 * "a", "filter=source%3D%FF"])
def test_what_cannot_be_read_changes_nothing(visitor: Visitor, api: Client, do: str, query: str) -> None:
    new_leads(api, 2)
    form = bulk(visitor, do, query, 2, ("all", "1"), ("f.city_id", "213"))
    assert visitor.form("/leads/bulk", form).status_code == 400
    visitor.page(f"/leads/bulk?{urlencode([('query', query), ('count', '2'), ('all', '1')])}", 400)
    visitor.page(f"/leads/export?{query}&format=csv", 400)
    found = api.get("/api/lead?fields=city_id").json()["data"]
    assert found == [{"city_id": None}] * 2


@each("ids", [["1", "x"], ["0", "2"], [str(one) for one in range(1, 102)]])
def test_records_that_cannot_be_read_change_nothing(visitor: Visitor, api: Client, ids: list[str]) -> None:
    new_leads(api, 2)
    form = bulk(visitor, "delete", "", 2, *(("id", one) for one in ids))
    assert visitor.form("/leads/bulk", form).status_code == 400
    assert len(sources(api)) == 2
    visitor.page("/leads/export?id=x&format=csv", 400)


def test_the_form_counts_what_is_there(
    visitor: Visitor, other: Visitor, other_api: Client, api: Client
) -> None:
    new_leads(api, 2)
    new_leads(other_api, 3)
    page = visitor.page("/leads/bulk?id=3&id=99")
    assert "Edit 0 leads" in text(page)
    assert "0 match now, not 2" in text(page)
    assert 'value="save"' not in page
    page = visitor.page("/leads/bulk?id=1&id=3")
    assert "Edit 1 lead" in text(page)
    again = hidden(page)
    assert visitor.form("/leads/bulk", [*again, ("do", "save"), ("f.source", "fair")]).status_code == 303
    assert sources(api) == ["fair", None]
    assert "Edit 2 leads" in text(visitor.page("/leads/bulk?query=&count=7&all=1"))


def test_another_accounts_records_are_not_reached(
    visitor: Visitor, other: Visitor, other_api: Client, api: Client
) -> None:
    new_leads(api, 2)
    new_leads(other_api, 1)
    assert other.form("/leads/bulk", bulk(other, "delete", "", 2, *of_ids(1, 2))).status_code == 412
    assert (len(sources(api)), len(sources(other_api))) == (2, 1)


def test_what_cannot_be_written_is_told_and_the_form_kept(visitor: Visitor, api: Client) -> None:
    new_leads(api, 1)
    answer = visitor.form(
        "/leads/bulk", bulk(visitor, "save", "", 1, *of_ids(1), ("f.city_id", "99999"), ("f.source", "fair"))
    )
    assert answer.status_code == 422
    assert 'href="#f-city_id"' in answer.text
    assert 'name="f.source" value="fair"' in answer.text
    assert sources(api) == [None]


def test_what_is_refused_is_named(visitor: Visitor, api: Client) -> None:
    new_leads(api, 1, email={"email": "a@example.com"})
    api.new("email", {"email": "free@example.com"})
    answer = visitor.form("/emails/bulk", bulk(visitor, "delete", "", 2, *of_ids(1, 2)))
    assert answer.status_code == 200
    assert "1 of 2 changed" in answer.text
    assert 'href="/emails/1">a<wbr>@example.com<' in answer.text
    assert [row[0] for row in cells(visitor.page("/emails"))] == ["a@example.com"]


def test_many_are_changed_in_the_background_as_one_operation(visitor: Visitor, api: Client) -> None:
    new_leads(api, 1_100)
    form = bulk(visitor, "save", "sort=name", 1_100, ("all", "1"), ("f.source", "fair"))
    answer = visitor.form("/leads/bulk", form)
    where = answer.headers["location"]
    assert where.startswith("/leads/bulk/bulk-")
    first = visitor.page(where)
    assert 'hx-trigger="every 1s"' in first or "Done" in first
    wait_until(lambda: "Done" in visitor.page(where))
    html = visitor.page(where)
    assert "1,100 leads" in html
    (undo,) = re.findall(r'action="/undo/(\d+)"', html)
    assert api.data("GET", f"/api/operation/{undo}")["changes"] == 1_100
    assert set(sources(api)) == {"fair"}


def test_work_of_others_is_not_shown(visitor: Visitor, other: Visitor, api: Client) -> None:
    new_leads(api, 1_001)
    where = visitor.form("/leads/bulk", bulk(visitor, "delete", "", 1_001, ("all", "1"))).headers["location"]
    assert other.get(where).status_code == 404
    for path in ("/leads/bulk/undo-1", "/leads/bulk/bulk-0", "/leads/bulk/x", "/leads/bulk/bulk-999999"):
        assert visitor.get(path).status_code == 404
    wait_until(lambda: "Done" in visitor.page(where))


@each(
    "form",
    [
        [],
        [("do", "delete")],
        [("do", "delete"), ("count", "2")],
        [("do", "delete"), ("count", "2"), ("all", "")],
        [("do", "delete"), ("count", "x"), ("id", "x")],
        [("do", "edit"), ("count", "2")],
        [("do", "save"), ("count", "2"), ("f.source", "fair")],
        [("do", "lists"), ("count", "2")],
        [("do", "on"), ("count", "2"), ("new", "Fair")],
        [("do", "csv"), ("count", "2")],
        [("do", "merge"), ("count", "2")],
    ],
)
@each(("language", "told"), [("en", "Nothing is selected."), ("pt", "Nada está selecionado.")])
def test_a_form_that_chooses_nothing_does_nothing_and_says_so(
    visitor: Visitor, api: Client, form: Fields, language: str, told: str
) -> None:
    new_leads(api, 2)
    visitor.headers["accept-language"] = language
    sent = [("query", "sort=name&direction=desc"), *form]
    answer = visitor.form("/leads/bulk", sent)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert [row[0] for row in cells(answer.text)] == ["N001", "N000"]
    assert visitor.redirected(f"/leads/bulk?{urlencode(sent)}") == "/leads?sort=name&direction=desc"
    assert sources(api) == [None] * 2
    assert api.data("GET", "/api/audience-list") == []


def test_a_form_that_says_nothing_of_what_to_do_does_nothing(visitor: Visitor, api: Client) -> None:
    new_leads(api, 2)
    assert visitor.form("/leads/bulk", [("do", "what"), ("id", "1")]).headers["location"] == "/leads"
    assert len(sources(api)) == 2


def test_a_form_that_sets_nothing_says_so(visitor: Visitor, api: Client) -> None:
    new_leads(api, 2)
    answer = visitor.form("/leads/bulk", [("do", "save"), ("id", "1"), ("id", "2")])
    assert answer.status_code == 422
    assert "1 field to correct Choose what to change" in text(answer.text)
    (told,) = re.findall(r'<li><a href="#([^"]+)">Choose what', answer.text)
    assert f'id="{told}"' in answer.text


@each("fields", [[("count", "30"), ("rows", "25"), ("id", "2"), ("id", "3")], [("count", "")], []])
@each("do", ["delete", "save"])
def test_all_are_written_only_with_the_number_that_was_seen(
    visitor: Visitor, api: Client, do: str, fields: Fields
) -> None:
    """All of the list beside a part of its page contradict each other."""
    new_leads(api, 30)
    answer = visitor.form("/leads/bulk", [("all", "1"), ("do", do), ("f.source", "fair"), *fields])
    assert (answer.status_code, "30 leads" in text(answer.text)) == (200, True)
    assert sources(api) == [None] * 30
    again = hidden(answer.text)
    assert visitor.form("/leads/bulk", [*again, ("do", do), ("f.source", "fair")]).status_code == 303
    assert sources(api) == ([] if do == "delete" else ["fair"] * 30)


@each("do", ["edit", "lists"])
def test_all_beside_a_part_of_the_page_are_counted(visitor: Visitor, api: Client, do: str) -> None:
    new_leads(api, 30)
    form = [("all", "1"), ("do", do), ("count", "30"), ("rows", "25"), ("id", "2")]
    page = visitor.behind(visitor.form("/leads/bulk", form))
    assert ("30 leads" in text(page), "match now" in text(page)) == (True, False)


def test_all_beside_all_of_the_page_are_all(visitor: Visitor, api: Client) -> None:
    new_leads(api, 30)
    page = visitor.page("/leads")
    rows = re.findall(r'name="id" value="(\d+)"', page)
    assert f'name="rows" value="{len(rows)}"' in page
    form = [("all", "1"), ("count", "30"), ("rows", "25"), *((("id", one)) for one in rows)]
    assert visitor.form("/leads/bulk", [*form, ("do", "delete")]).status_code == 303
    assert sources(api) == []


def test_files_of_those_that_are_ticked(visitor: Visitor, api: Client) -> None:
    new_leads(api, 3)
    answer = visitor.form("/leads/bulk", bulk(visitor, "csv", "sort=name&columns=id", 3, *of_ids(1, 3)))
    where = answer.headers["location"]
    assert (
        where
        == f"/leads/export?{urlencode([('sort', 'name'), ('columns', 'id'), ('id', 1), ('id', 3), ('format', 'csv')])}"
    )
    file = visitor.get(where)
    assert file.text.lstrip("\ufeff").splitlines() == ["Name,closum no.", "N000,1", "N002,3"]


def _merged(visitor: Visitor, path: str, *kept: tuple[str, str]) -> str:
    """Where the page of two leads leads to once they are one."""
    (seen,) = re.findall(r'name="versions" value="([0-9-]+)"', visitor.page(path))
    answer = visitor.form(path, [("versions", seen), *kept])
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_the_bar_merges_those_that_are_ticked_one_after_the_other(visitor: Visitor, api: Client) -> None:
    new_leads(api, 4)
    assert 'value="merge"' in visitor.page("/leads")
    first = visitor.form("/leads/bulk", bulk(visitor, "merge", "", 4, *of_ids(4, 1, 3))).headers["location"]
    assert first == "/duplicates/1-3?of=1&more=4"
    assert "When these two are merged, 1 more of the leads that you chose follows." in text(
        visitor.page(first)
    )
    second = _merged(visitor, first, ("name", "1"))
    assert second == "/duplicates/1-4?of=1"
    assert _merged(visitor, second, ("name", "4")) == "/leads/1"
    assert len(sources(api)) == 2
    operations = api.data("GET", "/api/operation")
    assert [one["counts"]["lead"].get("merge") for one in operations[:2]] == [1, 1]


def test_one_that_is_another_person_is_left_out_of_a_merge(visitor: Visitor, api: Client) -> None:
    new_leads(api, 3)
    first = visitor.form("/leads/bulk", bulk(visitor, "merge", "", 3, ("all", "1"))).headers["location"]
    assert first == "/duplicates/1-2?of=1&more=3"
    assert visitor.form(first, [("no", "two")]).headers["location"] == "/duplicates/1-3?of=1"
    assert len(sources(api)) == 3


def test_of_one_lead_the_bar_looks_for_the_other_and_of_many_it_merges_none(
    visitor: Visitor, api: Client
) -> None:
    new_leads(api, 11)
    one = visitor.form("/leads/bulk", bulk(visitor, "merge", "", 1, *of_ids(2)))
    assert one.headers["location"] == "/leads/2/merge"
    many = visitor.form("/leads/bulk", bulk(visitor, "merge", "", 11, ("all", "1")))
    assert many.headers["location"] == "/leads"
    assert "Nothing was merged: choose 2 to 10 leads." in visitor.page("/leads")
    assert 'value="merge"' not in visitor.page("/emails")
