"""The board without a script: every stage with its leads, a menu that moves each, and one undo."""

import re

import httpx2
import pytest

from closum.web import board
from tests.support.client import Client
from tests.support.server import Server
from tests.support.visiting import Visitor, links, new_leads, text

STAGE = "contact_lifecycle_stage_id"
HOSTILE = "<script>alert(1)</script>\"'&{{ 7*7 }}"


def column(html: str, stage: int) -> str:
    """What the board has of one stage; "" where it is not there."""
    found = re.search(rf'<section class="card" id="stage-{stage}".*?</section>', html, re.DOTALL)
    return found[0] if found else ""


def names(html: str, stage: int) -> list[str]:
    return [text(one) for one in re.findall(r'id="lead-\d+"[^>]*>(.*?)</a>', column(html, stage))]


def count(html: str, stage: int) -> str:
    found = re.search(r'<span class="soft num push">(.*?)</span>', column(html, stage))
    return found[1] if found else ""


def move(visitor: Visitor, lead: int, was: int, to: int, *more: tuple[str, str]) -> httpx2.Response:
    fields = [("id", str(lead)), ("was", str(was)), ("stage", str(to)), *more]
    return visitor.form("/board/move", fields, of="/board")


def test_leads_are_in_the_columns_of_their_stages(visitor: Visitor, api: Client) -> None:
    api.new("lead", {"name": "Ana", STAGE: 3})
    api.new("lead", {"name": "Rui", STAGE: 3})
    api.new("lead", {"name": "Eva"})
    page = visitor.page("/board")
    assert names(page, 3) == ["Rui", "Ana"]
    assert names(page, 0) == ["Eva"]
    assert [count(page, one) for one in (0, 3, 4)] == ["1", "2", "0"]
    assert "No leads in this stage." in text(column(page, 4))
    for stage, other in ((3, "Eva"), (0, "Ana")):
        (listed, *_) = links(column(page, stage))
        rows = text(visitor.page(listed).partition("<tbody")[2])
        assert all(one in rows for one in names(page, stage))
        assert other not in rows


def test_an_account_without_leads_is_offered_some(visitor: Visitor, server: Server, api: Client) -> None:
    page = visitor.page("/board")
    assert "No leads in this stage." not in text(page)
    assert {"/leads/new", "/imports/new"} <= {*links(page.partition('class="empty"')[2])}
    with Visitor(server, api.email, "reader") as reader:
        page = reader.page("/board")
        assert "No leads yet" in text(page)
        assert "/leads/new" not in page


def test_a_column_goes_on_by_its_address(visitor: Visitor, api: Client) -> None:
    new_leads(api, 2 * board.ON_A_PAGE + 1, **{STAGE: 3})
    api.new("lead", {"name": "Ana", STAGE: 4})
    page, seen = visitor.page("/board"), list[str]()
    for _ in range(2):
        seen += names(page, 3)
        page = visitor.page(links(column(page, 3))[-1])
        assert names(page, 4) == ["Ana"]
    seen += names(page, 3)
    assert seen == [f"N{one:03}" for one in reversed(range(2 * board.ON_A_PAGE + 1))]
    assert links(column(page, 3))[-1] == "/board#stage-3"


@pytest.mark.parametrize(
    "query",
    ["stage=3", "after=9", "stage=x&after=9", "stage=3&after=", "stage=&after=0", "stage=%00&after=%ff"],
)
def test_an_address_that_means_nothing_is_the_whole_board(visitor: Visitor, api: Client, query: str) -> None:
    api.new("lead", {"name": "Ana", STAGE: 3})
    assert names(visitor.page(f"/board?{query}"), 3) == ["Ana"]


