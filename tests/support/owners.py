"""Users of an account as tests of owners need them."""

from typing import Any

from closum.accounts import users
from closum.store import identity
from tests.support.client import JSON, Client
from tests.support.server import Server


def user_id(server: Server, client: Client) -> int:
    """The id of the user of a client."""
    with server.session() as session, session.read() as unit:
        return users.user_named(unit, client.email).id


def enable(server: Server, client: Client, enabled: bool) -> None:
    with server.session() as session, session.write() as unit:
        identity.enable_user(unit, users.user_named(unit, client.email).id, enabled)


def remove(server: Server, client: Client) -> None:
    """Without a handover, as before there was one."""
    with server.session() as session, session.write() as unit:
        identity.remove_user(unit, users.user_named(unit, client.email).id)


def owner(api: Client, lead: int) -> Any:
    return api.data("GET", f"/api/lead/{lead}?fields=owner_id")["owner_id"]


def name(server: Server, client: Client, called: str) -> None:
    """Give the client's user a name."""
    with server.session() as session, session.write() as unit:
        users.set_name(unit, users.user_named(unit, client.email), called)


def owners(api: Client) -> list[Any]:
    """Of all leads, in the order of their ids."""
    return [one["owner_id"] for one in api.data("GET", "/api/lead?fields=owner_id&direction=asc&limit=1000")]


def ids(api: Client, query: str) -> list[int]:
    """Those of the leads that a query finds."""
    return sorted(one["id"] for one in api.data("GET", f"/api/lead?{query}"))


def lead(api: Client, name: str = "Ana", **body: Any) -> int:
    return api.new("lead", {"name": name} | body)


def rule(api: Client, **body: Any) -> int:
    return api.new("assignment-rule", body)


def batch(*bodies: JSON) -> JSON:
    return {"items": [{"action": "create", "data": body} for body in bodies]}
