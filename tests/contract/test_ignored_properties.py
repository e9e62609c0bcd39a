"""X-Ignored-Properties: which properties of a body had no effect."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from closum.accounts import passwords, users
from closum.resources import RESOURCES
from tests.conftest import sign_up
from tests.support.client import JSON, Client
from tests.support.engine import ON_SQLITE
from tests.support.resources import first_id, new_sample, prepare
from tests.support.server import Server

each = pytest.mark.parametrize
NAME = "X-Ignored-Properties"

BODIES: list[tuple[JSON, str | None]] = [
    ({}, None),
    ({"city": "Lisboa"}, "city"),
    ({"0": 1}, "0"),
    ({"creation_date": "2018-01-01T10:00:00+00:00", "city": None, "city_id": None}, "creation_date, city"),
    ({"Name": "Ana", "": 1, "name ": "Ana"}, "Name, , name%20"),
    (
        {"a.b": 1, "a,b": 1, "ção": 1, "%41": 1, "a\r\nX: y": 1},
        "a%2Eb, a%2Cb, %C3%A7%C3%A3o, %2541, a%0D%0AX%3A%20y",
    ),
    ({"id": 7}, None),
    ({"email": {"id": 99, "email": "ana@example.com"}}, None),
    ({"email": {"email": "ana@example.com", "status": 1}}, "email.status"),
    ({"email": {"email": "ana@example.com", "a.b": 1}}, "email.a%2Eb"),
    ({"phone": {"extension": "351", "number": "912", "foo": 1, "is_valid": 0}}, "phone.foo, phone.is_valid"),
    ({"phone": {"foo": 1}, "email": {"": 1}, "x": {"y": 1}}, "x, email., phone.foo"),
    ({"phone": None, "email": ""}, None),
    ({"custom_data": {"any": {"key": 1}}}, None),
]


@each(("body", "named"), BODIES)
def test_what_has_no_effect_is_named(body: JSON, named: str | None, api: Client) -> None:
    """In a create and in an update, and the record is stored as without it."""
    created = api.post("/api/lead", json={"name": "Rui", **body})
    assert (created.status_code, created.headers.get(NAME)) == (201, named)
    updated = api.put("/api/lead/1", json=body)
    assert (updated.status_code, updated.headers.get(NAME)) == (200, named)
    assert api.data("GET", "/api/lead/1")["name"] == "Rui"


@each("resource", [one for one in RESOURCES if "update" in one.verbs], ids=lambda one: one.name)
def test_a_record_sent_back_as_it_was_got(resource: Any, api: Client) -> None:
    """What is read-only in it is named, but not its id, nor those of nested records."""
    record_id = new_sample(api, resource)
    path = f"/api/{resource.slug}/{record_id}"
    record = api.data("GET", path)
    read_only = {field.name for field in resource.fields if field.read_only and field.name in record}
    answer = api.put(path, json=record)
    assert {*filter(None, answer.headers.get(NAME, "").split(", "))} == read_only
    assert api.data("GET", path) == record


@each("resource", [one for one in RESOURCES if "create" in one.verbs], ids=lambda one: one.name)
def test_the_published_bodies_have_no_such_header(resource: Any, api: Client) -> None:
    prepare(api, resource)
    assert NAME not in api.post(f"/api/{resource.slug}", json=dict(resource.examples.sample)).headers
    path = f"/api/{resource.slug}/{first_id(resource)}"
    assert NAME not in api.put(path, json=dict(resource.examples.change)).headers
    assert NAME not in api.get(path).headers


def test_a_refusal_has_no_such_header(api: Client) -> None:
    for answer in (
        api.post("/api/lead", json={"city": "Lisboa"}),
        api.post("/api/lead", json={"city": "Lisboa", "name": []}),
        api.put("/api/lead/9", json={"city": "Lisboa", "name": "Ana"}),
    ):
        assert answer.status_code in (404, 422)
        assert NAME not in answer.headers


@pytest.fixture
def credentials(server: Server, api: Client) -> JSON:
    """Of a user of the account."""
    given = {"email": f"sign-in.{api.email}", "password": "a good password"}
    with server.session() as session, session.write() as unit:
        account = users.account_named(unit, api.account)
        users.add_user(unit, account, given["email"], passwords.hashed(given["password"]))
    return given


@each(
    ("more", "named"),
    [
        ({}, None),
        ({"remember": True, "Email": ""}, "remember, Email"),
        ({"api_username": "other@example.com", "api_pw": "other"}, "api_username, api_pw"),
    ],
)
@ON_SQLITE
def test_a_token_call_names_them_too(
    more: JSON, named: str | None, credentials: JSON, server: Server
) -> None:
    by_other_names = {"api_username": credentials["email"], "api_pw": credentials["password"]}
    with Client(server.address, None) as nobody:
        answer = nobody.post("/api/token", json=credentials | more)
        other = nobody.post("/api/token", json=by_other_names)
    assert (answer.status_code, answer.headers.get(NAME)) == (200, named)
    assert (other.status_code, other.headers.get(NAME)) == (200, None)


MANY: list[list[str]] = [
    [f"name-{number}" for number in range(900)],
    ["x" * 300, "y" * 3000, "z"],
    ["x" * 3000, "y"],
    ["é" * 500],
    ["\U0001f600" * 500],
]


@ON_SQLITE
@each("names", MANY, ids=lambda names: names[0][:8])
def test_it_has_one_kilobyte_at_most(names: list[str], api: Client) -> None:
    """What is left is the beginning, of whole characters, and `…`."""
    value = api.post("/api/lead", json={"name": "Ana"} | dict.fromkeys(names)).headers[NAME]
    assert 300 < len(value) <= 1000
    assert value.isascii()
    beginning, _, nothing = unquote(value, errors="strict").rpartition("…")
    assert (", ".join(names).startswith(beginning), nothing) == (True, "")


@ON_SQLITE
@each("names", [["x" * 991], ["x" * 490, "y" * 499]], ids=len)
def test_what_just_fits_is_whole(names: list[str], api: Client) -> None:
    for more in ("", "z"):
        given = [*names[:-1], names[-1] + more]
        value = api.post("/api/lead", json={"name": "Ana"} | dict.fromkeys(given)).headers[NAME]
        assert (value == ", ".join(given)) is not bool(more)
        assert value.endswith("%E2%80%A6") is bool(more)


@ON_SQLITE
def test_pages_of_other_origins_can_read_it(folder: Path) -> None:
    with Server(folder, CLOSUM_CORS_ORIGINS="https://shop.example") as server, sign_up(server) as client:
        answer = client.post(
            "/api/lead", json={"name": "Ana", "x": 1}, headers={"Origin": "https://shop.example"}
        )
    assert answer.headers[NAME] == "x"
    assert NAME in answer.headers["access-control-expose-headers"].split(", ")


# [] as a body


def test_an_empty_array_is_an_empty_object(api: Client) -> None:
    """As PHP writes an empty map."""
    assert api.post("/api/lead", json=[]).json() == api.post("/api/lead", json={}).json()
    api.new("lead", {"name": "Ana"})
    for content in (b"[]", b" [ ] ", b"[\n]"):
        assert api.put("/api/lead/1", content=content).json() == {"success": True, "data": []}
    assert api.data("GET", "/api/lead/1")["name"] == "Ana"
    for content in (b"[[]]", b"[{}]", b"[0]", b'""', b"null", b"0", b"[1]"):
        assert api.put("/api/lead/1", content=content).status_code == 400
    with_none = api.post("/api/token", json=[])
    assert (with_none.status_code, with_none.json()) == (422, api.post("/api/token", json={}).json())
