"""Many leads are put on a list, or taken off it: exactly those that were chosen, as one operation."""

import re

import pytest

from closum.accounts import users
from closum.operations import records
from closum.operations.deletion import Delete
from closum.resources.lead_audience_list import LEAD_AUDIENCE_LIST
from closum.store import identity, rows
from closum.web.placed import MOST_READ
from tests.support.client import Client
from tests.support.patience import wait_until
from tests.support.server import Server
from tests.support.visiting import Fields, Visitor, cells, new_leads, text


@pytest.fixture
def fair(api: Client) -> int:
    return api.new("audience_list", {"name": "Fair"})


def send(visitor: Visitor, do: str, count: int, *more: tuple[str, str], query: str = "") -> tuple[int, str]:
    """The status, and where one is sent on to."""
    fields: Fields = [("query", query), ("count", str(count)), ("do", do), *more]
    answer = visitor.form("/leads/bulk", fields)
    return answer.status_code, answer.headers.get("location", answer.text)


def on(api: Client, one: int) -> list[str]:
    """The names of the leads on a list."""
    asked = {"filter": f"audience_list_id={one}", "fields": "name", "sort": "name", "limit": "2000"}
    return [lead["name"] for lead in api.get("/api/lead", params=asked).json()["data"]]


def test_ticked_leads_are_put_on_a_list_and_taken_off(visitor: Visitor, api: Client, fair: int) -> None:
    new_leads(api, 4)
    ticked = (("id", "1"), ("id", "3"))
    status, path = send(visitor, "lists", 4, *ticked, query="sort=name")
    page = visitor.page(path)
    assert (status, "Lists of 2 leads" in text(page), ">Fair<" in page) == (303, True, True)
    assert send(visitor, "on", 2, *ticked, ("list", str(fair)), query="sort=name") == (
        303,
        "/leads?sort=name",
    )
    page = visitor.page("/leads?sort=name")
    assert "2 leads put on “ Fair ”." in text(page)
    assert on(api, fair) == ["N000", "N002"]
    assert api.data("GET", "/api/operation")[0]["counts"] == {"lead_audience_list": {"create": 2}}
    send(visitor, "off", 2, *ticked[1:], ("id", "4"), ("list", str(fair)))
    assert "Took N002 off “ Fair ”." in text(visitor.page("/leads"))
    assert on(api, fair) == ["N000"]


def test_it_is_undone_as_one(visitor: Visitor, api: Client, fair: int) -> None:
    new_leads(api, 3)
    send(visitor, "on", 3, ("all", "1"), ("list", str(fair)))
    (operation,) = re.findall(r'action="/undo/(\d+)"', visitor.page("/leads"))
    assert len(on(api, fair)) == 3
    visitor.form(f"/undo/{operation}", [])
    assert on(api, fair) == []


def test_what_was_done_with_lists_is_told_of_leads(visitor: Visitor, api: Client, fair: int) -> None:
    new_leads(api, 3)
    undo = re.compile(r'action="/undo/(\d+)"')
    for language, put, one, back, was, left in (
        (
            "en",
            "2 leads put on “ Fair ”.",
            "Put N002 on “ Fair ”.",
            "2 leads put back on “ Fair ”.",
            "Put 2 leads on “ Fair ”.",
            "Took 2 leads off “ Fair ”.",
        ),
        (
            "pt",
            "Pôs 2 leads em « Fair ».",
            "Pôs N002 na lista « Fair ».",
            "Repôs 2 leads em « Fair ».",
            "Pôs 2 leads em « Fair ».",
            "Retirou 2 leads de « Fair ».",
        ),
    ):
        visitor.headers["accept-language"] = language
        send(visitor, "on", 1, ("id", "3"), ("list", str(fair)))
        assert one in text(visitor.page("/leads"))
        send(visitor, "off", 1, ("id", "3"), ("list", str(fair)))
        send(visitor, "on", 2, ("id", "1"), ("id", "2"), ("list", str(fair)))
        assert put in text(visitor.page("/leads"))
        send(visitor, "off", 2, ("id", "1"), ("id", "2"), ("list", str(fair)))
        (operation,) = undo.findall(visitor.page("/leads"))
        visitor.form(f"/undo/{operation}", [])
        assert back in text(visitor.page("/leads"))
        told = text(visitor.page("/settings/audit"))
        assert was in told
        assert left in told
        send(visitor, "off", 2, ("id", "1"), ("id", "2"), ("list", str(fair)))


