"""What every route of the pages has to do, walked from the route table: a new route is tested, or fails here."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from closum.accounts.roles import EVERYTHING, MEMBER, OWNER, READER, rights
from closum.http.route import PUBLIC, Route
from closum.resources import RESOURCES
from closum.store import identity
from closum.web import routes, templates
from closum.web.entry import Pages
from closum.web.forms import SECRETS, TOKEN
from closum.web.secured import ALONE, POLICY
from closum.web.site import Site
from tests.contract.test_route_walk import state
from tests.support import engine as engines
from tests.support.client import Client
from tests.support.engine import ON_SQLITE, Engine
from tests.support.server import Server
from tests.support.visiting import Visitor

OWN = "/settings/look"
NOBODY_SIGNED_IN = {
    "GET /",
    "GET /help",
    "GET /help/{name}",
    "GET /join/{token}",
    "POST /join/{token}",
    "GET /sign-in",
    "GET /sign-in/code",
    "GET /sign-out",
    "POST /sign-in",
    "POST /sign-in/code",
    "POST /sign-out",
    "GET /welcome",
    "POST /welcome",
}
ONESELF = {
    "POST /settings/look",
    "POST /settings/name",
    "POST /settings/password",
    "POST /settings/second-step",
    "POST /settings/second-step/codes",
    "POST /settings/second-step/confirm",
    "POST /settings/second-step/remove",
    "POST /settings/sign-out",
    "POST /today/seen",
}
"""Forms by which whoever is signed in changes nothing but their own settings."""
OF_OWNERS = {
    "account:write",
    "assignment_rule:create",
    "assignment_rule:write",
    "bin:purge",
    "contact_lifecycle_stage:create",
    "contact_lifecycle_stage:write",
    "contact_type:create",
    "contact_type:write",
    "key:read",
    "key:write",
    "ledger:read",
    "person:write",
    "user:write",
}

_SITE = Site("", b"", RESOURCES)
TABLE = [one for one in routes.table(_SITE, Pages(_SITE)) if one.scheme is not None]
BEHIND = [one for one in TABLE if one.needs != PUBLIC]
SHOWN = [one for one in TABLE if one.method == "GET"]
SENT = [one for one in TABLE if one.method == "POST"]

BULK = [one for one in SENT if one.path.endswith("/bulk")]
"""Forms that export what is chosen, for everybody, and change it for who may: they ask for that by themselves."""
VIEWS = [one for one in SENT if one.path.endswith(("/views", "/views/{id}"))]
"""Saved views are of who saved them."""
BUTTONS = {
    *(f"POST {one.path}" for one in SENT if one.needs != PUBLIC and one.path.endswith("}/delete")),
    "POST /bin/restore",
    "POST /board/move",
    "POST /duplicates/restore",
    "POST /duplicates/search",
    "POST /imports/{id}/cancel",
    "POST /imports/{id}/empty",
    "POST /jobs/{id}/stop",
    "POST /settings/sign-out",
    "POST /settings/users/invitations/{id}/withdraw",
    "POST /settings/users/{id}/disable",
    "POST /settings/users/{id}/enable",
    "POST /settings/users/{id}/second-step",
    "POST /today/leads/{id}",
    "POST /today/seen",
}
"""Forms with nothing but a button, and boxes to tick: where one comes late, its sender is asked once more."""
FILES = {"/imports/new"}
"""Where a form has a file."""

TEMPLATES = Path(templates.__file__).parent / "templates"

each = pytest.mark.parametrize


def named(route: object) -> str | None:
    return route.name if isinstance(route, Route) else None


def path_of(route: Route) -> str:
    return re.sub(r"\{\w+\}", "1", route.path)


@pytest.fixture(scope="module")
def server(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Of these tests alone: `everything` reads what all its accounts have, again and again."""
    engines.current = engine
    with Server(tmp_path_factory.mktemp("routes"), unhurried=True) as server, server.keeping_its_session():
        yield server


def everything(server: Server, api: Client) -> Any:
    """What an account has, and its users and keys."""
    with server.session() as session, session.read() as unit:
        rows = [
            unit.all(f"SELECT * FROM {table} ORDER BY 1")
            for table in ("account", "account_user", "api_key", "invitation", "second_factor", "ledger")
        ]
    return state(api), rows


