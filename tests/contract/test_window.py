"""Lists by cursor, without a count, by relevance, with the fields that are asked for; and records that have not changed."""

import base64
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from closum.operations import cities
from tests.conftest import sign_up
from tests.support.answers import failure
from tests.support.client import JSON, Client
from tests.support.server import Server

each = pytest.mark.parametrize

NAMES = ["Maria Silva", "Silva", "Silvana", "Zé", None, "ana", "Rui Silva", "Áurea"]


@pytest.fixture
def leads(api: Client) -> Client:
    """An account with eight leads, one of them without a name."""
    for number, name in enumerate(NAMES):
        address = {"email": f"{'silva' if number == 3 else 'p'}{number}@example.com"}
        api.new("lead", {"name": name, "email": address, "city_id": 213 if number % 2 else None})
    return api


def ids(answer: JSON) -> list[int]:
    return [one["id"] for one in answer["data"]]


def walk(api: Client, path: str) -> Iterator[JSON]:
    """The answers of all pages by cursor."""
    cursor: str | None = ""
    while cursor is not None:
        answer = api.get(f"{path}&cursor={cursor}")
        assert answer.status_code == 200, answer.text
        yield answer.json()
        cursor = answer.json()["pagination"]["next_cursor"]


@each("direction", ["asc", "desc"])
@each("sort", ["id", "name", "city_id", "creation_date", "email.email", "phone.number"])
def test_pages_by_cursor_are_those_by_number(leads: Client, sort: str, direction: str) -> None:
    path = f"/api/lead?limit=3&sort={sort}&direction={direction}"
    by_number = [leads.get(f"{path}&page={page}").json()["data"] for page in (1, 2, 3)]
    assert [one["data"] for one in walk(leads, path)] == by_number


def test_a_page_by_cursor_says_what_is_known_of_it(leads: Client) -> None:
    pages = [one["pagination"] for one in walk(leads, "/api/lead?limit=5")]
    assert isinstance(pages[0].pop("next_cursor"), str)
    assert pages == [
        {
            "page_count": 2,
            "current_page": None,
            "has_next_page": True,
            "has_prev_page": False,
            "count": 8,
            "limit": 5,
        },
        {
            "page_count": 2,
            "current_page": None,
            "has_next_page": False,
            "has_prev_page": True,
            "count": 8,
            "limit": 5,
            "next_cursor": None,
        },
    ]


def test_an_empty_list_has_one_page_by_cursor(api: Client) -> None:
    (page,) = walk(api, "/api/lead?sort=name")
    assert (page["data"], page["pagination"]["count"]) == ([], 0)


def test_cities_have_cursors_too(api: Client) -> None:
    pages = list(walk(api, "/api/city?limit=100"))
    assert [len(page["data"]) for page in pages] == [100, 100, 100, 8]
    assert len({one for page in pages for one in ids(page)}) == 308


def test_large_pages_go_on_too(api: Client) -> None:
    text = "x" * 60_000
    for number in range(30):
        api.new("lead", {"name": f"{number:02}", "custom_data": {"text": text}})
    pages = list(walk(api, "/api/lead?limit=20&sort=name&q=0"))
    assert sum(len(page["data"]) for page in pages) == 10
    pages = list(walk(api, "/api/lead?limit=20&sort=name"))
    assert [len(page["data"]) for page in pages] == [20, 10]
    assert pages[0]["data"][0]["custom_data"] == f'{{"text":"{text}"}}'


def first_cursor(api: Client, query: str = "") -> str:
    found: str = api.get(f"/api/lead?limit=2&cursor={query}").json()["pagination"]["next_cursor"]
    return found


