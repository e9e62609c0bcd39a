"""A link back says which page it leads to."""

import pytest

from tests.support.clerk import Clerk, text_of


@pytest.mark.parametrize(
    ("back", "said"),
    [
        ("/leads/1?at=2", "Ana"),
        ("/leads/999?at=2", "Lead 999"),
        ("/leads?q=ana", "Leads"),
        ("/settings/audit", "Who did what"),
        ("/imports/7", "Import"),
        ("https://other.example/leads/1", "Leads"),
    ],
)
def test_the_page_of_an_undo_says_where_one_came_from(owner: Clerk, back: str, said: str) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    operation = owner.page(f"/leads/{lead}/history").partition('action="/undo/')[2].partition('"')[0]
    shown = text_of(owner.page(f"/undo/{operation}?back={back.replace('?', '%3F')}"))
    assert f"in a few seconds. {said} Undo ? What was done" in shown
