"""The nine stages that every account has are called in the language of the page, wherever a person sees one."""

import pytest

from closum.resources.contact_lifecycle_stage import LABELS
from closum.web.words import load
from tests.support.client import Client
from tests.support.visiting import Visitor, cells, text

STAGE = 6
ENGLISH, PORTUGUESE = "Opportunity", "Oportunidade"
OWN = "Proposta enviada"


@pytest.fixture
def leads(api: Client) -> list[int]:
    """Two leads of the same name in two stages, one of which the account has made."""
    own = api.new("contact_lifecycle_stage", {"label": OWN})
    return [api.new("lead", {"name": "Ana Silva", "contact_lifecycle_stage_id": one}) for one in (STAGE, own)]


@pytest.mark.parametrize(
    "path",
    [
        "/leads?columns=contact_lifecycle_stage_id",
        f"/leads?filter=contact_lifecycle_stage_id%3D{STAGE}",
        "/leads/filters",
        "/leads/bulk?query=&count=2&all=1",
        "/leads/{a}",
        "/leads/{a}/edit",
        "/duplicates/{a}-{b}",
        "/contact-lifecycle-stages",
        f"/contact-lifecycle-stages/{STAGE}",
        "/settings/stages",
    ],
)
def test_pages_call_a_stage_in_their_language(visitor: Visitor, leads: list[int], path: str) -> None:
    path = path.format(a=leads[0], b=leads[1])
    page = visitor.page(path)
    assert ENGLISH in page
    assert not [one for one in LABELS if one not in load()["en"].__dict__.values() and f">{one}<" in page]
    visitor.cookies.set("closum-language", "pt")
    assert PORTUGUESE in visitor.page(path)


def test_the_history_of_a_lead_does(visitor: Visitor, api: Client, leads: list[int]) -> None:
    api.data("PATCH", f"/api/lead/{leads[0]}", {"contact_lifecycle_stage_id": 7})
    page = text(visitor.page(f"/leads/{leads[0]}"))
    history = page.partition("History")[2]
    assert ENGLISH in history
    assert "Customer" in history
    assert PORTUGUESE not in page


def test_one_that_an_account_has_made_is_called_as_it_was(visitor: Visitor, leads: list[int]) -> None:
    shown = cells(visitor.page("/leads?columns=contact_lifecycle_stage_id&sort=id"))
    assert [row[1] for row in shown] == [ENGLISH, OWN]


def test_the_api_keeps_their_labels(api: Client, leads: list[int]) -> None:
    assert api.data("GET", f"/api/contact-lifecycle-stage/{STAGE}")["label"] == LABELS[STAGE - 1]
