"""Parameters of the query string that a call does not have: refused, with the names of those there are."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from closum.app import route_table
from closum.http.body import MAX_BYTES
from closum.http.route import Route
from tests.conftest import sign_up
from tests.contract.test_route_walk import ABSENT, body_of, fill, path_of, ready, state
from tests.support.alike import without_alike
from tests.support.answers import failure
from tests.support.client import Client
from tests.support.engine import ON_SQLITE
from tests.support.resources import prepare
from tests.support.server import Server

each = pytest.mark.parametrize

ROUTES = without_alike(route_table())
UNDER_API = [route for route in ROUTES if route.path.startswith("/api/")]
OTHERS = [route for route in ROUTES if route not in UNDER_API]
UNKNOWN = {
    "e-mail=x": "e-mail",
    "limt=1": "limt",
    "LIMIT=1": "LIMIT",
    "limit[]=1": "limit[]",
    "%6Cimt=1": "limt",
    "=x": "",
    "=": "",
    "mail": "mail",
    "+_=1": " _",
    "_=1&mach=email": "mach",
    "a=1;limit=2": "a",
    "%FF=1": "\N{REPLACEMENT CHARACTER}",
    f"{'n' * 65}=1": f"{'n' * 64}…",
}
MEANINGLESS = ["", "&", "&&", "_=1700000000", "_", "_=1&_=2", "%5Fcb=1", "&_x=1&"]


def name_of(value: Any) -> str | None:
    return value.name if isinstance(value, Route) else None


def send(client: Client, route: Route, query: str) -> Any:
    body = None if route.method == "GET" else body_of(route) or {}
    return client.request(route.method, f"{path_of(route)}?{query}", json=body)


@ON_SQLITE
@each("route", UNDER_API, ids=name_of)
def test_every_call_refuses_what_it_does_not_have(route: Route, api: Client) -> None:
    if route.verb not in ("create", "sign_in"):
        fill(api)
    before = state(api)
    names = ", ".join(route.parameters) or "none"
    if {"filter", "id"} & {*route.parameters} == {"filter"}:
        names += "; a property goes into 'filter=<property>=<value>'"
    for query, shown in UNKNOWN.items():
        url = f"{path_of(route)}?{query}"
        message = failure(send(api, route, query), 400, url)["message"]
        assert message == f"Unknown parameter '{shown}': this call takes {names}", query
    assert state(api) == before


def test_a_list_says_what_it_takes(api: Client) -> None:
    message = failure(api.get("/api/city?x=1"), 400)["message"]
    names = "limit, page, sort, direction, cursor, count, fields, filter, id, city_name"
    assert message == f"Unknown parameter 'x': this call takes {names}"
    message = failure(api.get("/api/lead?x=1"), 400)["message"]
    for name in ("filter, q, id, name, ", "custom_data.<key>", "email, ", "phone.country"):
        assert name in message


@ON_SQLITE
@each("route", UNDER_API, ids=name_of)
def test_names_that_begin_with_an_underscore_mean_nothing(route: Route, api: Client) -> None:
    if route.verb == "sign_in":
        failure(send(api, route, "_=1"), 422)  # it has no body
        return
    if route.verb == "create" and route.resource:
        prepare(api, route.resource)
    path = path_of(route, 1 if route.verb == "create" else ready(api, route))
    asked = f"&{urlencode(route.sample.query)}" if route.sample and route.sample.query else ""
    body = None if route.method == "GET" else body_of(route) or {}
    answers = [api.request(route.method, f"{path}?{query}{asked}", json=body) for query in MEANINGLESS]
    assert [one.text for one in answers if "Unknown parameter" in one.text] == []
    if route.name not in ABSENT:
        assert answers[0].status_code == (route.sample.status if route.sample else 200)


def test_the_list_has_its_parameters_beside_one_that_means_nothing(api: Client) -> None:
    fill(api)
    answer = api.get("/api/lead?limit=7&_=1&page=1&sort=name&direction=desc")
    assert answer.json()["pagination"]["limit"] == 7


def test_only_a_list_has_the_parameters_of_a_list(api: Client) -> None:
    fill(api)
    for name in ("limit=1", "page=1", "sort=id", "direction=asc"):
        failure(api.get(f"/api/lead/1?{name}"), 400)


@ON_SQLITE
def test_head_refuses_as_get_does(api: Client) -> None:
    answer = api.head("/api/lead?mail=x")
    assert (answer.status_code, answer.content) == (400, b"")


@ON_SQLITE
@each("route", OTHERS, ids=name_of)
def test_what_is_not_of_the_api_takes_anything(route: Route, api: Client) -> None:
    assert send(api, route, "v=1&=").status_code == (303 if route.path == "/" else 200)


# In which order


@ON_SQLITE
@each("route", [route for route in UNDER_API if not route.is_public], ids=name_of)
def test_it_comes_after_401_and_before_the_record(route: Route, server: Server, api: Client) -> None:
    with Client(server.address, None) as nobody:
        failure(send(nobody, route, "x=1"), 401)
    if "{id}" in route.path:
        path, body = route.path.format(id=999), body_of(route) or {}
        failure(api.request(route.method, f"{path}?x=1", json=body), 400)
        failure(api.request(route.method, f"{path}?_x=1", json=body), 404)
    failure(api.request("OPTIONS", f"{path_of(route)}?x=1"), 405)
    failure(api.get(f"{path_of(route)}s/of?x=1"), 404)


def chunks(size: int) -> Any:
    for _ in range(0, size, 65_536):
        yield b" " * 65_536


@each("method", ["GET", "POST"])
def test_a_body_that_is_too_large_is_refused_first(method: str, api: Client) -> None:
    """One of announced length, and one in chunks."""
    for content in (b" " * (MAX_BYTES + 1), chunks(MAX_BYTES + 65_536)):
        failure(api.request(method, "/api/lead?x=1", content=content), 413)
    for content in (b"{", chunks(65_536)):
        message = failure(api.request(method, "/api/lead?x=1", content=content), 400)["message"]
        assert message.startswith("Unknown parameter 'x'")


def test_a_value_that_cannot_be_is_told_after_a_name_that_is_not(api: Client) -> None:
    assert "'x'" in failure(api.get("/api/lead?limit=0&x=1"), 400)["message"]
    assert "'limit'" in failure(api.get("/api/lead?limit=0&_x=1"), 400)["message"]


def test_a_repeated_request_is_refused_again(api: Client) -> None:
    for _ in range(3):
        failure(api.get("/api/lead?mail=x"), 400)
        failure(api.get("/api/lead/1?limit=1"), 400)
        assert api.get("/api/lead?limit=1").status_code == 200


# For old clients


@ON_SQLITE
def test_they_can_be_ignored(folder: Path) -> None:
    with Server(folder, CLOSUM_UNKNOWN_PARAMETERS="ignore") as server, sign_up(server) as client:
        for query in UNKNOWN:
            assert client.get(f"/api/lead?{query}&limit=7").json()["pagination"]["limit"] == 7
        lead = client.data("POST", "/api/lead?mach=email", {"name": "Ana"}, 201)
        assert client.data("GET", f"/api/lead/{lead['id']}?x")["name"] == "Ana"
        failure(client.get("/api/lead?limit=0&x=1"), 400)
