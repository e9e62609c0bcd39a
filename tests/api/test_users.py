"""GET /api/user: the users of the account, by whose ids leads and tasks have owners."""

import pytest

from closum.accounts import users
from closum.store import identity
from tests.support.answers import failure
from tests.support.client import Client
from tests.support.owners import enable, user_id
from tests.support.server import Server


@pytest.fixture
def others(server: Server, api: Client) -> list[int]:
    """The ids of three more users of the account."""
    with server.session() as session, session.write() as unit:
        account = users.account_named(unit, api.account)
        return [users.add_user(unit, account, f"{one}-{api.email}", "no password") for one in ("a", "b", "c")]


def test_the_users_of_the_account_alone(
    server: Server, api: Client, other_api: Client, others: list[int]
) -> None:
    enable_id, me = others[0], user_id(server, api)
    with server.session() as session, session.write() as unit:
        identity.enable_user(unit, enable_id, enabled=False)
    answer = api.get("/api/user").json()
    assert answer["success"] is True
    assert answer["data"] == [
        {"id": others[2], "email": f"c-{api.email}", "enabled": True, "name": None, "role": "owner"},
        {"id": others[1], "email": f"b-{api.email}", "enabled": True, "name": None, "role": "owner"},
        {"id": others[0], "email": f"a-{api.email}", "enabled": False, "name": None, "role": "owner"},
        {"id": me, "email": api.email, "enabled": True, "name": None, "role": "owner"},
    ]
    assert answer["pagination"] == {"next": None, "has_next_page": False, "limit": None}
    assert [one["email"] for one in other_api.data("GET", "/api/user")] == [other_api.email]


def test_they_are_read_in_pages(server: Server, api: Client, others: list[int]) -> None:
    found, before = list[int](), ""
    while True:
        answer = api.get(f"/api/user?limit=3{before}").json()
        found += [one["id"] for one in answer["data"]]
        assert answer["pagination"]["has_next_page"] is (answer["pagination"]["next"] is not None)
        if answer["pagination"]["next"] is None:
            break
        before = f"&before={answer['pagination']['next']}"
    assert found == [*reversed(others), user_id(server, api)]
    assert api.data("GET", f"/api/user?before={2**63 - 1}&limit=1")[0]["id"] == others[2]
    assert api.data("GET", "/api/user?before=1") == []


def test_their_ids_name_owners(server: Server, api: Client, others: list[int]) -> None:
    (newest,) = api.data("GET", "/api/user?limit=1")
    lead = api.new("lead", {"name": "Ana", "owner_id": newest["id"]})
    assert api.data("GET", f"/api/lead/{lead}?fields=owner_id") == {"owner_id": others[2]}


@pytest.mark.parametrize("query", ["page=1", "before=x", "limit=0", "sort=email"])
def test_what_is_asked_for_wrongly(api: Client, query: str) -> None:
    failure(api.get(f"/api/user?{query}"), 400)


def test_a_token_is_needed(server: Server, api: Client) -> None:
    failure(api.get("/api/user", headers={"Authorization": ""}), 401)
    enable(server, api, False)
    failure(api.get("/api/user"), 401)
