"""What every route has to do, walked from the route table: a new route is tested, or fails here."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from closum.accounts import users
from closum.api.routes import table
from closum.api.verbs import VERBS
from closum.app import route_table
from closum.http.route import PUBLIC, Route
from closum.model.resource import Resource
from closum.operations.edit import shown_by, used_by
from closum.operations.undone import UNKNOWN
from closum.resources import DECLARED, RESOURCES
from closum.resources.city import CITY
from closum.store import identity
from closum.store.unit import Unit
from tests.support import import_calls
from tests.support.answers import check_headers, failure
from tests.support.client import JSON, Client
from tests.support.credentials import bad_credentials
from tests.support.engine import ON_SQLITE
from tests.support.patience import wait_until
from tests.support.resources import alone, by_need, change, first_id, given, prepare, routes
from tests.support.server import Server

ROUTES = table(RESOURCES)
BODIES: dict[str, JSON] = {one.slug: dict(one.examples.sample) for one in RESOURCES if "create" in one.verbs}
CHANGES: dict[str, JSON] = {one.slug: change(one) for one in DECLARED if "update" in one.verbs}
KNOWN = {
    "POST /api/token",
    "GET /health",
    "GET /ready",
    "GET /api/change",
    "GET /api/bin",
    "GET /api/bin/{id}",
    "POST /api/bin/{id}/restore",
    "DELETE /api/bin/{id}",
    "GET /api/operation",
    "GET /api/operation/{id}",
    "POST /api/operation/{id}/undo",
    "GET /api/user",
    "GET /api/job",
    "GET /api/job/{id}",
    "POST /api/job/{id}/stop",
    "GET /api/import",
    "POST /api/import",
    "GET /api/import/{id}",
    "PUT /api/import/{id}",
    "POST /api/import/{id}/start",
    "POST /api/import/{id}/cancel",
    "GET /api/import/{id}/faults",
    "GET /api/report/leads",
    "GET /api/report/funnel",
    "GET /api/report/first-contact",
    *[f"{method} {path}" for resource in DECLARED for method, path, _ in routes(resource)],
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
FILE = "Nome\nAna\n"
NO_TOKEN = {"Authorization": ""}
UNKNOWN_IDS = (
    *("7000000000", "0", "-1", "+1", "01", "1.0", "1e0", "abc"),
    *("null", "%D9%A3", "%EF%BC%91", "%201", "1%00"),
    *("1" * 30, str(2**63 - 1), str(2**63), "1;1", "1'", "1%20OR%201=1"),
)

each = pytest.mark.parametrize
of_records = [route for route in ROUTES if "{id}" in route.path]
protected = [route for route in ROUTES if not route.is_public]
readable = [route for route in ROUTES if route.method == "GET"]
ABSENT = {"GET /api/job/{id}", "POST /api/job/{id}/stop", "POST /api/lead/{id}/merge"}
present = [route for route in protected if route.name not in ABSENT]
"""Those of which the account of a test has what they name: it has one lead, and no background work."""
own = [route for route in of_records if route.resource and not route.resource.shared]
writing = [route for route in ROUTES if route.verb in ("create", "update", "patch")]
nesting = [route for route in writing if route.resource and route.resource.nested]


def name_of(value: Any) -> str | None:
    return value.name if isinstance(value, Route | Resource) else None


def own_id(route: Route) -> int:
    return first_id(route.resource) if route.resource else 1


def path_of(route: Route, record_id: object = None) -> str:
    return route.path.format(id=own_id(route) if record_id is None else record_id)


def body_of(route: Route) -> JSON | None:
    """A body that the route takes; None for a route without one, and for the public ones."""
    if route.is_public or route.sample is None or route.sample.body is None:
        return None
    if route.resource and route.verb in ("update", "patch"):
        return CHANGES[route.resource.slug]
    return dict(route.sample.body)


def fill(api: Client, route: Route | None = None) -> None:
    """One record of each kind, with id 1, parents first, and what else the sample of a route names."""
    for resource in by_need(RESOURCES):
        assert api.new(resource.slug, BODIES[resource.slug]) == first_id(resource)
    if route and route.path.startswith("/api/import/{id}"):
        assert import_calls.send(api, FILE) == 1
    if route and route.verb == "dismiss_duplicates":
        api.new("lead", BODIES["lead"])


def ready(api: Client, route: Route) -> int:
    """The id of a record, or of an entry of the bin, that the call takes. The account is filled."""
    fill(api, route)
    needing = (*shown_by(route.resource), *used_by(route.resource)) if route.resource else ()
    keeping = {other.slug for other, _ in needing} if route.verb == "delete" else set()
    for slug in {"lead"} if "/bin/" in route.path else keeping:  # what shows or names it
        api.data("DELETE", f"/api/{slug}/1")
    return int(api.data("GET", "/api/bin")[0]["id"]) if "/bin/" in route.path else own_id(route)


def send(api: Client, route: Route, record_id: object = None, **more: Any) -> Any:
    return api.request(route.method, path_of(route, record_id), **sent(route), **more)


def sent(route: Route) -> dict[str, Any]:
    """The body of a call, as the client takes it."""
    if route.operation and route.operation.uploads:
        return {"content": FILE.encode()}
    return {"json": body_of(route)}


def state(api: Client) -> dict[str, Any]:
    """Everything that the account holds."""
    return {name: api.get(f"/api/{name}").json() for name in (*BODIES, "account")}


# The table


def test_every_route_is_known_to_this_walk() -> None:
    """A verb that one resource alone has is walked by what its row says."""
    others = [route for route in ROUTES if route.name not in KNOWN]
    assert len(ROUTES) - len(others) == len(KNOWN)
    odd = [one for one in others if one.resource not in RESOURCES or one.verb in VERBS]
    assert [one.name for one in odd if one.operation] == []


def test_what_is_public_is_listed() -> None:
    public = {"POST /api/token", "GET /health", "GET /ready", "GET /api/openapi.json"}
    found = {route.name for route in route_table() if route.needs == PUBLIC}
    assert {name for name in found if not name.startswith("GET /docs")} == public


# What the walk sends


@each("name", CHANGES)
def test_a_change_changes_something(name: str, api: Client) -> None:
    fill(api)
    before = state(api)
    (resource,) = (one for one in DECLARED if one.slug == name)
    api.data("PUT", f"/api/{name}{'' if resource.singleton else f'/{first_id(resource)}'}", CHANGES[name])
    assert state(api)[name] != before[name]


# Who may


@ON_SQLITE
@each("route", protected, ids=name_of)
def test_bad_credentials_get_one_and_the_same_401(route: Route, server: Server, api: Client) -> None:
    fill(api)
    before = state(api)
    with Client(server.address, None) as nobody:
        wrong = {}
        for name, values in bad_credentials(server, str(api.token)).items():
            fields = [(b"Authorization", value.encode("latin-1")) for value in values]
            wrong[name] = send(nobody, route, headers=[*fields, (b"X-Request-Id", b"same")])
    failure(wrong["none"], 401, path_of(route))
    assert wrong["none"].headers["www-authenticate"] == "Bearer"
    same = bare(wrong["none"])
    assert {name: bare(answer) for name, answer in wrong.items()} == dict.fromkeys(wrong, same)
    assert state(api) == before


ENDINGS: dict[str, Callable[[Unit, identity.User], None]] = {
    "signed out": lambda unit, user: identity.end_tokens(unit, user.id),
    "another password": lambda unit, user: identity.set_password(unit, user.id, "another"),
    "user disabled": lambda unit, user: identity.enable_user(unit, user.id, False),
    "user removed": lambda unit, user: identity.remove_user(unit, user.id),
    "account disabled": lambda unit, user: identity.enable_account(unit, user.account_id, False),
}


@each("name", ENDINGS)
def test_a_token_ends_in_time(name: str, server: Server, api: Client) -> None:
    """At once on SQLite; within 1 s on PostgreSQL, also where nobody has asked since it was used."""
    fill(api)
    with server.session() as session, session.write() as unit:
        ENDINGS[name](unit, users.user_named(unit, api.email))
    wait_until(lambda: api.get("/api/lead").status_code == 401)
    for route in protected:
        assert bare(send(api, route)) == bare(api.request(route.method, path_of(route), headers=NO_TOKEN))


def test_a_disabled_user_gets_no_other_token_back(server: Server, api: Client) -> None:
    for enabled in (False, True):
        with server.session() as session, session.write() as unit:
            identity.enable_user(unit, users.user_named(unit, api.email).id, enabled)
    wait_until(lambda: api.get("/api/lead").status_code == 401)
    failure(api.get("/api/lead"), 401)


@ON_SQLITE
@each("scheme", ["Bearer", "bearer", "BEARER", "bEaReR", "Bearer  "])
@each("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_scheme_and_header_names_are_case_insensitive(
    scheme: str, name: str, server: Server, api: Client
) -> None:
    with Client(server.address, None) as nobody:
        assert nobody.get("/api/lead", headers={name: f"{scheme} {api.token}"}).status_code == 200


def bare(answer: Any) -> tuple[int, dict[str, str], bytes]:
    """An answer without what changes from one to the next, such as whether it came before the body."""
    same = answer.headers.keys() - {"date", "x-request-id", "connection"}
    return answer.status_code, {name: answer.headers[name] for name in same}, answer.content


# Whose


@each("route", own, ids=name_of)
def test_anothers_record_is_as_unknown_as_any(route: Route, api: Client, other_api: Client) -> None:
    fill(api)
    before = state(api)
    same = {"X-Request-Id": "same"}
    first, none = own_id(route), own_id(route) + 800
    anothers, unknown = (send(other_api, route, one, headers=same) for one in (first, none))
    failure(anothers, 404, path_of(route, first))
    assert bare(unknown)[0] == 404
    assert bare(anothers)[2] == bare(unknown)[2].replace(b"/%d" % none, b"/%d" % first)
    assert state(api) == before


@each("route", nesting, ids=name_of)
def test_anothers_id_in_a_body_is_as_unknown_as_any(route: Route, api: Client, other_api: Client) -> None:
    assert route.resource
    fill(api)
    prepare(other_api, route.resource)
    other_api.new(route.resource.name, alone(route.resource))
    before = state(api), state(other_api)
    for nested in route.resource.nested:
        bodies = [change(route.resource) | {nested.name: {"id": number}} for number in (1, 9)]
        answers = [other_api.request(route.method, path_of(route), json=body) for body in bodies]
        assert failure(answers[0], 422)["errors"] == {
            nested.name: {"id": {"_existsIn": "This value does not exist"}}
        }
        assert bare(answers[0]) == bare(answers[1])
    assert (state(api), state(other_api)) == before


@each(
    "route",
    [route for route in readable if route.verb == "list"],
    ids=name_of,
)
def test_a_list_shows_nothing_of_another_account(route: Route, api: Client, other_api: Client) -> None:
    count = other_api.get(path_of(route)).json()["pagination"]["count"]
    fill(api)
    assert (
        other_api.get(path_of(route)).json()["pagination"]["count"]
        == count
        == (308 if route.resource is CITY else route.resource and given(route.resource))
    )


# How


@ON_SQLITE
@each("path", sorted({route.path for route in ROUTES}))
def test_other_methods_are_405_with_a_complete_allow(path: str, server: Server) -> None:
    allowed = {route.method for route in ROUTES if route.path == path}
    allowed |= {"HEAD"} & {"HEAD" for method in allowed if method == "GET"}
    with Client(server.address, None) as nobody:  # 405 comes before 401
        for method in set(METHODS) - allowed:
            answer = nobody.request(method, path.format(id=1))
            assert set(answer.headers["allow"].split(", ")) == allowed
            if method == "HEAD":
                assert (answer.status_code, answer.content) == (405, b"")
            else:
                failure(answer, 405, path.format(id=1))


@ON_SQLITE
@each("route", readable, ids=name_of)
@each("query", ["", "?page=999", "?limit=x"])
def test_head_has_the_headers_of_get(route: Route, query: str, api: Client) -> None:
    fill(api)
    get, head = (api.request(method, path_of(route) + query) for method in ("GET", "HEAD"))
    assert head.content == b""
    assert bare(head)[:2] == bare(get)[:2]
    if "content-length" in get.headers:
        check_headers(get, route.media_type if get.is_success else "application/json")


@ON_SQLITE
@each("route", present, ids=name_of)
def test_a_trailing_slash_changes_nothing(route: Route, api: Client, other_api: Client) -> None:
    answers, record_id = [], own_id(route)
    params = dict(route.sample.query) if route.sample else {}
    reads = route.method == "GET"  # so one account has both answers
    for client, slash in ((api, "/"), (api if reads else other_api, "")):
        if route.verb != "create" and (slash or not reads):
            record_id = ready(client, route)
        elif route.resource:
            prepare(client, route.resource)
        answer = client.request(route.method, path_of(route, record_id) + slash, params=params, **sent(route))
        text = answer.text.replace(client.account, "")
        answers.append((answer.status_code, json.loads(text) if route.is_json else text))
    assert [status for status, _ in answers] == [route.sample.status if route.sample else 200] * 2
    assert without_dates(answers[0][1]) == without_dates(answers[1][1])


OF_TIME = ("created", "modified", "rate")
"""Of imports, whose counts have such names too."""


def without_dates(value: Any) -> Any:
    if isinstance(value, dict):
        odd = ("date", "if_count")  # which is signed for one account
        return {
            name: without_dates(member)
            for name, member in value.items()
            if not any(one in name for one in odd) and (name not in OF_TIME or type(member) is int)
        }
    return [without_dates(member) for member in value] if isinstance(value, list) else value


@each("route", of_records, ids=name_of)
def test_what_is_no_id_is_an_unknown_record(route: Route, server: Server, api: Client) -> None:
    fill(api)
    before = state(api)
    with Client(server.address, None) as nobody:
        for text in UNKNOWN_IDS:
            path = path_of(route, text)
            body = body_of(route) or (CHANGES.get(route.resource.name) if route.resource else None)
            answer = api.request(route.method, path, json=body)
            told = failure(answer, 404, path)["message"]
            assert (
                told in ("Not Found", UNKNOWN) if route.verb in ("operation", "undo") else told == "Not Found"
            )
            failure(nobody.request(route.method, path, json=body), 401, path)
    assert state(api) == before


@ON_SQLITE
@each(
    "route",
    [
        one
        for one in ROUTES
        if one.operation and not one.operation.uploads and (one.takes_body or one.takes_no_property)
    ],
    ids=name_of,
)
def test_a_bad_body_is_refused_before_an_unknown_record(route: Route, api: Client) -> None:
    for record_id in (9, "abc"):
        failure(api.request(route.method, path_of(route, record_id), content=b"{"), 415)
        failure(api.request(route.method, path_of(route, record_id), content=b"[0]"), 400)
        failure(
            api.request(
                route.method,
                path_of(route, record_id),
                content=b"{",
                headers={"Content-Type": "application/json"},
            ),
            400,
        )


@each("route", [route for route in of_records if route.operation and route.operation.body], ids=name_of)
def test_an_unknown_record_is_refused_before_invalid_values(route: Route, api: Client) -> None:
    own = route.operation.fields if route.operation else ()
    fields = own or (route.resource.writable if route.resource else ())
    for body in ({field.name: True for field in fields}, {}):
        failure(api.request(route.method, path_of(route, 999), json=body), 404)


@ON_SQLITE
@each("route", [route for route in readable if route.is_public or route in present], ids=name_of)
def test_a_get_with_a_json_content_type_and_no_body_is_normal(route: Route, api: Client) -> None:
    path = path_of(route, ready(api, route))
    for headers in ({"Accept": "*/*"}, {"Accept": "text/html"}, {"Content-Type": "application/json"}):
        assert api.get(path, headers=headers).status_code == 200
