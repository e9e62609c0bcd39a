"""A filter that takes too long is refused as a whole: there is no count of a part of the records."""

from typing import Any

import pytest

from closum.errors import Unavailable
from closum.model import query
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.postgres import search as postgres_search
from closum.store.session import Session
from closum.store.sql import Sql
from closum.store.sqlite import database as sqlite_database
from closum.store.sqlite import search as sqlite_search
from tests.support.stored import create
from tests.support.writing import Run

ENDLESS = "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i > 0) SELECT COUNT(*) FROM n) > 0"


@pytest.mark.hurried
@pytest.mark.slow
@pytest.mark.parametrize("asked", ["id", "name"])
def test_a_filter_of_custom_data(
    run: Run, session: Session, account: Account, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": f"Ana {one}", "custom_data": {"score": one}} for one in range(30)])
    wanted = query.parse(LEAD, [("filter", "custom_data.score>=10"), ("sort", asked), ("limit", "5")])

    async def read(db: Database) -> Any:
        return await db.read(records.window, LEAD, wanted, long=True, one_moment=True, account_id=account.id)

    async def scenario(db: Database) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(sqlite_database, "LONG_SECONDS", 0.2)
            for module in (sqlite_search, postgres_search):
                patched.setattr(module, "compared", lambda *_: Sql(ENDLESS))
            with pytest.raises(
                Unavailable,
                match=r"takes too long to read: ask for fewer at once by 'limit' .* filter for less",
            ):
                await read(db)
        found = await read(db)
        assert (found.total, len(found.records)) == (20, 5)

    run(scenario)
