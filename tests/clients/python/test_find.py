"""Filters, words, cursors and chosen properties of lists."""

from datetime import UTC, date, datetime
from typing import Any

import httpx2
import pytest

from closum_client import BadRequest, Client, UnexpectedAnswer
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import Script, ok, page, refused
from tests.support.engine import ON_SQLITE

each = pytest.mark.parametrize


def asked(script: Script) -> list[tuple[str, str]]:
    return script.requests[-1].url.params.multi_items()


def by_cursor(*ids: int, after: str | None = None, count: int | None = None) -> httpx2.Response:
    """A page of leads by cursor."""
    pagination = {
        "page_count": None,
        "current_page": None,
        "has_next_page": after is not None,
        "has_prev_page": False,
        "count": count,
        "limit": None,
        "next_cursor": after,
    }
    rows = page(*ids).json()["data"]
    return ok(rows, pagination=pagination)


@each(
    ("given", "sent"),
    [
        ({"filter": "city_id=213"}, [("filter", "city_id=213")]),
        ({"filter": ["city_id=213", "name~=ana b"]}, [("filter", "city_id=213"), ("filter", "name~=ana b")]),
        ({"filter": []}, []),
        ({"filter": ""}, [("filter", "")]),
        ({"q": ""}, [("q", "")]),
        ({"q": "ana", "sort": "relevance"}, [("sort", "relevance"), ("q", "ana")]),
        ({"count": False}, [("count", "false")]),
        ({"count": True}, [("count", "true")]),
        ({"where": {"email": "ana@example.com"}}, [("filter", "email=ana@example.com")]),
        ({"where": {"phone": "+351 912"}}, [("filter", "phone=+351 912")]),
        ({"where": {"city_id": None}}, [("filter", "city_id=")]),
        ({"where": {"city_id": [40, None]}}, [("filter", "city_id=40"), ("filter", "city_id=")]),
        ({"where": {"phone.is_valid": True}}, [("filter", "phone.is_valid=true")]),
        ({"where": {"custom_data.score": 1.5}}, [("filter", "custom_data.score=1.5")]),
        ({"where": {"custom_data.a>=b": "x"}}, [("filter", "custom_data.a%3E%3Db=x")]),
        ({"where": {"custom_data.50%~": "x"}}, [("filter", "custom_data.50%25%7E=x")]),
        ({"where": {"creation_date": date(2026, 1, 31)}}, [("filter", "creation_date=2026-01-31")]),
        (
            {"where": {"creation_date": datetime(2026, 1, 31, 10, tzinfo=UTC)}},
            [("filter", "creation_date=2026-01-31T10:00:00+00:00")],
        ),
        ({"changed_since": "-7d"}, [("changed_since", "-7d")]),
        ({"changed_since": ""}, [("changed_since", "")]),
        ({"changed_since": date(2026, 1, 31)}, [("changed_since", "2026-01-31")]),
        (
            {"changed_since": datetime(2026, 1, 31, 10, tzinfo=UTC)},
            [("changed_since", "2026-01-31T10:00:00+00:00")],
        ),
        (
            {"where": {"custom_data.on": [True, False]}},
            [("filter", "custom_data.on=true"), ("filter", "custom_data.on=false")],
        ),
        ({"where": {"custom_data.a=": "=1+1", "id": 7}}, [("custom_data.a=", "=1+1"), ("filter", "id=7")]),
        ({"where": {"name": ["~", "b"]}}, [("name", "~"), ("filter", "name=b")]),
        ({"where": {"limit": "=1", "_": ">"}}, [("filter", "limit==1"), ("filter", "_=>")]),
        ({"where": {"limit": 1}}, [("filter", "limit=1")]),
        ({"where": {"_": 1}, "filter": "id=1"}, [("filter", "id=1"), ("filter", "_=1")]),
    ],
)
def test_what_is_asked_for(scripted: Scripted, given: dict[str, Any], sent: list[tuple[str, str]]) -> None:
    client, script = scripted(page(1))
    assert [lead.id for lead in client.leads.list(**given)] == [1]
    assert asked(script) == sent


