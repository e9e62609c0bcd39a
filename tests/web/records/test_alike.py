"""The page of a lead names others that look like it: at once, and where its name says little once a search has found them."""

from closum.model.duplicates import MOST_ALIKE
from tests.support.clerk import Clerk
from tests.support.client import Client
from tests.support.patience import wait_until

NOTICE = "Perhaps the same person"


def test_another_one_with_the_same_name_is_named_at_once(owner: Clerk) -> None:
    one = owner.made("/leads", {"name": "Ana Sá"})
    assert NOTICE not in owner.page(f"/leads/{one}")
    other = owner.made("/leads", {"name": "ana sá"})
    shown = owner.page(f"/leads/{other}")
    assert NOTICE in shown
    assert f'href="/duplicates/{one}-{other}?of={other}"' in shown


def test_of_a_common_name_those_in_the_same_city(owner: Clerk, api: Client) -> None:
    cities = [one["id"] for one in api.data("GET", f"/api/city?limit={MOST_ALIKE + 1}")]
    items = [{"action": "create", "data": {"name": "Ana Silva", "city_id": one}} for one in cities]
    api.post("/api/lead/batch", json={"items": items})
    assert NOTICE not in owner.page("/leads/1")
    api.new("lead", {"name": "Ana Silva", "city_id": cities[0]})
    wait_until(lambda: f'href="/duplicates/1-{MOST_ALIKE + 2}?of=1"' in owner.page("/leads/1"))
    assert NOTICE not in owner.page("/leads/2")
