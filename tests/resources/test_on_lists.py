"""Leads are found by the lists that they are on: on one of several, not on one, on none, on any."""

import pytest

from tests.support.answers import failure
from tests.support.client import Client


@pytest.fixture
def lists(api: Client) -> tuple[int, int]:
    """Two lists: Ana is on the first, Rui on both, Eva on none."""
    found = [api.new("audience_list", {"name": name}) for name in ("Fair", "Newsletter")]
    ana, rui, _ = (api.new("lead", {"name": name}) for name in ("Ana", "Rui", "Eva"))
    for lead, one in ((ana, 0), (rui, 0), (rui, 1)):
        api.new("lead_audience_list", {"lead_id": lead, "audience_list_id": found[one]})
    return found[0], found[1]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (["audience_list_id={0}"], ["Ana", "Rui"]),
        (["audience_list_id={1}"], ["Rui"]),
        (["audience_list_id!={1}"], ["Ana", "Eva"]),
        (["audience_list_id="], ["Eva"]),
        (["audience_list_id!="], ["Ana", "Rui"]),
        (["audience_list_id={0}", "audience_list_id={1}"], ["Ana", "Rui"]),
        (["audience_list_id={1}", "audience_list_id="], ["Eva", "Rui"]),
        (["audience_list_id={0}", "audience_list_id!={1}"], ["Ana"]),
        (["audience_list_id={0}", "name~=ru"], ["Rui"]),
        (["audience_list_id=0"], []),
    ],
)
def test_leads_are_found_by_their_lists(
    api: Client, lists: tuple[int, int], filters: list[str], names: list[str]
) -> None:
    asked = [("filter", one.format(*lists)) for one in filters]
    for sort in ("name", "id", "creation_date"):
        answer = api.get("/api/lead", params=[*asked, ("sort", sort)])
        assert sorted(one["name"] for one in answer.json()["data"]) == names
        assert answer.json()["pagination"]["count"] == len(names)


def test_a_search_keeps_to_a_list(api: Client, lists: tuple[int, int]) -> None:
    answer = api.get("/api/lead", params=[("filter", f"audience_list_id={lists[1]}"), ("q", "rui")])
    assert [one["name"] for one in answer.json()["data"]] == ["Rui"]
    answer = api.get("/api/lead", params=[("filter", f"audience_list_id={lists[1]}"), ("q", "ana")])
    assert answer.json()["data"] == []


def test_who_is_deleted_is_on_no_list(api: Client, lists: tuple[int, int]) -> None:
    api.delete("/api/lead/2").raise_for_status()
    answer = api.get("/api/lead", params=[("filter", f"audience_list_id={lists[1]}")])
    assert answer.json()["data"] == []


def test_lists_of_another_account_find_nothing(
    api: Client, other_api: Client, lists: tuple[int, int]
) -> None:
    other_api.new("lead", {"name": "Eva"})
    assert (
        other_api.get("/api/lead", params=[("filter", f"audience_list_id={lists[0]}")]).json()["data"] == []
    )
    failure(api.get("/api/lead", params=[("filter", "audience_list_id=x")]), 400)
