"""Forms of records: the order of their inputs."""

import pytest

from tests.support.clerk import Clerk
from tests.support.client import Client


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/unqualified-leads/new", ["name", "email.email", "phone.extension", "phone.number"]),
        ("/leads/new", ["name", "email.email", "phone.extension", "phone.number"]),
        (
            "/assignment-rules/new",
            ["source", "city_id", "audience_list_id", "user_ids", "enabled"],
        ),
    ],
)
def test_inputs_are_in_the_order_in_which_people_think(path: str, names: list[str], owner: Clerk) -> None:
    page = owner.page(path)
    places = [page.index(f'id="{name}"') for name in names]
    assert places == sorted(places)


def test_a_rule_says_what_it_holds_for_and_whom_it_goes_to_and_has_its_place_by_moving_it(
    owner: Clerk,
) -> None:
    page = owner.page("/assignment-rules/new")
    parts = ["<h2>Holds for</h2>", 'id="source"', "<h2>Goes to</h2>", 'id="user_ids"']
    assert sorted(parts, key=page.index) == parts
    assert 'name="position"' not in page
    assert "<h2>Holds for</h2>" not in owner.page("/leads/new")


def test_a_prefix_stands_before_its_number_in_one_row(owner: Clerk, api: Client) -> None:
    api.new("lead", {"name": "Ana", "phone": {"extension": "00351", "number": "912345678"}})
    page = owner.page("/phones/1/edit")
    row = page[page.index('class="two phone"') :]
    assert row.index('id="extension"') < row.index('id="number"') < row.index("</div></div>")
