"""What is chosen of more records than a list holds is searched for: with a button, or by Enter."""

from closum.model.change import COMMAND
from closum.resources.audience_list import AUDIENCE_LIST
from tests.support import stored
from tests.support.clerk import Clerk
from tests.support.client import Client
from tests.support.server import Server
from tests.support.visiting import text

MANY = 401


def fairs(server: Server, owner: Clerk) -> list[int]:
    """More audience lists than one chooses from without a search."""
    bodies = [{"name": f"Fair {number:03}"} for number in range(MANY)]
    with server.session() as session, session.write() as unit:
        return stored.create(unit.of(owner.account_id, COMMAND), AUDIENCE_LIST, bodies)


def test_many_are_searched_for_and_chosen(server: Server, owner: Clerk, api: Client) -> None:
    known, lead = fairs(server, owner), api.new("lead", {"name": "Ana"})
    path = f"/lead-audience-lists/new?lead_id={lead}"
    page = owner.page(path)
    assert "Fair 000" not in page
    assert 'name="audience_list_id.find" type="search" value=""' in page
    asked = {"lead_id": str(lead), "audience_list_id": "", "audience_list_id.find": "fair 40"}
    found = owner.fill("/lead-audience-lists", asked, 200).text
    number = known[400]
    assert f'<input type="radio" name="audience_list_id" value="{number}"><span>Fair 400</span>' in found
    assert "Results: 1" in text(found)
    assert 'name="audience_list_id.found" value="fair 40"' in found
    chosen = asked | {"audience_list_id.found": "fair 40", "audience_list_id": ["", str(number)]}
    owner.fill("/lead-audience-lists", chosen)
    (member,) = api.data("GET", "/api/lead-audience-list")
    assert (member["lead_id"], member["audience_list_id"]) == (lead, number)


def test_a_search_says_when_it_finds_nothing_or_much(server: Server, owner: Clerk) -> None:
    fairs(server, owner)
    asked = {"audience_list_id": "", "user_ids": "", "search": "audience_list_id"}
    much = owner.fill("/assignment-rules", asked | {"audience_list_id.find": "fair"}, 200).text
    assert "The first 20 results: write more of the name" in text(much)
    nothing = owner.fill("/assignment-rules", asked | {"audience_list_id.find": "none"}, 200).text
    assert "Nothing found" in text(nothing)
    assert (
        '<input type="radio" name="audience_list_id" value="" checked><span>None: new leads</span>' in nothing
    )
