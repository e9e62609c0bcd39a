"""How many statements are prepared on a connection is bounded, however many filters are put together."""

import pytest

from closum.store.database import Database
from closum.store.postgres import pool
from tests.support.writing import Run

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)

PREPARED = "SELECT COUNT(*) FROM pg_prepared_statements"


def test_a_connection_with_too_many_is_replaced(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MOST_PREPARED", 5)

    async def scenario(db: Database) -> None:
        for number in range(100):
            found = await db.read(lambda unit, text=f"SELECT {number}": unit.one(text), long=number % 2 == 0)
            assert found == (number,)
            (prepared,) = await db.read(lambda unit: unit.one(PREPARED), long=number % 2 == 0)
            assert prepared <= 7

    run(scenario)
