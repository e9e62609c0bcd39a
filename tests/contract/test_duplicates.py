"""Leads that look alike, over HTTP: the list, and what is dismissed."""

from collections.abc import Callable
from typing import Any

import pytest

from closum.store import identity
from tests.support.answers import failure, faults
from tests.support.client import Client
from tests.support.finding import look
from tests.support.server import Server

PATH = "/api/lead/duplicates"
Look = Callable[[Client], None]


@pytest.fixture
def find(server: Server) -> Look:
    """What a server does within a minute."""

    def run(client: Client) -> None:
        with server.session() as session:
            with session.read() as unit:
                (account,) = (one for one in identity.accounts(unit) if one.name == client.account)
            look(session, account.id)

    return run


def shown(client: Client, **parameters: Any) -> list[tuple[int, list[str], list[int]]]:
    answer = client.get(PATH, params=parameters)
    assert answer.status_code == 200, answer.text
    return [(one["score"], one["reasons"], one["ids"]) for one in answer.json()["data"]]


def count(client: Client) -> int:
    return int(client.get(PATH).json()["pagination"]["count"])


def dismiss(client: Client, *ids: int) -> None:
    assert client.data("POST", f"{PATH}/dismiss", {"ids": ids}) == []


def test_an_account_without_leads_has_none(api: Client) -> None:
    assert api.get(PATH).json() == {
        "success": True,
        "data": [],
        "pagination": {"count": 0, "has_next_page": False, "next_cursor": None, "limit": None},
    }


def test_leads_come_as_lists_show_them(api: Client, find: Look) -> None:
    api.new("lead", {"name": "Ana Silva", "email": {"email": "ana@example.com"}, "custom_data": {"a": 1}})
    api.new("lead", {"name": "Silva, Ana", "email": {"email": "ANA@example.com"}, "city_id": 2})
    find(api)
    (one,) = api.data("GET", PATH)
    assert one.pop("cursor")
    assert one == {
        "score": 92,
        "reasons": ["email", "name_order"],
        "ids": [1, 2],
        "leads": api.data("GET", "/api/lead"),
    }


def test_those_that_are_most_alike_come_first(api: Client, find: Look) -> None:
    for body in (
        {"name": "Rui Costa"},
        {"name": "Ruy Costa"},
        {"name": "Ana Silva", "city_id": 1},
        {"name": "Ana Silva", "city_id": 1},
        {"phone": {"number": "+351912341212"}},
        {"phone": {"number": "+351 912 341 212"}},
    ):
        api.new("lead", body)
    find(api)
    assert shown(api) == [
        (80, ["phone"], [5, 6]),
        (68, ["name", "city"], [3, 4]),
        (35, ["name_letter"], [1, 2]),
    ]


def test_pages_follow_each_other(api: Client, find: Look) -> None:
    for _ in range(4):
        api.new("lead", {"name": "Ana Silva"})
    find(api)
    whole, walked = shown(api), list[list[int]]()
    cursor: str | None = ""
    assert len(whole) == count(api) == 6
    while cursor is not None:
        answer = api.get(PATH, params={"limit": 4, "cursor": cursor}).json()
        walked += [one["ids"] for one in answer["data"]]
        places = answer["pagination"]
        assert places["limit"] == 4
        assert places["has_next_page"] == (places["next_cursor"] is not None)
        assert places["next_cursor"] in (None, answer["data"][-1]["cursor"])
        cursor = places["next_cursor"]
    assert walked == [ids for _, _, ids in whole]


def test_a_group_shows_its_first_leads(api: Client, find: Look) -> None:
    for _ in range(23):
        api.new("lead", {"email": {"email": "info@example.com"}})
    find(api)
    (one,) = api.data("GET", PATH)
    assert (one["score"], one["reasons"], one["ids"]) == (85, ["email"], list(range(1, 24)))
    assert [lead["id"] for lead in one["leads"]] == list(range(1, 21))


def test_what_is_dismissed_does_not_come_again(api: Client, find: Look) -> None:
    for _ in range(3):
        api.new("lead", {"name": "Ana Silva"})
    find(api)
    dismiss(api, 1, 2)
    dismiss(api, 2, 1)
    assert ([ids for _, _, ids in shown(api)], count(api)) == ([[1, 3], [2, 3]], 2)
    api.data("PUT", "/api/lead/1", {"email": {"email": "ana@example.com"}})
    api.data("PUT", "/api/lead/2", {"email": {"email": "ana@example.com"}})
    find(api)
    assert [ids for _, _, ids in shown(api)] == [[1, 3], [2, 3]]
    dismiss(api, 1, 2, 3)
    find(api)
    assert (shown(api), count(api)) == ([], 0)