@each(
    ("given", "wrong"),
    [
        ({"where": {"city_id": []}}, (ValueError, "city_id has no value")),
        ({"where": {"city_id": object()}}, (TypeError, "object")),
        ({"where": {"city_id": {"a": 1}.values}}, (TypeError, "not")),
        (
            {"where": [("city_id", 213)]},
            (TypeError, "where is a dict of properties and their values, not list"),
        ),
        ({"where": {"custom_data.a": float("nan")}}, (ValueError, "nan is no number")),
        ({"where": {"custom_data.a": b"x"}}, (TypeError, "None, not bytes")),
        ({"filter": b"id=1"}, (TypeError, "a filter is a str such as 'name~=ana', not bytes")),
        ({"filter": ["id=1", 7]}, (TypeError, "a filter is a str such as 'name~=ana', not int")),
        ({"count": "no"}, (TypeError, "count is True or False, not str")),
        ({"changed_since": 7}, (TypeError, "changed_since is a position, a date or its text, not int")),
        ({"page": 2, "cursor": ""}, (ValueError, "page or cursor, not both")),
    ],
)
def test_what_cannot_be_sent_is_not(
    scripted: Scripted, given: dict[str, Any], wrong: tuple[type[Exception], str]
) -> None:
    client, script = scripted()
    with pytest.raises(wrong[0], match=wrong[1]):
        client.leads.list(**given)
    with pytest.raises(ValueError, match="fields is empty"):
        client.leads.select([])
    assert script.calls == []


def test_a_walk_by_cursor(scripted: Scripted) -> None:
    client, script = scripted(by_cursor(1, 2, after="A"), by_cursor(3, 4, after="B"), by_cursor(5))
    pages = list(client.leads.list(cursor="", limit=2, filter="id<9", count=False).pages())
    assert [[lead.id for lead in one] for one in pages] == [[1, 2], [3, 4], [5]]
    window = [("limit", "2"), ("count", "false"), ("filter", "id<9")]
    for request, cursor in zip(script.requests, ["", "A", "B"], strict=True):
        assert sorted(request.url.params.multi_items()) == sorted([*window, ("cursor", cursor)])
    where = pages[0].pagination
    assert (where.count, where.page_count, where.current_page, where.next_cursor) == (None, None, None, "A")
    assert (pages[-1].pagination.next_cursor, repr(pages[-1])) == (None, "<Page by cursor, 1 records>")


def test_a_walk_goes_on_at_a_cursor_that_was_kept(scripted: Scripted) -> None:
    client, script = scripted(by_cursor(3))
    assert [lead.id for lead in client.leads.list(cursor="A")] == [3]
    assert script.calls == ["GET /api/lead?cursor=A"]


def test_a_walk_without_a_count_goes_through_the_pages(scripted: Scripted) -> None:
    def uncounted(*ids: int, number: int, pages: int) -> httpx2.Response:
        answer = page(*ids, number=number, pages=pages).json()
        answer["pagination"] |= {"count": None, "page_count": None}
        return ok(answer["data"], pagination=answer["pagination"])

    client, script = scripted(uncounted(1, number=1, pages=2), uncounted(2, number=2, pages=2))
    pages = list(client.leads.list(count=False).pages())
    assert [repr(one) for one in pages] == ["<Page 1, 1 records>", "<Page 2, 1 records>"]
    assert script.calls == ["GET /api/lead?count=false", "GET /api/lead?page=2&count=false"]


@each(
    ("answers", "told"),
    [
        ([page(1)], "a page by cursor was asked for, and this is page 1"),
        ([by_cursor(1, after="A"), by_cursor(1, after="A")], "the page that comes after it is itself"),
        ([by_cursor(1, after="A"), page(1)], "a page by cursor was asked for, and this is page 1"),
    ],
)
def test_a_cache_that_does_not_know_cursors(scripted: Scripted, answers: list[Any], told: str) -> None:
    client, _ = scripted(*answers)
    with pytest.raises(UnexpectedAnswer, match=told):
        list(client.leads.list(cursor=""))


@each("fields", [["id", "email.email"], "id,email.email"])
def test_chosen_properties_are_plain(scripted: Scripted, fields: Any) -> None:
    row = {"id": 1, "email": {"email": "ana@example.com"}}
    pagination = page(1).json()["pagination"]
    client, script = scripted(ok([row], pagination=pagination))
    assert list(client.leads.select(fields, where={"id": 1})) == [row]
    assert asked(script) == [("filter", "id=1"), ("fields", "id,email.email")]


