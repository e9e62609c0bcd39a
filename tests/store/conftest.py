"""The database of a server, in the process of the test."""

import asyncio
import time

import pytest

from closum.operations import check
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.writing import Run, Scenario


@pytest.fixture
def run(session: Session, account: Account) -> Run:
    """Runs a scenario on the database of a server in this process; afterwards the file has no fault."""

    async def _run(scenario: Scenario) -> None:
        db = Database(session.path, time.time)
        try:
            await scenario(db)
        finally:
            await db.close()

    def run(scenario: Scenario) -> None:
        asyncio.run(_run(scenario))
        with session.read() as unit:
            assert list(check.faults(unit, lambda done, total: None)) == []

    return run
