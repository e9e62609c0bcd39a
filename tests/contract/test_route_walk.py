"""What every route has to do, walked from the route table: a new route is tested, or fails here."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt
import pytest

from closum.accounts import users
from closum.accounts.keys import signing_key
from closum.api.routes import table
from closum.api.verbs import VERBS
from closum.app import route_table
from closum.http.route import PUBLIC, Route
from closum.model.resource import Resource
from closum.reference import site
from closum.resources import DECLARED, RESOURCES
from closum.resources.city import CITY
from closum.store import identity
from closum.store.unit import Unit
from tests.support.answers import check_headers, failure
from tests.support.client import JSON, Client
from tests.support.patience import wait_until
from tests.support.resources import alone, by_need, change, prepare, routes
from tests.support.server import Server

ROUTES = table(RESOURCES)
BODIES: dict[str, JSON] = {one.name: dict(one.examples.sample) for one in RESOURCES if "create" in one.verbs}
CHANGES: dict[str, JSON] = {one.name: change(one) for one in DECLARED if "update" in one.verbs}
KNOWN = {
    "POST /api/token",
    "GET /health",
    "GET /ready",
    "GET /api/change",
    *[f"{method} {path}" for resource in DECLARED for method, path, _ in routes(resource)],
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
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
own = [route for route in of_records if route.resource and not route.resource.shared]
writing = [route for route in ROUTES if route.verb in ("create", "update")]
nesting = [route for route in writing if route.resource and route.resource.nested]


def name_of(value: Any) -> str | None:
    return value.name if isinstance(value, Route | Resource) else None


def path_of(route: Route, record_id: object = 1) -> str:
    return route.path.format(id=record_id)


def body_of(route: Route) -> JSON | None:
    """A body that the route takes; None for a route without one, and for the public ones."""
    if route.resource is None or route.sample is None or route.sample.body is None:
        return None
    return CHANGES[route.resource.name] if route.verb == "update" else dict(route.sample.body)


def fill(api: Client, route: Route | None = None) -> None:
    """One record of each kind, with id 1, parents first, and what else the sample of a route names."""
    for resource in by_need(RESOURCES):
        assert api.new(resource.name, BODIES[resource.name]) == 1
    if route and route.verb == "dismiss_duplicates":
        api.new("lead", BODIES["lead"])


def send(api: Client, route: Route, record_id: object = 1, **more: Any) -> Any:
    return api.request(route.method, path_of(route, record_id), json=body_of(route), **more)


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
    reference = {"GET /api/openapi.json", "GET /", *(f"GET {path}" for path in site.files())}
    public = {"POST /api/token", "GET /health", "GET /ready"} | reference
    assert {route.name for route in route_table() if route.needs == PUBLIC} == public


# What the walk sends


@each("name", CHANGES)
def test_a_change_changes_something(name: str, api: Client) -> None:
    fill(api)
    before = state(api)
    api.data("PUT", f"/api/{name}{'' if name == 'account' else '/1'}", CHANGES[name])
    assert state(api)[name] != before[name]


# Who may


Claims = dict[str, Any]


def bad_credentials(server: Server, token: str) -> Mapping[str, list[str]]:
    """Values of Authorization that are none, by what is wrong with them."""
    key = signing_key(None, server.url)
    header, claims = jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})

    def signed(claims: Claims, key: bytes = key, algorithm: str = "HS256", **headers: Any) -> list[str]:
        return [f"Bearer {jwt.encode(claims, key, algorithm, {'kid': header['kid']} | headers)}"]

    def without(name: str) -> Claims:
        return {member: value for member, value in claims.items() if member != name}

    now = int(time.time())
    head, payload, signature = token.split(".")
    return {
        "none": [],
        "empty": [""],
        "garbage": ["Bearer garbage"],
        "scheme alone": ["Bearer"],
        "no scheme": [token],
        "other scheme": [f"Basic {token}"],
        "Token scheme": [f"Token {token}"],
        "twice": [f"Bearer {token}", f"Bearer {token}"],
        "two in one": [f"Bearer {token}, Bearer {token}"],
        "not ASCII": ["Bearer \xe9.\xe9.\xe9"],
        "without signature": [f"Bearer {head}.{payload}."],
        "another signature": [f"Bearer {head}.{payload}.{signature[::-1]}"],
        "another payload": [f"Bearer {head}.{encoded(claims | {'sub': '1'})}.{signature}"],
        "alg none": [f"Bearer {encoded(header | {'alg': 'none'})}.{payload}."],
        "alg None, signed": [by_hand(header | {"alg": "None"}, claims, key)],
        "no alg": [by_hand({"kid": header["kid"]}, claims, key)],
        "HS512": signed(claims, algorithm="HS512"),
        "other key": signed(claims, b"another key, long enough for HS256"),
        "other kid": signed(claims, kid="0" * 16),
        "no kid": [by_hand({"alg": "HS256", "typ": "JWT"}, claims, key)],
        "more in the header": signed(claims, jku="https://evil.example/keys"),
        "crit": signed(claims, crit=["b64"], b64=False),
        "expired": signed(claims | {"exp": now - 1}),
        "exp as text": signed(claims | {"exp": str(now + 1000)}),
        "exp far away": signed(claims | {"exp": 10**30}),
        "no exp": signed(without("exp")),
        "no iat": signed(without("iat")),
        "no sub": signed(without("sub")),
        "no ver": signed(without("ver")),
        "sub a number": [by_hand(header, claims | {"sub": int(claims["sub"])}, key)],
        "unknown user": signed(claims | {"sub": "999999999"}),
        "odd user": signed(claims | {"sub": "1 OR 1=1"}),
        "another number": signed(claims | {"ver": 2}),
        "an older number": signed(claims | {"ver": 0}),
        "ver true": signed(claims | {"ver": True}),
    }


def encoded(member: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(member).encode()).rstrip(b"=").decode()


def by_hand(header: Mapping[str, Any], claims: Claims, key: bytes) -> str:
    """A token with a right signature that the library would not make."""
    text = f"{encoded(header)}.{encoded(claims)}"
    signature = base64.urlsafe_b64encode(hmac.digest(key, text.encode(), "sha256")).rstrip(b"=")
    return f"Bearer {text}.{signature.decode()}"


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
    anothers, unknown = send(other_api, route, 1, headers=same), send(other_api, route, 9, headers=same)
    failure(anothers, 404, path_of(route, 1))
    status, headers, content = bare(unknown)
    assert bare(anothers) == (status, headers, content.replace(b"/9", b"/1"))
    assert state(api) == before


@each("route", nesting, ids=name_of)
def test_anothers_id_in_a_body_is_as_unknown_as_any(route: Route, api: Client, other_api: Client) -> None:
    assert route.resource
    fill(api)
    other_api.new(route.resource.name, alone(route.resource))
    before = state(api), state(other_api)
    for nested in route.resource.nested:
        answers = [
            other_api.request(
                route.method, path_of(route), json=change(route.resource) | {nested.name: {"id": number}}
            )
            for number in (1, 9)
        ]
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
        == (308 if route.resource is CITY else 0)
    )


# How


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


@each("route", readable, ids=name_of)
@each("query", ["", "?page=999", "?limit=x"])
def test_head_has_the_headers_of_get(route: Route, query: str, api: Client) -> None:
    fill(api)
    get, head = (api.request(method, path_of(route) + query) for method in ("GET", "HEAD"))
    assert head.content == b""
    assert bare(head)[:2] == bare(get)[:2]
    if "content-length" in get.headers:
        check_headers(get, route.media_type if get.is_success else "application/json")


@each("route", [route for route in ROUTES if not route.is_public], ids=name_of)
def test_a_trailing_slash_changes_nothing(route: Route, api: Client, other_api: Client) -> None:
    answers = []
    reads = route.method == "GET"  # so one account has both answers
    for client, slash in ((api, "/"), (api if reads else other_api, "")):
        if route.verb != "create" and (slash or not reads):
            fill(client, route)
        elif route.resource:
            prepare(client, route.resource)
        answer = client.request(route.method, path_of(route) + slash, json=body_of(route))
        text = answer.text.replace(client.account, "")
        answers.append((answer.status_code, json.loads(text) if route.is_json else text))
    assert [status for status, _ in answers] == [route.sample.status if route.sample else 200] * 2
    assert without_dates(answers[0][1]) == without_dates(answers[1][1])


def without_dates(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_dates(member) for name, member in value.items() if "date" not in name}
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
            assert failure(answer, 404, path)["message"] == "Not Found"
            failure(nobody.request(route.method, path, json=body), 401, path)
    assert state(api) == before


@each("route", [route for route in ROUTES if route.operation and route.operation.body], ids=name_of)
def test_a_bad_body_is_refused_before_an_unknown_record(route: Route, api: Client) -> None:
    for record_id in (9, "abc"):
        failure(api.request(route.method, path_of(route, record_id), content=b"{"), 415)
        failure(api.request(route.method, path_of(route, record_id), content=b"[0]"), 400)


@each("route", [route for route in of_records if route.operation and route.operation.body], ids=name_of)
def test_an_unknown_record_is_refused_before_invalid_values(route: Route, api: Client) -> None:
    own = route.operation.fields if route.operation else ()
    fields = own or (route.resource.writable if route.resource else ())
    for body in ({field.name: True for field in fields}, {}):
        failure(api.request(route.method, path_of(route, 9), json=body), 404)


@each("route", readable, ids=name_of)
def test_a_get_with_a_json_content_type_and_no_body_is_normal(route: Route, api: Client) -> None:
    fill(api)
    for headers in ({"Accept": "*/*"}, {"Accept": "text/html"}, {"Content-Type": "application/json"}):
        assert api.get(path_of(route), headers=headers).status_code == 200


@each(
    "path",
    ["/api", "/api/", "/api/leads", "/api/Lead", "/API/lead", "/api/lead/1/email", "/api/lead/1/2", "/other"],
)
@each("method", ["GET", "POST", "OPTIONS"])
def test_an_unknown_path_is_404_for_everybody(path: str, method: str, server: Server) -> None:
    with Client(server.address, None) as nobody:
        failure(nobody.request(method, path), 404, path)
