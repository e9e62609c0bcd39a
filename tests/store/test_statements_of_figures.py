"""How many statements the figures of the dashboard cost: as many for many leads as for few, on PostgreSQL also in round trips."""

from closum.operations import dashboard
from closum.operations.dashboard import Figures, Wanted
from closum.resources.lead import LEAD
from closum.store import reports
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.stored import create
from tests.support.writing import Run

MOST_ASKED, MOST_ROUNDS = 30, 10
STAGE = "contact_lifecycle_stage_id"


def add(session: Session, account: Account, number: int) -> None:
    """So many leads, which are counted."""
    bodies = [
        {"name": "Ana", "source": f"s{one}", "city_id": 1 + one % 9, STAGE: 1 + one % 9}
        for one in range(number)
    ]
    with session.write(account.id) as unit:
        create(unit, LEAD, bodies)
    with session.write(account.id) as unit:
        reports.count(unit, LEAD, 1_000)


def read(unit: Unit) -> Figures:
    return dashboard.read(unit, Wanted(), 5)


def test_figures_of_many_leads_cost_as_many_as_of_few(
    run: Run, session: Session, account: Account, asked: list[str], rounds: list[str]
) -> None:
    async def scenario(db: Database) -> None:
        costs = list[tuple[int, int]]()
        for number, total in ((1, 1), (29, 30), (270, 300)):  # the connection is opened for the first
            add(session, account, number)
            asked.clear()
            rounds.clear()
            figures = await db.read(read, long=True, one_moment=True, account_id=account.id)
            assert figures.leads == total
            sent = [one for one in asked if one.lstrip().startswith(("SELECT", "WITH"))]
            costs.append((len(sent), len(rounds)))
        assert costs[1] == costs[2]
        assert costs[1] <= (MOST_ASKED, MOST_ROUNDS), costs

    run(scenario)