def take_off(server: Server, api: Client, number: int) -> None:
    """The first leads off all lists, as one operation."""
    with server.session() as session, session.write() as unit:
        account = identity.account_by_key(unit, users.name_key(api.account))
        assert account
        own = unit.of(account.id)
        found = rows.all_by(own, LEAD_AUDIENCE_LIST, "lead_id", range(1, number + 1))
        records.write_together(own, LEAD_AUDIENCE_LIST, [Delete(own.by, one["id"]) for one in found], own.by)


def test_several_lists_are_named_while_they_are_there(
    server: Server, visitor: Visitor, api: Client, fair: int
) -> None:
    new_leads(api, 2)
    other = api.new("audience_list", {"name": "<b>2027"})
    for lead, one in ((1, fair), (2, fair), (1, other)):
        api.new("lead_audience_list", {"lead_id": lead, "audience_list_id": one})
    take_off(server, api, 2)
    page = visitor.page("/settings/audit")
    assert "Took 3 leads off “ Fair ” and “ <b>2027 ”." in text(page)
    assert f'“<a href="/audience-lists/{other}"><b>&lt;b&gt;2027</b></a>”' in page
    api.data("DELETE", f"/api/audience-list/{other}")
    assert "Took 3 leads off lists." in text(visitor.page("/settings/audit"))


def test_of_more_than_are_looked_at_a_list_is_named_that_was_chosen(
    server: Server, visitor: Visitor, api: Client, fair: int
) -> None:
    number = MOST_READ + 1
    new_leads(api, number)
    send(visitor, "on", number, ("all", "1"), ("list", str(fair)))
    assert f"{number} leads put on “ Fair ”." in text(visitor.page("/leads"))
    take_off(server, api, number)
    assert f"Took {number} leads off lists." in text(visitor.page("/settings/audit"))


def test_who_is_on_the_list_stays_on_it_once(visitor: Visitor, api: Client, fair: int) -> None:
    new_leads(api, 2)
    api.new("lead_audience_list", {"lead_id": 1, "audience_list_id": fair})
    send(visitor, "on", 2, ("all", "1"), ("list", str(fair)))
    assert on(api, fair) == ["N000", "N001"]
    assert len(api.data("GET", "/api/lead-audience-list")) == 2
    assert "Put N001 on “ Fair ”." in text(visitor.page("/leads"))
    send(visitor, "on", 2, ("all", "1"), ("list", str(fair)))
    assert "Nothing was changed: it was like that already." in text(visitor.page("/leads"))
    assert "Nothing was changed" not in text(visitor.page("/leads"))


def test_another_number_refuses_it(visitor: Visitor, api: Client, fair: int) -> None:
    new_leads(api, 2)
    status, page = send(visitor, "on", 3, ("all", "1"), ("list", str(fair)))
    assert (status, "2 match now, not 3" in page, f'value="{fair}" selected' in page) == (412, True, True)
    assert on(api, fair) == []


@pytest.mark.parametrize("given", ["", "0", "99", "nowhere", "9" * 30])
def test_a_list_that_is_not_there_is_a_fault(visitor: Visitor, api: Client, fair: int, given: str) -> None:
    new_leads(api, 1)
    status, page = send(visitor, "on", 1, ("id", "1"), ("list", given))
    assert (status, "Choose a list, or name a new one." in page) == (422, True)
    status, page = send(visitor, "off", 1, ("id", "1"), ("list", given))
    assert (status, "Choose a list that is there." in page) == (422, True)


def test_the_list_of_another_account_is_not_there(
    visitor: Visitor, other: Visitor, api: Client, other_api: Client, fair: int
) -> None:
    new_leads(other_api, 1)
    assert send(other, "on", 1, ("id", "1"), ("list", str(fair)))[0] == 422
    assert api.data("GET", "/api/lead-audience-list") == []


def test_a_reader_is_offered_nothing_and_changes_nothing(
    visitor: Visitor, reader: Visitor, api: Client, fair: int
) -> None:
    new_leads(api, 1)
    assert ('value="lists"' in visitor.page("/leads"), 'value="lists"' in reader.page("/leads")) == (
        True,
        False,
    )
    assert send(reader, "on", 1, ("id", "1"), ("list", str(fair)))[0] == 403
    assert on(api, fair) == []


