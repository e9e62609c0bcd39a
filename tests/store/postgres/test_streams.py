"""Streams on PostgreSQL, when their connection is lost."""

from typing import Any

import psycopg
import pytest

from closum.model.query import Page, Query
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Stream
from tests.support.large import fill, leads
from tests.support.writing import Run

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)

NUMBER = 200
STREAMING = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%octet_length%' AND state = 'active' AND pid <> pg_backend_pid()"


def test_one_that_loses_its_connection_begins_again(
    run: Run, session: Session, account: Account, url: str
) -> None:
    """13 MB do not fit into the socket: the database is still sending when the first record has come."""
    fill(session, account.id, leads(NUMBER))
    runs: list[list[int]] = []

    def stream(unit: Stream) -> int:
        found: list[int] = []
        runs.append(found)

        def take(record: Any) -> None:
            found.append(record["id"])
            if len(runs) == len(found) == 1:
                with psycopg.connect(url, autocommit=True) as other:
                    assert other.execute(STREAMING).fetchall() == [(True,)]

        return records.each(unit.of(account.id), LEAD, Query("id", window=Page(limit=1000)), take)

    async def scenario(db: Database) -> None:
        assert await db.stream(stream) == NUMBER
        assert await db.stream(stream) == NUMBER

    run(scenario)
    assert [found == list(range(1, NUMBER + 1)) for found in runs] == [False, True, True]
