"""How leads are found by their stage: on the index of stages, as far as a page goes, by as many statements as there are columns."""

import pytest

from closum.model import draft
from closum.operations import board, records
from closum.resources.lead import LEAD
from closum.store import reports, staged
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import Unit
from tests.support.engine import ON_SQLITE

INDEX = "lead_contact_lifecycle_stage_id"


def fill(unit: Unit, number: int) -> None:
    drafts = [
        draft.parse(LEAD, {"name": f"N{one}", board.STAGE: one % 10 or None}) for one in range(number)
    ]
    records.create_many(unit, LEAD, drafts)


@ON_SQLITE
@pytest.mark.parametrize("template", [staged.COUNT, staged.NEWEST, staged.WITHOUT, staged.LOOKED, staged.PRESENT])
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


def test_a_board_asks_no_more_the_more_leads_there_are(session: Session, account: Account) -> None:
    asked = list[int]()
    for number in (30, 300):
        with session.write(account.id) as unit:
            fill(unit, number)
            reports.count(unit, LEAD, 1_000)
        with session.read() as read:
            asked.append(statements(read.of(account.id)))
    assert asked[0] == asked[1] <= 26


def statements(unit: Unit) -> int:
    """How many the columns of the board take."""
    number = 0
    all_of, every = unit.all_of, unit.all

    def counted_of(several: list[object]) -> object:
        nonlocal number
        number += len(several)
        return all_of(several)  # type: ignore[arg-type]

    def counted(text: str, values: tuple[object, ...] = ()) -> object:
        nonlocal number
        number += 1
        return every(text, values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unit, "all_of", counted_of, raising=False)
        patch.setattr(unit, "all", counted, raising=False)
        board.columns(unit, {}, 10)
    return number
