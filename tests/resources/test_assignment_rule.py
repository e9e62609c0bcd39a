"""Assignment rules: which users get new leads, and those that are put on a list, in turns."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.conftest import sign_up
from tests.support.answers import faults
from tests.support.client import Client
from tests.support.import_calls import imported
from tests.support.owners import batch, enable, lead, owner, owners, remove, rule, user_id
from tests.support.server import Server

RULES, LISTS = "/api/assignment-rule", "/api/lead-audience-list"


@pytest.fixture
def eva(server: Server, api: Client) -> Iterator[Client]:
    with sign_up(server, api.account) as client:
        yield client


@pytest.fixture
def ida(server: Server, api: Client) -> Iterator[Client]:
    with sign_up(server, api.account) as client:
        yield client


@pytest.fixture
def team(server: Server, api: Client, eva: Client, ida: Client) -> list[int]:
    """Three users of the account."""
    return [user_id(server, one) for one in (api, eva, ida)]


def assigned(api: Client, number: int) -> object:
    return api.data("GET", f"{RULES}/{number}?fields=assigned")["assigned"]


def test_a_rule_is_shown_as_it_is_written(api: Client, team: list[int]) -> None:
    number = rule(api, user_ids=[str(team[1]), team[0], team[1]], source=" fair ", city_id="40", position=5)
    shown = api.data("GET", f"{RULES}/{number}")
    expected: dict[str, Any] = {"position": 5, "city_id": 40, "audience_list_id": None, "source": "fair"}
    expected |= {"user_ids": [team[1], team[0]], "enabled": 1}
    assert {name: shown[name] for name in expected} == expected
    assert api.data("GET", RULES) == [shown]
    assert api.data("GET", f"{RULES}?fields=user_ids") == [{"user_ids": [team[1], team[0]]}]
    api.data("PUT", f"{RULES}/{number}", {"user_ids": f"{team[2]}, {team[0]}", "source": None})
    assert api.data("GET", f"{RULES}/{number}?fields=user_ids,source") == {
        "user_ids": [team[2], team[0]],
        "source": None,
    }
    last, first = api.data("GET", f"{RULES}/{number}/history")
    assert last["properties"]["user_ids"] == {"before": [team[1], team[0]], "after": [team[2], team[0]]}
    assert first["properties"]["user_ids"] == {"after": [team[1], team[0]]}


def test_rules_come_in_their_order(api: Client) -> None:
    late, early, middle = rule(api, position=9), rule(api, position=0), rule(api, position=9)
    assert [one["id"] for one in api.data("GET", f"{RULES}?direction=asc")] == [early, late, middle]


@pytest.mark.parametrize(
    ("wrong", "rule_of"),
    [(5, "_array"), ({}, "_array"), (["a"], "_integer"), ([None], "_integer"), (["-1"], "_integer")],
)
def test_what_is_no_list_of_users_is_refused(api: Client, wrong: object, rule_of: str) -> None:
    assert faults(api.post(RULES, json={"user_ids": wrong})) == {"user_ids": rule_of}


def test_it_names_what_is_there(server: Server, api: Client, other_api: Client, team: list[int]) -> None:
    number, stranger = rule(api), user_id(server, other_api)
    theirs = other_api.new("audience-list", {"name": "Newsletter"})
    for body in (
        {"user_ids": [team[0], stranger]},
        {"user_ids": [0]},
        {"user_ids": [10**30]},
        {"audience_list_id": theirs},
        {"city_id": 10**6},
    ):
        wrong = dict.fromkeys(body, "_existsIn")
        assert faults(api.post(RULES, json=body)) == wrong
        assert faults(api.put(f"{RULES}/{number}", json=body)) == wrong
    assert faults(api.post(RULES, json={"user_ids": [*range(101)]})) == {"user_ids": "_maxLength"}
    assert other_api.get(f"{RULES}/{number}").status_code == 404


def test_users_take_turns(api: Client, team: list[int]) -> None:
    number = rule(api, user_ids=team)
    numbers = [lead(api) for _ in range(4)]
    assert [owner(api, one) for one in numbers] == [*team, team[0]]
    api.data("POST", "/api/lead/batch", batch(*[{"name": f"Lead {place}"} for place in range(5)]))
    assert owners(api)[4:] == [team[1], team[2], team[0], team[1], team[2]]
    assert assigned(api, number) == 9
    assert len(api.data("GET", f"{RULES}/{number}/history")) == 1
    history = api.data("GET", f"/api/lead/{numbers[0]}/history")
    assert [one["verb"] for one in history] == ["create"]


def test_turns_are_exact_when_many_leads_come_at_once(api: Client, team: list[int]) -> None:
    number = rule(api, user_ids=team)
    with ThreadPoolExecutor(8) as threads:
        numbers = [*threads.map(lambda place: lead(api, f"Lead {place}"), range(60))]
    assert Counter(owners(api)) == dict.fromkeys(team, 20)
    by_id = [owner(api, one) for one in sorted(numbers)]
    assert by_id == team * 20
    assert assigned(api, number) == 60


def test_the_first_rule_that_holds_counts(api: Client, team: list[int]) -> None:
    first, second, third = team
    rule(api, position=30, user_ids=[third])
    rule(api, position=10, user_ids=[first], city_id=40, source="Fair")
    rule(api, position=20, user_ids=[second], city_id=40)
    rule(api, position=1, user_ids=[third], enabled=False)
    rule(api, position=2, user_ids=[])
    assert owner(api, lead(api, city_id=40, source="FAIR")) == first
    assert owner(api, lead(api, city_id=40, custom_data={"Lead Source": "fair"})) == first
    assert owner(api, lead(api, city_id=40, source="web")) == second
    assert owner(api, lead(api, city_id=41, source="fair")) == third
    assert owner(api, lead(api)) == third


def test_who_is_named_by_hand_takes_no_turn(api: Client, team: list[int]) -> None:
    number = rule(api, user_ids=team)
    assert owner(api, lead(api, owner_id=team[2])) == team[2]
    assert owner(api, lead(api, owner_id=None)) is None
    assert api.post("/api/lead", json={"city_id": 40}).status_code == 422
    assert owner(api, lead(api)) == team[0]
    assert assigned(api, number) == 1


def test_a_dry_run_takes_no_turn(api: Client, team: list[int]) -> None:
    number = rule(api, user_ids=team)
    found = api.post("/api/lead/batch", json=batch({"name": "Ana"}) | {"atomic": True})
    assert found.status_code == 200
    refused = api.post("/api/lead/batch", json=batch({"name": "Eva"}, {"city_id": 40}) | {"atomic": True})
    assert refused.status_code == 422
    assert assigned(api, number) == 1


def test_an_upsert_and_an_import_assign_new_leads_alone(api: Client, team: list[int]) -> None:
    rule(api, user_ids=team[:2])
    kept = lead(api, owner_id=None, email={"email": "ana@example.com"})
    upsert = "/api/lead?match=email&on_match=update"
    api.data("POST", upsert, {"name": "Ana", "email": {"email": "ana@example.com"}})
    assert owner(api, kept) is None
    created = api.post(upsert, json={"name": "Eva", "email": {"email": "eva@example.com"}})
    assert owner(api, created.json()["data"]["id"]) == team[0]
    imported(api, "Name,Email,City\nAna,ana@example.com,\nIda,ida@example.com,Faro\nRui,,\nSara,,\n")
    assert owners(api) == [None, team[0], team[1], team[0], team[1]]
    assert [one["name"] for one in api.data("GET", f"/api/lead?owner_id={team[1]}")] == ["Ida", "Sara"]


def test_a_rule_of_a_list_assigns_who_is_put_on_it(api: Client, team: list[int]) -> None:
    news, fair = (api.new("audience-list", {"name": name}) for name in ("News", "Fair"))
    ana, eva, ida = lead(api, city_id=40), lead(api, city_id=41), lead(api, owner_id=team[2], city_id=40)
    rule(api, audience_list_id=fair, user_ids=team[:2], city_id=40)
    assert owner(api, lead(api, city_id=40)) is None
    for one in (ana, eva, ida):
        api.data("POST", LISTS, {"lead_id": one, "audience_list_id": news}, 201)
    assert [owner(api, one) for one in (ana, eva, ida)] == [None, None, team[2]]
    put = [api.post(LISTS, json={"lead_id": one, "audience_list_id": fair}) for one in (ana, eva, ida)]
    assert [owner(api, one) for one in (ana, eva, ida)] == [team[0], None, team[2]]
    assert api.get(f"/api/lead/{ana}/history").json()["data"][0]["properties"] == {
        "owner_id": {"before": None, "after": team[0]}
    }
    api.data("POST", f"/api/operation/{put[0].headers['X-Operation']}/undo")
    assert owner(api, ana) is None
    assert [one["lead_id"] for one in api.data("GET", f"{LISTS}?audience_list_id={fair}&direction=asc")] == [
        eva,
        ida,
    ]


def test_one_lead_on_two_lists_at_once_takes_one_turn(api: Client, team: list[int]) -> None:
    lists = [api.new("audience-list", {"name": name}) for name in ("News", "Fair")]
    rules = [rule(api, audience_list_id=one, user_ids=team) for one in lists]
    ana = lead(api)
    bodies = [{"lead_id": ana, "audience_list_id": one} for one in lists]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda body: api.data("POST", LISTS, body, 201), bodies))
    assert owner(api, ana) == team[0]
    assert sorted(int(str(assigned(api, one))) for one in rules) == [0, 1]


def test_others_take_the_turns_of_who_is_gone_or_disabled(
    server: Server, api: Client, eva: Client, ida: Client, team: list[int]
) -> None:
    number = rule(api, user_ids=team)
    enable(server, ida, False)
    assert [owner(api, lead(api)) for _ in range(3)] == [team[0], team[1], team[0]]
    remove(server, eva)
    assert {owner(api, lead(api)) for _ in range(2)} == {team[0]}
    api.data("PUT", f"{RULES}/{number}", {"position": 7})
    assert faults(api.put(f"{RULES}/{number}", json={"user_ids": team})) == {"user_ids": "_existsIn"}
    enable(server, ida, True)
    assert {owner(api, lead(api)) for _ in range(2)} == {team[0], team[2]}


def test_a_list_that_a_rule_names_stays(api: Client) -> None:
    news = api.new("audience-list", {"name": "News"})
    number = rule(api, audience_list_id=news)
    refused = api.delete(f"/api/audience-list/{news}")
    assert faults(refused) == {"id": "_isUsed"}
    assert f"Assignment rule {number} uses it" in refused.text
    api.data("PUT", f"{RULES}/{number}", {"audience_list_id": None})
    api.data("DELETE", f"/api/audience-list/{news}")


def test_a_rule_that_is_deleted_assigns_no_more(api: Client, team: list[int]) -> None:
    number = rule(api, user_ids=team)
    lead(api)
    deleted = api.delete(f"{RULES}/{number}")
    assert owner(api, lead(api)) is None
    api.data("POST", f"/api/operation/{deleted.headers['X-Operation']}/undo")
    assert owner(api, lead(api)) == team[1]
