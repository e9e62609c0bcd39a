"""Owners of leads: users of the account, by hand."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import sign_up
from tests.support.answers import faults
from tests.support.client import Client
from tests.support.import_calls import imported
from tests.support.owners import ids, lead, name, owner, owners, remove, user_id
from tests.support.server import Server


@pytest.fixture
def eva(server: Server, api: Client) -> Iterator[Client]:
    """A colleague."""
    with sign_up(server, api.account) as client:
        yield client


@pytest.fixture
def me(server: Server, api: Client) -> int:
    return user_id(server, api)


@pytest.fixture
def her(server: Server, eva: Client) -> int:
    return user_id(server, eva)


def test_a_lead_has_the_owner_that_is_sent(api: Client, me: int, her: int) -> None:
    number = lead(api, owner_id=me)
    assert owner(api, number) == me
    assert "owner_id" not in api.data("GET", f"/api/lead/{number}")
    assert "owner_id" not in api.data("GET", "/api/lead")[0]
    api.data("PUT", f"/api/lead/{number}", {"owner_id": str(her)})
    assert owner(api, number) == her
    api.data("PUT", f"/api/lead/{number}", {"name": "Ana Sá"})
    assert owner(api, number) == her
    api.data("PATCH", f"/api/lead/{number}", {"owner_id": None})
    assert owner(api, number) is None


def test_nobody_else_than_a_user_of_the_account_is_one(
    server: Server, api: Client, other_api: Client, me: int, eva: Client, her: int
) -> None:
    number, stranger = lead(api, owner_id=me), user_id(server, other_api)
    remove(server, eva)
    for wrong in (stranger, her, 0, -1, 10**18, 10**30):
        refused = {"owner_id": "_existsIn" if wrong != -1 else "_integer"}
        body = {"name": "Eva", "owner_id": wrong if wrong != -1 else "-1"}
        assert faults(api.post("/api/lead", json=body)) == refused
        assert faults(api.put(f"/api/lead/{number}", json=body)) == refused
        assert faults(api.patch(f"/api/lead/{number}", json=body)) == refused
    assert owners(api) == [me]


def test_leads_are_found_by_their_owners(api: Client, me: int, her: int) -> None:
    mine, hers, nobodys = lead(api, owner_id=me), lead(api, owner_id=her), lead(api)
    lost = lead(api, owner_id=her, email={"email": "ana@example.com"})
    api.data("PUT", f"/api/lead/{lost}", {"owner_id": None})
    assert ids(api, f"owner_id={me}") == [mine]
    assert ids(api, "owner_id=") == [nobodys, lost]
    assert ids(api, "filter=owner_id!=") == [mine, hers]
    assert ids(api, f"owner_id=&owner_id={her}") == [hers, nobodys, lost]
    assert ids(api, f"filter=owner_id!={her}") == [mine, nobodys, lost]
    assert ids(api, f"owner_id={her}&q=ana") == [hers]
    assert ids(api, "owner_id=&email=ana@example.com") == [lost]
    assert ids(api, "owner_id=&sort=name") == [nobodys, lost]


def test_many_get_another_owner_with_one_call(api: Client, me: int, her: int) -> None:
    numbers = [lead(api, owner_id=me), lead(api, owner_id=me), lead(api)]
    path, body = f"/api/lead?filter=owner_id={me}", {"owner_id": her}
    counted = api.data("PATCH", path, body | {"dry_run": True})
    assert counted["count"] == 2
    assert faults(api.patch(path, json={"owner_id": 10**9, "dry_run": True})) == {"owner_id": "_existsIn"}
    answer = api.patch(path, json=body | {"if_count": counted["if_count"]})
    assert answer.json()["data"] == {"count": 2, "changed": 2, "refused": []}
    assert [owner(api, one) for one in numbers] == [her, her, None]
    api.data("POST", f"/api/operation/{answer.headers['X-Operation']}/undo")
    assert [owner(api, one) for one in numbers] == [me, me, None]


def test_a_merge_keeps_the_owner_of_the_target(api: Client, me: int, her: int) -> None:
    target, other, nobodys = lead(api, owner_id=me), lead(api, owner_id=her), lead(api)
    merged = api.post(f"/api/lead/{nobodys}/merge", json={"ids": [other]})
    assert owner(api, nobodys) == her
    api.data("POST", f"/api/operation/{merged.headers['X-Operation']}/undo")
    assert (owner(api, nobodys), owner(api, other)) == (None, her)
    api.data("POST", f"/api/lead/{target}/merge", {"ids": [other, nobodys]})
    assert owner(api, target) == me


def test_its_history_has_the_owners(api: Client, me: int, her: int) -> None:
    number = lead(api, owner_id=me)
    changed = api.put(f"/api/lead/{number}", json={"owner_id": her})
    (last, _) = api.data("GET", f"/api/lead/{number}/history")
    assert last["properties"] == {"owner_id": {"before": me, "after": her}}
    api.data("POST", f"/api/operation/{changed.headers['X-Operation']}/undo")
    assert owner(api, number) == me


def test_an_import_names_owners_by_id_or_address(api: Client, eva: Client, me: int, her: int) -> None:
    file = f"Name,Who\nAna,{me}\nEva,{eva.email.upper()}\nIda,\nRui,nobody@example.com\nSara,{10**9}\n"
    done = imported(api, file, mapping=[{"heading": "Who", "to": "owner_id"}])
    assert owners(api) == [me, her, None]
    assert (done["counts"]["created"], done["counts"]["faulty"]) == (3, 2)
    assert [(one["line"], one["faults"][0]["rule"]) for one in done["faults"]] == [
        (5, "_existsIn"),
        (6, "_existsIn"),
    ]
    again = f"Name,Email,Who\nAna,a@example.com,{me}\nAna,a@example.com,{her}\n"
    imported(api, again, mapping=[{"heading": "Who", "to": "owner_id"}], on_match="update")
    assert owners(api) == [me, her, None, her]


def test_an_import_names_owners_by_a_name_that_one_user_has(
    server: Server, api: Client, eva: Client, me: int, her: int
) -> None:
    file, mapping = "Name,Who\nAna,eva SOUSA\n", [{"heading": "Who", "to": "owner_id"}]
    name(server, eva, "Eva Sousa")
    assert imported(api, file, mapping=mapping)["counts"]["faulty"] == 0
    assert owners(api) == [her]
    name(server, api, "Eva Sousa")
    assert imported(api, file, mapping=mapping)["counts"]["faulty"] == 1


def test_an_export_has_what_an_import_needs(api: Client, me: int) -> None:
    lead(api, email={"email": "ana@example.com"}, owner_id=me)
    exported = api.get("/api/lead/export?format=csv")
    assert exported.status_code == 200
    headings, row = exported.text.lstrip("\ufeff").splitlines()
    shown: dict[str, Any] = dict(zip(headings.split(","), row.split(","), strict=True))
    assert shown["owner_id"] == str(me)
    api.data("DELETE", "/api/lead/1")
    imported(api, exported.text)
    assert owners(api) == [me]