def test_what_is_dismissed_before_it_is_found_does_not_come(api: Client, find: Look) -> None:
    for _ in range(2):
        api.new("lead", {"name": "Ana Silva"})
    dismiss(api, 1, 2)
    find(api)
    assert shown(api) == []


def test_a_group_that_is_dismissed_comes_again_with_another_lead(api: Client, find: Look) -> None:
    for _ in range(21):
        api.new("lead", {"email": {"email": "info@example.com"}})
    find(api)
    dismiss(api, *range(1, 21))
    assert len(shown(api)) == 1
    dismiss(api, *range(1, 22))
    assert shown(api) == []
    api.data("PUT", "/api/lead/3", {"name": "Ana"})
    find(api)
    assert shown(api) == []
    api.new("lead", {"email": {"email": "info@example.com"}})
    find(api)
    assert [len(ids) for _, _, ids in shown(api)] == [22]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, {"ids": "_required"}),
        ({"ids": None}, {"ids": "_empty"}),
        ({"ids": []}, {"ids": "_empty"}),
        ({"ids": 1}, {"ids": "_array"}),
        ({"ids": [1]}, {"ids": "_atLeastTwo"}),
        ({"ids": [1, 1, "1"]}, {"ids": "_atLeastTwo"}),
        ({"ids": [1, "x"]}, {"ids.1": "_integer"}),
        ({"ids": [1, None]}, {"ids.1": "_empty"}),
        ({"ids": [2, 1, 3]}, {"ids.2": "_existsIn"}),
        ({"ids": [0, -1, 2**63, 10**30]}, {f"ids.{place}": "_existsIn" for place in range(4)}),
        ({"ids": [1] * 1_001}, {"ids": "_maxLength"}),
    ],
)
def test_bad_ids(api: Client, other_api: Client, find: Look, body: Any, told: dict[str, str]) -> None:
    for _ in range(2):
        api.new("lead", {"name": "Ana Silva"})
    for _ in range(3):
        other_api.new("lead", {"name": "Ana Silva"})
    find(api)
    found = faults(api.post(f"{PATH}/dismiss", json=body))
    assert _flat(found) == told
    assert count(api) == 1


def _flat(found: Any) -> dict[str, str]:
    """Rules by the path of the value."""
    flat: dict[str, str] = {}
    for name, rule in found.items():
        if isinstance(rule, dict):
            flat |= {f"{name}.{one}": value for one, value in _flat(rule).items()}
        else:
            flat[name] = rule
    return flat


def test_bad_parameters(api: Client, other_api: Client, find: Look) -> None:
    for client in (api, other_api):
        for _ in range(3):
            client.new("lead", {"name": "Ana Silva"})
        find(client)
    cursor = other_api.get(PATH, params={"limit": 1}).json()["pagination"]["next_cursor"]
    assert len(shown(other_api, cursor=cursor)) == 2
    failure(api.get(PATH, params={"cursor": cursor}), 400)
    failure(api.get(PATH, params={"cursor": "x"}), 400)
    failure(api.get(PATH, params={"limit": 0}), 400)
    failure(api.get(PATH, params={"page": 1}), 400)
    failure(api.get(f"{PATH}?limit=1&limit=2"), 400)
    failure(api.post(PATH, json={"ids": [1, 2]}), 405)
    failure(api.get(f"{PATH}/dismiss"), 405)


def test_accounts_are_apart(api: Client, other_api: Client, find: Look) -> None:
    for client in (api, other_api):
        for _ in range(2):
            client.new("lead", {"name": "Ana Silva"})
        find(client)
    dismiss(api, 1, 2)
    assert (count(api), count(other_api)) == (0, 1)


def test_large_leads(api: Client, find: Look) -> None:
    for _ in range(21):
        api.new("lead", {"name": "Ana Silva", "custom_data": {"a": "x" * 65_000}})
    find(api)
    (one,) = api.data("GET", PATH)
    assert {len(lead["custom_data"]) for lead in one["leads"]} == {65_008}