def test_what_is_public_is_listed() -> None:
    assert {one.name for one in TABLE if one.needs == PUBLIC} == NOBODY_SIGNED_IN


def test_what_readers_may_send_is_their_own() -> None:
    allowed = {
        one.name for one in SENT if one.needs in rights(READER, RESOURCES) and one not in (*BULK, *VIEWS)
    }
    assert allowed == ONESELF


@each("route", BULK, ids=named)
def test_readers_change_nothing_in_bulk(route: Route, server: Server, api: Client, reader: Visitor) -> None:
    api.new("lead", {"name": "Ana", "email": {"email": "ana@example.com"}})
    before = everything(server, api)
    for what in ("edit", "save", "delete"):
        fields = [("do", what), ("id", "1"), ("set.name", "x"), ("name", "x")]
        assert reader.form(route.path, fields, OWN).status_code == 403
    assert everything(server, api) == before


def test_what_members_may_not_do_is_listed() -> None:
    refused = {one.needs for one in BEHIND if one.needs not in rights(MEMBER, RESOURCES)}
    assert refused <= OF_OWNERS
    assert EVERYTHING not in rights(MEMBER, RESOURCES)


@ON_SQLITE
@each("route", [one for one in BEHIND if one.method == "GET"], ids=named)
def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(route: Route, nobody: Client) -> None:
    path = f"{path_of(route)}?a=b"
    answer = nobody.get(path)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/sign-in?next={path.replace('/', '%2F').replace('?', '%3F').replace('=', '%3D')}",
    )
    part = nobody.get(path, headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (204, answer.headers["location"])


@ON_SQLITE
@each("route", [one for one in BEHIND if one.method == "POST"], ids=named)
def test_a_form_of_who_is_not_signed_in_is_kept(route: Route, nobody: Client) -> None:
    answer = nobody.post(path_of(route), data={"name": "kept <text>", **dict.fromkeys(SECRETS, "hush")})
    assert answer.status_code == 401
    assert 'name="kept" value="name=kept+%3Ctext%3E"' in answer.text
    assert "hush" not in answer.text


@ON_SQLITE
@each("route", [one for one in BEHIND if one.method == "POST" and one.path not in FILES], ids=named)
def test_a_form_of_an_earlier_session_writes_nothing_and_comes_back(
    route: Route, server: Server, api: Client, owner: Visitor
) -> None:
    """To its own page, or for a button to one that asks once more; and no page has what no page shows again."""
    with Visitor(server, owner.email) as earlier:
        token = earlier.token_of(OWN)
    before = everything(server, api)
    ticked = {"id": "1"} if route.name in BUTTONS else {}
    fields = {TOKEN: token, "name": "kept <text>", "do": "delete", **ticked, **dict.fromkeys(SECRETS, "hush")}
    answer = owner.post(path_of(route), data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code in (200, 204, 303, 404)
    assert "hush" not in answer.text
    assert ("Nothing is done yet" in answer.text) is (route.name in BUTTONS)
    assert everything(server, api) == before


def test_what_is_secret_in_a_form_is_shown_on_no_page() -> None:
    """By the inputs of the templates; and no resource has a property of such a name, which would be lost."""
    fields = "\n".join(one.read_text() for one in TEMPLATES.glob("*.html")).split("{{ field(")[1:]
    marks = ("'password', ", "one-time-code", "t.setup_code")
    hidden = {one.split("'")[1] for one in fields if any(mark in one.partition("}}")[0] for mark in marks)}
    assert hidden == {*SECRETS}
    assert not {field.name for one in RESOURCES for field in one.fields} & {*SECRETS}


@ON_SQLITE
@each("route", SENT, ids=named)
def test_a_form_needs_the_token_of_its_page_and_comes_from_this_server(
    route: Route, server: Server, api: Client, owner: Visitor
) -> None:
    before = everything(server, api)
    files = {"file": ("leads.csv", b"name\nAna\n")} if route.path in FILES else None
    for token in ("", "0" * 64):
        assert owner.post(path_of(route), data={TOKEN: token}, files=files).status_code == 403
    right = re.search(r'_token" value="(\w+)"', owner.page(OWN))
    assert right
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ):
        answer = owner.post(path_of(route), data={TOKEN: right[1]}, headers=headers)
        assert answer.status_code == 403, headers
    assert everything(server, api) == before


@ON_SQLITE
@each("route", [one for one in SENT if one.needs != PUBLIC], ids=named)
def test_who_has_not_the_permission_changes_nothing(
    route: Route, server: Server, api: Client, reader: Visitor, member: Visitor
) -> None:
    for visitor, role in ((reader, READER), (member, MEMBER)):
        if route.needs in rights(role, RESOURCES):
            continue
        before = everything(server, api)
        answer = visitor.form(path_of(route), [("name", "x"), ("id", "1")], OWN)
        assert answer.status_code == 403
        assert api.email in answer.text  # an owner, who may do it
        assert everything(server, api) == before


def test_who_loses_rights_while_a_page_is_open_changes_nothing_with_it(
    server: Server, api: Client, owner: Visitor, member: Visitor, reader: Visitor
) -> None:
    """Owners who were made readers, or removed, send the forms of pages that they have opened before."""
    users = "/settings/users"
    with server.session() as session, session.read() as unit:
        ids = {one.email: one.id for one in identity.users(unit)}
    roles: list[tuple[str, str]] = [(f"role-{ids[one.email]}", OWNER) for one in (member, reader)]
    assert owner.form(f"{users}/roles", roles, users).status_code == 303
    opened = {one: one.token_of(users) for one in (member, reader)}
    assert owner.form(f"{users}/roles", [(roles[1][0], READER)], users).status_code == 303
    path = f"{users}/{ids[member.email]}/remove"
    assert owner.form(path, [("typed", member.email)], users).status_code == 303
    own = {"name": "x", "id": "1", "email": "x@example.com", "role": OWNER, "typed": owner.email}
    before = everything(server, api)
    for visitor, allowed in ((member, frozenset[str]()), (reader, rights(READER, RESOURCES))):
        for route in (one for one in BEHIND if one.method == "POST" and one.needs not in allowed):
            answer = visitor.post(path_of(route), data={TOKEN: opened[visitor], **own})
            assert answer.status_code == (403 if allowed else 401), route.name
    assert everything(server, api) == before


@ON_SQLITE
@each("route", [one for one in BEHIND if one.method == "GET"], ids=named)
def test_what_only_owners_see_is_shown_to_no_one_else(route: Route, reader: Visitor, member: Visitor) -> None:
    for visitor, role in ((reader, READER), (member, MEMBER)):
        status = visitor.get(path_of(route)).status_code
        assert (status == 403) is (route.needs not in rights(role, RESOURCES))


@ON_SQLITE
@each("route", SENT, ids=named)
def test_the_address_of_a_form_can_be_opened(route: Route, owner: Visitor) -> None:
    """By a reload, or behind the page to sign in: to a page, or to one that says what is not there."""
    answer = owner.get(path_of(route))
    assert answer.status_code in (200, 303, 404)
    if answer.status_code == 303:
        assert owner.get(answer.headers["location"]).status_code in (200, 303, 404)


def safe(headers: httpx2.Headers) -> None:
    """What every answer has, whatever it is."""
    is_page = headers.get("content-type", "").startswith("text/html")
    assert headers.get_list("content-security-policy") == [POLICY if is_page else ALONE]
    assert headers.get_list("x-content-type-options") == ["nosniff"]
    assert headers.get_list("referrer-policy") == ["same-origin"]
    assert headers.get_list("x-frame-options") == ["DENY"]
    assert headers.get_list("cross-origin-resource-policy") == ["same-origin"]
    assert "strict-transport-security" not in headers  # without TLS


@each("route", SHOWN, ids=named)
def test_pages_say_what_browsers_may_do_with_them(route: Route, owner: Visitor, nobody: Client) -> None:
    for client in (owner, nobody):
        answer = client.get(path_of(route))
        headers = answer.headers
        safe(headers)
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert headers["content-security-policy"] == POLICY
            assert headers["cache-control"] == "no-store"
            assert headers["referrer-policy"] == "same-origin"
            assert headers["x-frame-options"] == "DENY"
            assert "cookie" in headers["vary"].lower()