def test_a_cursor_is_of_its_list_alone(leads: Client, server: Server) -> None:
    cursor = first_cursor(leads, "&sort=name")
    assert leads.get(f"/api/lead?sort=name&cursor={cursor}").status_code == 200
    assert leads.get(f"/api/lead?sort=name&cursor={cursor}&limit=1&fields=id").status_code == 200
    others = ["", "&sort=id", "&sort=name&direction=desc", "&sort=name&city_id=213", "&sort=name&q=silva"]
    for query in others:
        message = failure(leads.get(f"/api/lead?cursor={cursor}{query}"), 400)["message"]
        assert "begin again with an empty 'cursor='" in message, query
    failure(leads.get(f"/api/email?cursor={cursor}"), 400)
    with sign_up(server) as other:
        failure(other.get(f"/api/lead?sort=name&cursor={cursor}"), 400)


def test_a_cursor_that_was_changed_is_refused(leads: Client) -> None:
    cursor = first_cursor(leads)
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    for place in range(0, len(raw), 5):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        text = base64.urlsafe_b64encode(changed).decode().rstrip("=")
        failure(leads.get(f"/api/lead?cursor={text}"), 400)
    inserted = [f"{cursor[:9]}{one}{cursor[9:]}" for one in ("!", "%0A", "+", "=", "A")]
    for text in (
        "x",
        "é",
        cursor[:-2],
        cursor * 2,
        f"{cursor}=",
        "A" * 40,
        "%00",
        "null",
        "=" * 9,
        *inserted,
    ):
        failure(leads.get(f"/api/lead?cursor={quote(text, safe='%')}"), 400)


@each(
    "query",
    ["cursor=&page=1", "page=2&cursor=", "cursor=&cursor=", "count=maybe", "count=", "count=true&count=true"],
)
def test_what_does_not_go_together_is_refused(leads: Client, query: str) -> None:
    failure(leads.get(f"/api/lead?{query}"), 400)


@each("query", ["", "&q=silva", "&city_id=213", "&sort=name"])
def test_without_a_count(leads: Client, query: str) -> None:
    counted = leads.get(f"/api/lead?limit=2{query}").json()
    answer = leads.get(f"/api/lead?limit=2&count=false{query}").json()
    assert answer["data"] == counted["data"]
    assert answer["pagination"] == counted["pagination"] | {"count": None, "page_count": None}
    last = leads.get(f"/api/lead?limit=1000&count=false{query}").json()["pagination"]
    assert not last["has_next_page"]
    failure(leads.get(f"/api/lead?page=99&count=false{query}"), 404)


def test_relevance(leads: Client) -> None:
    found = leads.get("/api/lead?q=silva&sort=relevance").json()
    names = [one["name"] for one in found["data"]]
    assert names == ["Maria Silva", "Silva", "Rui Silva", "Silvana", "Zé"]
    backwards = leads.get("/api/lead?q=silva&sort=relevance&direction=desc").json()
    assert ids(backwards) == ids(found)[::-1]
    by_cursor = walk(leads, "/api/lead?q=silva&sort=relevance&limit=2")
    assert [one for page in by_cursor for one in ids(page)] == ids(found)
    some = leads.get("/api/lead?q=silva&sort=relevance&filter=name!=silva&filter=name>m").json()
    assert [one["name"] for one in some["data"]] == ["Maria Silva", "Rui Silva", "Silvana", "Zé"]


def test_relevance_needs_a_search(leads: Client) -> None:
    assert "give 'q'" in failure(leads.get("/api/lead?sort=relevance"), 400)["message"]
    failure(leads.get("/api/email?sort=relevance"), 400)


FIELDS: list[tuple[str, JSON]] = [
    ("id", {"id": 1}),
    ("name,id", {"name": "Ana", "id": 1}),
    ("email", {"email": {"email": "ana@example.com"}}),
    ("email.id,email.email", {"email": {"id": 1, "email": "ana@example.com"}}),
    ("email.status", {"email": {"status": 1}}),
    ("phone.is_valid,phone.extension", {"phone": {"is_valid": 1, "extension": "00351"}}),
    ("city.city_name", {"city": {"city_name": "Abrantes"}}),
    ("city", {"city": {"id": 213, "city_name": "Abrantes"}}),
    (" id , name ", {"id": 1, "name": "Ana"}),
    ("id,id", {"id": 1}),
]