def test_a_lead_moves_and_comes_back(visitor: Visitor, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana", STAGE: 3})
    answer = move(visitor, lead, 3, 6)
    assert answer.headers["location"] == f"/board#lead-{lead}"
    page = visitor.behind(answer)
    assert (names(page, 3), names(page, 6)) == ([], ["Ana"])
    assert "toast" in page
    undo = re.search(r'action="(/undo/\d+)"', page)
    assert undo
    visitor.form(undo[1], [], of="/board")
    assert names(visitor.page("/board"), 3) == ["Ana"]


def test_a_lead_leaves_its_stage_and_gets_one(visitor: Visitor, api: Client) -> None:
    lead, _ = (api.new("lead", {"name": one}) for one in ("Ana", "Eva"))
    assert names(visitor.behind(move(visitor, lead, 0, 5)), 5) == ["Ana"]
    assert names(visitor.behind(move(visitor, lead, 5, 0)), 0) == ["Eva", "Ana"]


def test_a_move_leads_back_to_the_same_page_of_a_column(visitor: Visitor, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana", STAGE: 3})
    answer = move(visitor, lead, 3, 6, ("in", "3"), ("after", "7"))
    assert answer.headers["location"] == f"/board?stage=3&after=7#lead-{lead}"
    answer = move(visitor, lead, 6, 3, ("in", "//evil"), ("after", "7"))
    assert answer.headers["location"] == f"/board#lead-{lead}"


def test_what_somebody_else_has_moved_meanwhile_stays(visitor: Visitor, api: Client) -> None:
    lead = api.new("lead", {"name": HOSTILE, STAGE: 3})
    api.data("PATCH", f"/api/lead/{lead}", {STAGE: 7})
    page = visitor.behind(move(visitor, lead, 3, 6))
    assert names(page, 7) == [HOSTILE]
    assert f"Somebody else has moved {HOSTILE} meanwhile" in text(page)
    assert "<script>alert" not in page


def test_a_move_that_is_sent_twice_tells_of_nobody_else(visitor: Visitor, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana", STAGE: 3})
    for _ in range(2):
        assert move(visitor, lead, 3, 4).status_code == 303
    page = visitor.page("/board")
    assert names(page, 4) == ["Ana"]
    assert "Somebody else" not in text(page)


def test_of_very_many_stages_the_last_ones_are_counted(visitor: Visitor, api: Client) -> None:
    last = [api.new("contact_lifecycle_stage", {"label": f"Stage {number}"}) for number in range(9)][-1]
    new_leads(api, 2, **{STAGE: last})
    new_leads(api, 1, **{STAGE: 3})
    page = visitor.page("/board")
    assert (count(page, last), names(page, last)) == ("2", [])
    assert "list behind the name of the stage" in text(column(page, last))
    assert len(names(page, 3)) == 1
    assert "Another stage" in text(column(page, 3))
    assert f'value="{last}"' not in page
    rows = text(visitor.page(links(column(page, last))[0]).partition("<tbody")[2])
    assert "N000" in rows


def test_a_lead_that_was_deleted_meanwhile_is_named(visitor: Visitor, api: Client) -> None:
    lead = api.new("lead", {"name": HOSTILE, STAGE: 3})
    api.delete(f"/api/lead/{lead}").raise_for_status()
    answer = move(visitor, lead, 3, 6, ("in", "3"), ("after", "7"))
    assert answer.headers["location"] == f"/board?stage=3&after=7#lead-{lead}"
    page = visitor.behind(answer)
    assert f"{HOSTILE} is not here any more" in text(page)
    assert "<script>alert" not in page
    for entry in api.data("GET", "/api/bin"):
        api.data("DELETE", f"/api/bin/{entry['id']}")
    assert f"Lead {lead} is not here any more" in text(visitor.behind(move(visitor, lead, 3, 6)))


def test_a_lead_that_went_into_another_one_is_named(visitor: Visitor, api: Client) -> None:
    lead, other = (api.new("lead", {"name": one, STAGE: 3}) for one in ("Ana", "Eva"))
    api.data("POST", f"/api/lead/{other}/merge", {"ids": [lead]})
    page = visitor.behind(move(visitor, lead, 3, 6))
    assert "Ana is not here any more" in text(page)
    assert names(page, 3) == ["Eva"]


def test_a_stage_that_is_archived_is_not_offered_and_refuses(visitor: Visitor, api: Client) -> None:
    own = api.new("contact_lifecycle_stage", {"label": HOSTILE})
    there, lead = (api.new("lead", {"name": "Ana", STAGE: one}) for one in (own, 3))
    api.data("PATCH", f"/api/contact-lifecycle-stage/{own}", {"archived": 1})
    page = visitor.page("/board")
    assert names(page, own) == ["Ana"]
    assert f'name="stage" value="{own}"' not in page
    assert "<script>alert" not in page
    assert "cannot be moved" in text(visitor.behind(move(visitor, lead, 3, own)))
    assert names(visitor.behind(move(visitor, there, own, 3)), 3) == ["Ana", "Ana"]
    assert not column(visitor.page("/board"), own)


@pytest.mark.parametrize(
    ("name", "value"),
    [("id", "x"), ("id", ""), ("id", "9" * 30), ("stage", "x"), ("was", ""), ("stage", "-1")],
)
def test_a_form_that_means_nothing_moves_nothing(
    visitor: Visitor, api: Client, name: str, value: str
) -> None:
    fields = {"id": str(api.new("lead", {"name": "Ana", STAGE: 3})), "was": "3", "stage": "4", name: value}
    assert visitor.form("/board/move", [*fields.items()], of="/board").status_code == 404
    assert names(visitor.page("/board"), 3) == ["Ana"]


def test_a_lead_of_another_account_is_not_there(visitor: Visitor, other_api: Client) -> None:
    lead = other_api.new("lead", {"name": "Ana", STAGE: 3})
    assert "Ana" not in visitor.page("/board")
    assert move(visitor, lead, 3, 4).status_code == 404
    assert other_api.data("GET", f"/api/lead/{lead}?fields={STAGE}") == {STAGE: 3}


def test_a_reader_sees_no_menu_and_moves_nothing(server: Server, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana", STAGE: 3})
    with Visitor(server, api.email, "reader") as reader:
        page = reader.page("/board")
        assert names(page, 3) == ["Ana"]
        assert "/board/move" not in page
        assert "data-card" not in page
        assert move(reader, lead, 3, 4).status_code == 403
        assert names(reader.page("/board"), 3) == ["Ana"]


def test_a_card_says_how_to_reach_a_lead_and_who_does(visitor: Visitor, api: Client) -> None:
    body = {"email": {"email": "ana@example.com"}, STAGE: 3}
    lead = api.new("lead", body | {"name": HOSTILE})
    api.new("lead", body | {"email": {"email": "rui@example.com"}})
    api.new("task", {"lead_id": lead, "text": "Call", "due": "2020-01-01T10:00:00+00:00"})
    page = visitor.page("/board")
    assert names(page, 3) == ["rui@example.com", HOSTILE]
    shown = text(column(page, 3))
    assert shown.count("rui@example.com") == 1
    assert "ana@example.com" in shown
    assert "Overdue" in shown
    assert "since" in shown


def test_it_speaks_portuguese(visitor: Visitor, api: Client) -> None:
    api.new("lead", {"name": "Ana"})
    visitor.cookies.set("closum-language", "pt")
    page = text(visitor.page("/board"))
    assert "Quadro" in page
    assert "Oportunidade" in page
    assert "Sem fase" in page
