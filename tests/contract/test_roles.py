"""What each role of a user, and each kind of API key, may do: every route, from one table."""

from collections.abc import Iterator, Mapping

import pytest

from closum.accounts import api_keys, roles, users
from closum.api.routes import table
from closum.http.route import Route
from closum.resources import RESOURCES
from tests.conftest import sign_up
from tests.contract.test_route_walk import fill, path_of, sent, state
from tests.support.answers import failure
from tests.support.client import Client
from tests.support.patience import wait_until
from tests.support.server import Server

ALL = frozenset({"owner", "member", "reader", "create", "read", "full"})
READS = frozenset({"owner", "member", "reader", "read", "full"})
WORKS = frozenset({"owner", "member", "full"})
OWNS = frozenset({"owner", "full"})
FORM = WORKS | {"create"}

MAY: Mapping[str, frozenset[str]] = {
    "lead:read": READS,
    "lead:create": FORM,
    "lead:write": WORKS,
    "unqualified_lead:read": READS,
    "unqualified_lead:create": FORM,
    "unqualified_lead:write": WORKS,
    "city:read": READS,
    **{
        f"{name}:{right}": READS if right == "read" else WORKS
        for name in (
            *("email", "phone", "note", "task", "audience_list"),
            *("lead_audience_list", "consent", "unqualified_lead_consent"),
        )
        for right in ("read", "create", "write")
    },
    **{
        f"{name}:{right}": READS if right == "read" else OWNS
        for name in ("contact_lifecycle_stage", "contact_type", "assignment_rule")
        for right in ("read", "create", "write")
    },
    "account:read": READS,
    "account:write": OWNS,
    "user:read": READS,
    "change:read": READS,
    "report:read": READS,
    "job:read": READS,
    "bin:read": READS,
    "bin:write": WORKS,
    "bin:purge": OWNS,
    "operation:read": READS,
    "operation:write": WORKS,
    "import:read": READS,
    "import:write": WORKS,
}
"""Who has each permission that a route needs."""

ROUTES = [route for route in table(RESOURCES) if not route.is_public]
NOTHING = 7_000_000_000
"""The id of no record."""

each = pytest.mark.parametrize


@pytest.fixture
def holders(server: Server, api: Client) -> Iterator[dict[str, Client]]:
    """Clients of the account of `api`, by role or kind of key."""
    found = {"owner": api}
    for role in (roles.MEMBER, roles.READER):
        found[role] = sign_up(server, api.account)
    with server.session() as session, session.write() as unit:
        account = users.account_named(unit, api.account)
        for role in (roles.MEMBER, roles.READER):
            users.set_role(unit, users.user_named(unit, found[role].email), role)
        for kind in roles.KINDS:
            text = api_keys.add(unit, account.id, kind, kind).text
            found[kind] = Client(server.address, text, account=api.account)
    yield found
    for client in found.values():
        client.close()


def test_every_permission_of_a_route_is_in_the_table() -> None:
    assert {route.needs for route in ROUTES} == {*MAY} - {
        f"{name}:write" for name in ("consent", "unqualified_lead_consent")
    }
    assert {*ALL} == {*roles.ROLES, *roles.KINDS}


@each("who", sorted(ALL))
def test_each_may_call_what_the_table_says(who: str, holders: dict[str, Client], api: Client) -> None:
    fill(api)
    before, client = state(api), holders[who]
    for route in ROUTES:
        if who in MAY[route.needs]:
            refused_for_nothing(client, route)
        else:
            answer = client.request(route.method, path_of(route), **sent(route))
            told = failure(answer, 403, path_of(route))["message"]
            assert (
                told
                == f"You do not have the permission '{route.needs}': ask the person who manages your account"
            )
    assert state(api) == before


def refused_for_nothing(client: Client, route: Route) -> None:
    """The call is let through: it only reads, or fails, since it names nothing that is there or has a body that nobody takes."""
    path = path_of(route, NOTHING) if "{id}" in route.path else route.path
    nothing, content = ({}, None) if route.method == "GET" else ({"Content-Encoding": "gzip"}, b"{")
    status = client.request(route.method, path, content=content, headers=nothing).status_code
    assert status in (200, 400, 404, 415), (route.name, status)


@each("who", ["member", "reader"])
def test_another_role_counts_at_once_or_within_a_second(
    who: str, holders: dict[str, Client], server: Server
) -> None:
    client = holders[who]
    assert client.get("/api/lead").status_code == 200
    change = roles.READER if who == "member" else roles.MEMBER
    with server.session() as session, session.write() as unit:
        users.set_role(unit, users.user_named(unit, client.email), change)
    expected = 403 if change == "reader" else 201
    wait_until(lambda: client.post("/api/lead", json={"name": "Ana"}).status_code == expected)


def undoable(api: Client, slug: str, change: dict[str, str]) -> int:
    """The operation that changed a record of an account's own."""
    made = api.new(slug, {"label": "Lost"})
    answer = api.put(f"/api/{slug}/{made}", json=change)
    return int(answer.headers["x-operation"])


def test_who_may_not_change_a_record_cannot_undo_or_restore_it_either(
    holders: dict[str, Client], api: Client
) -> None:
    member, slug = holders["member"], "contact-lifecycle-stage"
    operation = undoable(api, slug, {"label": "Won"})
    before = state(api)
    for body in ({"dry_run": True}, {}):
        told = failure(member.post(f"/api/operation/{operation}/undo", json=body), 403)["message"]
        assert "'contact_lifecycle_stage:write'" in told
    assert state(api) == before
    record = next(one["id"] for one in before["contact-lifecycle-stage"]["data"] if one["label"] == "Won")
    api.data("DELETE", f"/api/{slug}/{record}")
    (entry,) = api.data("GET", "/api/bin")
    assert (
        "'contact_lifecycle_stage:write'"
        in failure(member.post(f"/api/bin/{entry['id']}/restore"), 403)["message"]
    )
    api.data("POST", f"/api/bin/{entry['id']}/restore")
    lead = api.new("lead", {"name": "Ana"})
    own = int(member.delete(f"/api/lead/{lead}").headers["x-operation"])
    assert member.data("POST", f"/api/operation/{own}/undo")["left_count"] == 0