@pytest.fixture
def ana(api: Client) -> Client:
    body = {"name": "Ana", "city_id": 213, "email": {"email": "ana@example.com"}}
    api.new("lead", body | {"phone": {"number": "+351912345678"}})
    api.new("lead", {"name": "Nobody"})
    return api


@each(("fields", "expected"), FIELDS)
@each("more", ["", "&cursor=", "&q=ana", "&sort=name&direction=asc"])
def test_fields_of_a_list(ana: Client, fields: str, expected: JSON, more: str) -> None:
    first = ana.data("GET", f"/api/lead?fields={quote(fields)}{more}")[0]
    assert first == expected
    assert list(first) == list(expected)


@each(("fields", "expected"), [one for one in FIELDS if one[0] != "email"])
def test_fields_of_a_record(ana: Client, fields: str, expected: JSON) -> None:
    assert ana.data("GET", f"/api/lead/1?fields={quote(fields)}") == expected


@each("more", ["", "&cursor=", "&q=le", "&page=1&sort=creation_date", "&filter=name>a"])
@each("fields", ["city.id", "email.id", "city", "id,city.id"])
def test_the_order_does_not_depend_on_the_fields(api: Client, fields: str, more: str) -> None:
    cities = [213, 40, None, 1, 308]
    for number, city in enumerate(cities):
        address = {"email": f"p{number}@example.com"} if number != 2 else None
        api.new("lead", {"name": f"Lead {number}", "city_id": city, "email": address})
    found = api.data("GET", f"/api/lead?fields={fields},name{more}")
    assert [one["name"] for one in found] == [f"Lead {number}" for number in range(5)]


def test_what_is_shown_anyway_and_more(ana: Client) -> None:
    usual = ana.data("GET", "/api/lead")
    assert ana.data("GET", "/api/lead?fields=*") == usual
    (one, nobody) = ana.data("GET", "/api/lead?fields=*,city.city_name,email.id")
    assert one == usual[0] | {
        "city": {"city_name": "Abrantes"},
        "email": {"email": "ana@example.com", "id": 1},
    }
    assert nobody == usual[1] | {"city": None}
    assert ana.data("GET", "/api/lead/1?fields=*") == ana.data("GET", "/api/lead/1")
    dates = ana.data("GET", "/api/lead/1?fields=email.*,phone.*")
    assert list(dates["email"]) == ["id", "email", "status", "register_date"]
    assert list(dates["phone"]) == ["id", "extension", "number", "is_valid", "date_add"]


@each(
    "text",
    [
        "",
        ",",
        "id,",
        "nmae",
        "email.",
        ".id",
        "email.id.id",
        "city_name",
        "*.id",
        "email_id",
        "version",
        "id;drop",
    ],
)
@each("path", ["/api/lead?", "/api/lead/1?"])
def test_what_is_not_understood_is_refused(ana: Client, path: str, text: str) -> None:
    message = failure(ana.get(f"{path}fields={quote(text)}"), 400)["message"]
    assert "in 'fields': there are *, id, name, city_id, custom_data" in message
    assert " city.city_name, " in message
    assert message.endswith(
        "contact_lifecycle_stage.label, contact_lifecycle_stage.position, contact_lifecycle_stage.archived"
    )


def test_other_resources_have_fields(ana: Client) -> None:
    assert ana.data("GET", "/api/email?fields=email") == [{"email": "ana@example.com"}]
    assert ana.data("GET", "/api/city/213?fields=city_name") == {"city_name": "Abrantes"}
    failure(ana.get("/api/lead/1?fields=id&fields=id"), 400)
    failure(ana.get(f"/api/lead?fields={'id,' * 1000}id"), 400)
    failure(ana.get("/api/account?fields=name"), 400)