def test_what_the_server_does_not_know_is_an_error_of_the_walk(scripted: Scripted) -> None:
    client, _ = scripted(refused(400, "Unknown property 'nane' in a filter: there are id, name"))
    leads = client.leads.list(filter="nane=Ana")
    with pytest.raises(BadRequest, match="Unknown property 'nane'"):
        next(iter(leads))


@each("names", ["id,email.email", ["id", "email.email"]])
def test_chosen_properties_of_a_record(scripted: Scripted, names: str | list[str]) -> None:
    row = {"id": 7, "email": {"email": "ana@example.com"}}
    client, script = scripted(ok(row), ok({"name": None}))
    assert client.leads.retrieve("7", fields=names) == row
    assert script.calls == ["GET /api/lead/7?fields=id%2Cemail.email"]
    assert client.leads.retrieve(7, fields="name") == {"name": None}


def test_chosen_properties_of_another_record(scripted: Scripted) -> None:
    client, script = scripted(ok({"id": 8}), ok([]))
    with pytest.raises(UnexpectedAnswer, match="7 was asked for, and this is 8"):
        client.leads.retrieve(7, fields="id")
    with pytest.raises(UnexpectedAnswer):
        client.leads.retrieve(7, fields="id")
    nothing: tuple[str | list[str], ...] = ("", [])
    for none in nothing:
        with pytest.raises(ValueError, match="fields is empty"):
            client.leads.retrieve(7, fields=none)
    assert len(script.calls) == 2


@ON_SQLITE
def test_what_changed_since_over_the_real_server(client: Client) -> None:
    first = client.leads.create(name="Ana", email="ana@example.com")
    position = client.changes.now()
    assert list(client.leads.list(changed_since=position)) == []
    second = client.leads.create(name="Eva")
    client.leads.update(first, name="Ana Maria")
    assert [lead.id for lead in client.leads.list(changed_since=position)] == [first, second]
    assert list(client.leads.select("id", changed_since=position, q="eva")) == [{"id": second}]
    assert len(list(client.emails.list(changed_since=date(2020, 1, 1)))) == 1
    assert list(client.leads.list(changed_since=datetime(2100, 1, 1, tzinfo=UTC))) == []
    with pytest.raises(BadRequest, match="'changed_since' must be a position"):
        list(client.leads.list(changed_since="soon"))
    shown = client.leads.retrieve(first, fields=["name", "email.email", "city.city_name"])
    assert shown == {"name": "Ana Maria", "email": {"email": "ana@example.com"}, "city": None}
    with pytest.raises(BadRequest, match="Unknown property 'nane'"):
        client.leads.retrieve(first, fields="nane")


@ON_SQLITE
def test_over_the_real_server(client: Client) -> None:
    data = {"source": "fair", "a>=b": "x"}
    ana = client.leads.create(name="Ana Sílvia", email="ana@example.com", custom_data=data, city_id=213)
    rui = client.leads.create(name="Rui", phone="+351 912 340 999")
    eva = client.leads.create(name="Eva")

    def ids(**given: Any) -> list[int]:
        return [lead.id for lead in client.leads.list(**given)]

    assert ids(where={"email": "ANA@example.com"}) == [ana]
    assert ids(where={"phone": "+351912340999"}) == [rui]
    assert ids(where={"city_id": None}) == [rui, eva]
    assert ids(where={"city_id": [213, None]}, filter="name!=Eva") == [ana, rui]
    assert ids(where={"custom_data.source": "fair", "custom_data.a>=b": "x"}) == [ana]
    assert ids(where={"email": "nobody@example.com"}) == []
    assert ids(q="silv an") == [ana]
    assert ids(q="abrantes", sort="relevance") == [ana]
    assert ids(filter="creation_date>=today", cursor="", limit=1, count=False) == [ana, rui, eva]
    assert ids(where={"creation_date": date(2020, 1, 1)}) == []
    shown = client.leads.select(["id", "name", "city.city_name"], where={"id": ana})
    assert list(shown) == [{"id": ana, "name": "Ana Sílvia", "city": {"city_name": "Abrantes"}}]
    for wrong in ({"filter": "nane=Ana"}, {"where": {"limit": 1}}, {"where": {"_x": 1}}, {"q": ""}):
        with pytest.raises(BadRequest):
            ids(**wrong)
