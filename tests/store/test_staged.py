"""How leads are found by their stage: on the index of stages, as far as a page goes, by as many statements as there are columns."""

import pytest

from closum.model import draft
from closum.operations import board, records
from closum.resources.lead import LEAD
from closum.store import reports, staged
from closum.store.identity import Account
from closum.store.opening import open_session
from closum.store.session import Session
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import Unit
from tests.support.engine import ON_SQLITE
from tests.support.tracing import traced

MOST_ASKED = 26
"""Statements: two for each of the nine stages, and eight."""
INDEX = "lead_contact_lifecycle_stage_id"


def fill(unit: Unit, number: int) -> None:
    drafts = [draft.parse(LEAD, {"name": f"N{one}", board.STAGE: one % 10 or None}) for one in range(number)]
    records.create_many(unit, LEAD, drafts)


@ON_SQLITE
@pytest.mark.parametrize(
    "template", [staged.COUNT, staged.NEWEST, staged.WITHOUT, staged.LOOKED, staged.PRESENT]
)
def test_sqlite_reads_an_index(session: Session, template: str) -> None:
    assert isinstance(session, SQLiteSession)
    text = staged.statement(template, LEAD)
    values = (None,) * text.count("?")
    steps = [row[3] for row in session.connection.execute(f"EXPLAIN QUERY PLAN {text}", values)]
    assert not [one for one in steps if one.startswith("SCAN") and "newest" not in one]
    if template in (staged.COUNT, staged.NEWEST):
        (step,) = steps
        assert step.startswith(f"SEARCH lead USING COVERING INDEX {INDEX} (account_id=? AND")
    if template != staged.PRESENT:
        assert not [one for one in steps if "TEMP B-TREE" in one and "ORDER" not in one]


def test_a_board_asks_as_much_however_many_leads_there_are(
    session: Session, url: str, account: Account
) -> None:
    asked = list[int]()
    for number in (30, 300):
        with session.write(account.id) as unit:
            fill(unit, number)
            reports.count(unit, LEAD, 1_000)
        with traced() as found, open_session(url) as opened, opened.read() as read:
            found.clear()
            board.columns(read.of(account.id), {}, 10)
        asked.append(len([one for one in found if one.lstrip().startswith("SELECT")]))
    assert max(asked) <= MOST_ASKED
