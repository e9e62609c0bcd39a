"""A second change of many records while an earlier one has not ended."""

import pytest

from closum.model import query
from closum.operations import bulk
from closum.operations.bulk import MOST, NAME, Asked
from closum.resources.lead import LEAD
from closum.store import background
from closum.store.background import Job, Key
from tests.support.clerk import Clerk, text_of
from tests.support.client import Client
from tests.support.server import Server
from tests.support.visiting import new_leads

EVERY = [("filter", "id>0")]
LATER = 3_000  # seconds


def waiting(server: Server, owner: Clerk) -> str:
    """Work that does not end now."""
    with server.session() as session, session.write(owner.account_id) as unit:
        found = bulk.write(unit, Asked(LEAD, query.parse(LEAD, EVERY), EVERY, None), MOST + 1)
        assert isinstance(found, Job)
        background.fail(unit, Key(owner.account_id, NAME, found.number), "a reason", 1, unit.now + LATER)
    return f"{NAME}-{found.number}"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "A change of many records is still running"),
        ("pt", "Está em curso uma alteração de muitos registos"),
    ],
)
def test_it_is_told_of_the_first_and_kept(
    server: Server, owner: Clerk, api: Client, language: str, told: str
) -> None:
    new_leads(api, MOST + 1)
    first = waiting(server, owner)
    owner.cookies.set("closum-language", language)
    form = {"query": "", "count": str(MOST + 1), "all": "1", "do": "save", "f.source": "fair"}
    shown = owner.fill("/leads/bulk", form, 409).text
    assert told in text_of(shown)
    assert f'href="/jobs/{first}"' in shown
    assert 'name="f.source" value="fair"' in shown
    assert told not in text_of(owner.page(f"/jobs/{first}"))