@pytest.mark.parametrize(
    ("language", "label", "told"),
    [
        ("en", "New list", "1 list created. 2 leads put on “ Fair 2027 ”."),
        ("pt", "Nova lista", "Criou 1 lista. Pôs 2 leads em « Fair 2027 »."),
    ],
)
def test_a_list_is_made_with_its_leads_and_undone_with_them(
    visitor: Visitor, api: Client, language: str, label: str, told: str
) -> None:
    new_leads(api, 3)
    visitor.headers["accept-language"] = language
    ticked = (("id", "1"), ("id", "3"))
    page = visitor.page(send(visitor, "lists", 3, *ticked)[1])
    assert f'<label for="new">{label}</label>' in page
    assert ('name="list"' in page, 'value="on"' in page, 'value="off"' in page) == (False, True, False)
    assert send(visitor, "on", 2, *ticked, ("new", " Fair 2027 ")) == (303, "/leads")
    page = visitor.page("/leads")
    assert told in text(page)
    (made,) = api.data("GET", "/api/audience-list")
    assert (made["name"], on(api, made["id"])) == ("Fair 2027", ["N000", "N002"])
    assert api.data("GET", "/api/operation")[0]["counts"] == {
        "audience_list": {"create": 1},
        "lead_audience_list": {"create": 2},
    }
    (operation,) = re.findall(r'action="/undo/(\d+)"', page)
    visitor.form(f"/undo/{operation}", [])
    assert api.data("GET", "/api/audience-list") == api.data("GET", "/api/lead-audience-list") == []


def test_a_new_list_can_be_named_beside_others_and_one_that_is_there_is_not_made_again(
    visitor: Visitor, api: Client, fair: int
) -> None:
    new_leads(api, 2)
    page = visitor.page(send(visitor, "lists", 1, ("id", "1"))[1])
    assert ('name="list"' in page, 'name="new"' in page) == (True, True)
    send(visitor, "on", 1, ("id", "1"), ("list", ""), ("new", "2027"))
    send(visitor, "on", 1, ("id", "2"), ("list", ""), ("new", "Fair"))
    lists = {one["name"]: one["id"] for one in api.data("GET", "/api/audience-list")}
    assert sorted(lists) == ["2027", "Fair"]
    assert (on(api, lists["2027"]), on(api, fair)) == (["N000"], ["N001"])
    assert 'value="lists"' not in visitor.page("/audience-lists")


def test_what_refuses_the_leads_makes_no_list(visitor: Visitor, reader: Visitor, api: Client) -> None:
    new_leads(api, 2)
    new = ("new", "Fair")
    status, page = send(visitor, "on", 3, ("all", "1"), new)
    assert (status, "2 match now, not 3" in page, 'value="Fair"' in page) == (412, True, True)
    status, page = send(visitor, "on", 1, ("id", "1"), ("new", "x" * 256))
    assert (status, "Write a name of at most 255 characters." in page) == (422, True)
    assert send(visitor, "on", 1, ("id", "1"), ("new", " "))[0] == 422
    assert send(visitor, "off", 1, ("id", "1"), new)[0] == 422
    assert send(reader, "on", 1, ("id", "1"), new)[0] == 403
    assert api.data("GET", "/api/audience-list") == []


def test_many_are_put_on_a_new_list_in_the_background_and_undone_with_it(
    visitor: Visitor, api: Client
) -> None:
    new_leads(api, 1_002)
    status, path = send(visitor, "on", 1_002, ("all", "1"), ("new", "Fair"))
    assert (status, path.startswith("/leads/bulk/bulk-")) == (303, True)
    wait_until(lambda: 'hx-trigger="every 1s"' not in visitor.page(path))
    assert "1 list created. 1,002 leads put on “ Fair ”." in text(visitor.page(path))
    (operation,) = re.findall(r'action="/undo/(\d+)"', visitor.page(path))
    visitor.form(f"/undo/{operation}", [])
    assert api.data("GET", "/api/audience-list") == []


def test_many_are_put_on_a_list_in_the_background(visitor: Visitor, api: Client, fair: int) -> None:
    new_leads(api, 1_002)
    status, path = send(visitor, "on", 1_002, ("all", "1"), ("list", str(fair)))
    assert (status, path.startswith("/leads/bulk/bulk-")) == (303, True)
    wait_until(lambda: 'hx-trigger="every 1s"' not in visitor.page(path))
    counted = api.get("/api/lead", params={"filter": f"audience_list_id={fair}", "limit": "1"}).json()
    assert counted["pagination"]["count"] == 1_002


def test_leads_are_filtered_by_list(visitor: Visitor, api: Client, fair: int) -> None:
    new_leads(api, 2)
    api.new("lead_audience_list", {"lead_id": 2, "audience_list_id": fair})
    assert 'name="f.audience_list_id"' in visitor.page("/leads/filters")
    path = visitor.redirected(f"/leads/filter?f.audience_list_id={fair}")
    page = visitor.page(path)
    assert [row[0] for row in cells(page)] == ["N001"]
    assert "List: Fair" in text(page)
    path = visitor.redirected("/leads/filter?f.audience_list_id=-")
    assert [row[0] for row in cells(visitor.page(path))] == ["N000"]
