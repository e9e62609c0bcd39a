"""How many statements a page costs: the same whether it has few entries or many, on PostgreSQL also in round trips."""

from collections.abc import Callable
from typing import Any

import pytest

from closum.accounts import users
from closum.model.change import By
from closum.operations import agenda, jobs, performed, records
from closum.operations import bin as bins
from closum.resources.lead import LEAD
from closum.resources.task import TASK
from closum.store import background, history
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.stored import create
from tests.support.writing import Run

FEW, MANY = 10, 200
KEPT = 30

Page = Callable[[Unit, int], Any]


def day(unit: Unit, most: int) -> Any:
    """All that the page of today reads of follow-ups, and of leads without an owner."""
    on = agenda.days(unit.now, "UTC")
    agenda.number(unit, agenda.OVERDUE, None, on)
    agenda.unowned(unit, ("id", "name"), most)
    return agenda.read(unit, agenda.OVERDUE, None, on, most).tasks


PAGES: dict[str, Page] = {
    "bin": lambda unit, most: bins.read(unit, bins.Wanted(), most, KEPT).entries,
    "operations": lambda unit, most: performed.page(unit, most, KEPT).operations,
    "jobs": lambda unit, most: jobs.read(unit, most)[0],
    "today": day,
    "history": lambda unit, most: history.at(unit, range(1, most + 1)),
}


def fill(session: Session, account: Account, cause: str = "api") -> None:
    """MANY leads with a follow-up, and MANY more, each deleted by a user of its own, and by work of its own where there is a cause for it."""
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": f"Lead {number}"} for number in range(MANY)])
        for number in range(1, MANY + 1):
            user = users.add_user(unit, account, f"user{number}@example.com", "none")
            by = By(user, "", cause, None if cause == "api" else number)
            records.delete(unit.of(account.id, by), LEAD, number)
            background.add(unit, "bulk", number, {})
        leads = create(unit, LEAD, [{"name": f"Open {number}"} for number in range(MANY)])
        create(unit, TASK, [{"lead_id": one, "text": "Call", "due": "2026-01-01"} for one in leads])


def sent(asked: list[str]) -> list[str]:
    return [sql for sql in asked if not sql.startswith(("BEGIN", "END", "COMMIT"))]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_many_costs_as_many_as_one_of_few(
    run: Run, session: Session, account: Account, asked: list[str], rounds: list[str], name: str
) -> None:
    fill(session, account)

    async def scenario(db: Database) -> None:
        costs = list[tuple[int, int]]()
        for most in (FEW, FEW, MANY):  # the connection is opened for the first
            asked.clear()
            rounds.clear()
            assert len(await db.read(PAGES[name], most, long=True, account_id=account.id)) == most
            costs.append((len(sent(asked)), len(rounds)))
        assert costs[1] == costs[2]

    run(scenario)


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_work_that_a_page_shows_is_found_together(
    run: Run, session: Session, account: Account, rounds: list[str]
) -> None:
    fill(session, account, cause="bulk")

    async def scenario(db: Database) -> None:
        costs = list[int]()
        for most in (FEW, MANY):
            rounds.clear()
            found = await db.read(PAGES["operations"], most, long=True, account_id=account.id)
            assert [one["changes"] for one in found] == [1] * most
            costs.append(len(rounds))
        assert costs[0] == costs[1]

    run(scenario)