def test_custom_data_of_any_length_is_shown(api: Client) -> None:
    text = "x" * 60_000
    for _ in range(20):
        api.new("lead", {"name": "Ana", "custom_data": {"text": text}})
    found: list[Any] = api.data("GET", "/api/lead?limit=1000&fields=custom_data,name")
    assert found == [{"custom_data": f'{{"text":"{text}"}}', "name": "Ana"}] * 20


@each("path", ["/api/lead/1", "/api/email/1", "/api/phone/1", "/api/lead/1?fields=id", "/api/account"])
def test_a_record_that_has_not_changed(ana: Client, path: str) -> None:
    whole = ana.get(path)
    tag = whole.headers["etag"]
    for named in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        answer = ana.get(path, headers={"If-None-Match": named})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag), named
        same = ("cache-control", "vary", "x-content-type-options")
        assert all(answer.headers[name] == whole.headers[name] for name in same)
        assert answer.headers["x-request-id"]
        assert "content-type" not in answer.headers
    for other in ('"x"', tag.strip('"'), ""):
        again = ana.get(path, headers={"If-None-Match": other})
        assert (again.status_code, again.content) == (200, whole.content)
    assert ana.head(path, headers={"If-None-Match": tag}).status_code == 304


def test_a_record_that_has_changed(ana: Client) -> None:
    tag = ana.get("/api/lead/1").headers["etag"]
    ana.data("PUT", "/api/email/1", {"email": "other@example.com"})
    answer = ana.get("/api/lead/1", headers={"If-None-Match": tag})
    assert answer.json()["data"]["email"]["email"] == "other@example.com"
    failure(ana.get("/api/lead/99", headers={"If-None-Match": "*"}), 404)
    assert ana.get("/api/city/213", headers={"If-None-Match": "*"}).status_code == 200


def test_a_record_whose_city_has_another_name(ana: Client, server: Server) -> None:
    """A lead does not change with its city: its tag does, where it shows the name."""
    path = "/api/lead/1?fields=name,city.city_name"
    tag, plain = (ana.get(one).headers["etag"] for one in (path, "/api/lead/1"))
    assert ana.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert ana.get(path, headers={"If-None-Match": plain}).status_code == 200
    try:
        load_city(server, "Abrantes de Cima")
        answer = ana.get(path, headers={"If-None-Match": tag})
        assert answer.json()["data"]["city"] == {"city_name": "Abrantes de Cima"}
        assert answer.headers["etag"] != tag
        assert ana.get("/api/lead/1", headers={"If-None-Match": plain}).status_code == 304
    finally:
        load_city(server, "Abrantes")
    assert ana.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert ana.put("/api/lead/1", json={"name": "Eva"}, headers={"If-Match": tag}).status_code == 200
    assert ana.put("/api/lead/1", json={"name": "Ana"}, headers={"If-Match": tag}).status_code == 412


def load_city(server: Server, name: str) -> None:
    with server.session() as session, session.setup() as unit:
        cities.load(unit, {213: name})


@each("of", ["email", "phone"])
def test_a_record_that_shows_more_of_another(ana: Client, of: str) -> None:
    """Two leads show one address: each has another tag when it has changed, also of what no lead has a copy of."""
    shared = {"email": {"email": "ana@example.com"}, "phone": {"number": "+351912345678"}}
    other = ana.new("lead", shared)
    paths = [f"/api/lead/{lead}?fields=id,{of}.*" for lead in (1, other)]
    tags = [ana.get(path).headers["etag"] for path in paths]
    body = {"email": {"email": "eva@example.com"}, "phone": {"extension": "351", "number": "1"}}[of]
    ana.data("PUT", f"/api/{of}/1", body)
    for path, tag in zip(paths, tags, strict=True):
        answer = ana.get(path, headers={"If-None-Match": tag})
        assert answer.status_code == 200
        assert answer.json()["data"][of].items() >= body.items()
