"""A machine behind the database is gone: what lies on it is 503, everything else goes on, on the same connections."""

import asyncio
import logging
import time
from contextlib import AbstractContextManager

import psycopg
import pytest

from closum.accounts import users
from closum.errors import Unavailable
from closum.model import draft
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store import identity, migrate, writer
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.postgres import database as postgres_database
from closum.store.postgres.connection import Unreached
from closum.store.postgres.database import Link
from closum.store.postgres.unit import PostgresUnit
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.patience import PATIENCE
from tests.support.writing import Gate, Run, insert, names, new

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine parts no group, and makes no request one that waits in vain."""
    monkeypatch.setattr(writer, "GROUP_SECONDS", 60.0)
    monkeypatch.setattr(postgres_database, "PATIENCE", 60.0)
    monkeypatch.setattr(postgres_database, "FRESH", 60.0)


def test_a_machine_that_is_gone_takes_nothing_but_its_own_jobs(run: Run) -> None:
    """An error of class 08 that a living session reports: others of the group go on, and so does the connection."""

    def gone(unit: Unit) -> None:
        insert(unit, "half")
        unit.run(
            "DO $$ BEGIN RAISE EXCEPTION 'connection to the remote node failed' USING ERRCODE = '08006'; END $$"
        )

    async def scenario(db: Database) -> None:
        before = await db.read(sessions)
        outcomes = await asyncio.gather(
            new(db, "a"), db.write(1, gone), db.write(1, insert, "b"), return_exceptions=True
        )
        assert [outcomes[0], type(outcomes[1]), outcomes[2]] == [1, Unreached, 2]
        assert await db.read(names) == ["a", "b"]
        assert set(before) <= set(await db.read(sessions))

    run(scenario)


def sessions(unit: Unit) -> list[int]:
    sql = "SELECT pid::bigint FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'closum' ORDER BY 1"
    return [row[0] for row in unit.all(sql)]


@pytest.mark.parametrize("state", ["08000", "08001", "08003", "08006", "57P01", "57P03"])
def test_it_is_tried_once(run: Run, state: str) -> None:
    runs = 0

    def gone(unit: Unit) -> None:
        nonlocal runs
        runs += 1
        unit.run(f"DO $$ BEGIN RAISE EXCEPTION 'gone' USING ERRCODE = '{state}'; END $$")

    async def scenario(db: Database) -> None:
        with pytest.raises(Unavailable):
            await db.write(1, gone)
        assert runs == 1

    run(scenario)


FUNCTION = """
CREATE FUNCTION far() RETURNS BIGINT LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'connection to the remote node failed' USING ERRCODE = '08006'; END $$
"""


def test_a_read_of_it_leaves_the_reads_beside_it(run: Run, session: Session) -> None:
    with session.write() as unit:
        unit.run(FUNCTION)
    tries = 0

    def far(unit: Unit) -> None:
        nonlocal tries
        tries += 1
        unit.all("SELECT far()")

    async def scenario(db: Database) -> None:
        before = await db.read(sessions)
        reads = [db.read(identity.accounts if number % 2 else far) for number in range(40)]
        outcomes = await asyncio.gather(*reads, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes[::2]} == {Unreached}
        assert all(isinstance(outcome, list) for outcome in outcomes[1::2])
        assert tries <= 20 * 3  # up to its statement, up to it again behind an error, and with what it gave
        assert set(before) <= set(await db.read(sessions))

    run(scenario)


FAR_ACCOUNT = """
ALTER TABLE lead RENAME TO lead_table;
CREATE VIEW lead AS SELECT * FROM lead_table WHERE CASE WHEN account_id = 2 THEN far() = 1 ELSE true END
    WITH CHECK OPTION
"""


def test_other_accounts_and_the_readiness_do_without_it(run: Run, session: Session, account: Account) -> None:
    with session.write() as unit:
        far = users.add_account(unit, "Far").id
    with session.write(far) as unit:
        records.create_many(unit.of(far), LEAD, [draft.parse(LEAD, {"name": "far"})])
    with session.write() as unit:
        unit.run(FUNCTION)
        for statement in FAR_ACCOUNT.split(";"):
            unit.run(statement)

    async def scenario(db: Database) -> None:
        before = await db.read(sessions)
        for _ in range(3):
            writes = [new(db, f"n{number}", far if number % 2 else account.id) for number in range(20)]
            reads = [db.read(leads, far if number % 2 else account.id) for number in range(20)]
            outcomes = await asyncio.gather(
                *writes, *reads, db.read(migrate.is_current), return_exceptions=True
            )
            assert {type(outcome) for outcome in outcomes[1:40:2]} == {Unreached}
            assert {type(outcome) for outcome in outcomes[0:20:2]} == {int}
            assert {type(outcome) for outcome in outcomes[20:40:2]} == {list}
            assert outcomes[40] is True
        assert set(before) <= set(await db.read(sessions))
        await db.write(None, lambda unit: [unit.run(sql) for sql in BACK.split(";")])

    run(scenario)


BACK = "DROP VIEW lead; ALTER TABLE lead_table RENAME TO lead"


def leads(unit: Unit, account_id: int) -> list[str]:
    return [row[0] for row in unit.all("SELECT name FROM lead WHERE account_id = ?", (account_id,))]


CITUS = """
CREATE TABLE pg_dist_shard_placement AS SELECT * FROM (VALUES (101, 'near', 5432), (102, 'far', 5432)) AS one (shardid, nodename, nodeport);
CREATE FUNCTION get_shard_id_for_distribution_column(name TEXT, account BIGINT) RETURNS BIGINT LANGUAGE SQL AS
    'SELECT CASE WHEN account IN (2, 3) THEN 102 ELSE 101 END';
ALTER TABLE tally RENAME TO tally_table;
CREATE VIEW tally AS SELECT * FROM tally_table WHERE CASE WHEN account_id > 1 THEN far() = 1 ELSE true END
"""
BACK_AGAIN = "DROP VIEW tally; ALTER TABLE tally_table RENAME TO tally"


def test_a_machine_that_is_known_to_be_gone_is_asked_for_nothing(
    run: Run, session: Session, account: Account, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever asks for it would wait; its accounts are back as soon as it is."""
    caplog.set_level(logging.WARNING, "closum.store")
    with session.write() as unit:
        unit.run(FUNCTION)
        far = [users.add_account(unit, name).id for name in ("Two", "Three")]
    for one in far:
        with session.write(one) as unit:
            records.create_many(unit.of(one), LEAD, [draft.parse(LEAD, {"name": "far"})])
    assert far == [2, 3]
    execute(url, CITUS)
    runs: list[int] = []

    def asks(unit: Unit, account_id: int) -> object:
        runs.append(account_id)
        return first(unit, account_id)

    async def refused(db: Database, account_id: int) -> bool:
        try:
            await db.read(asks, account_id, account_id=account_id)
        except Unavailable:
            return True
        return False

    async def until_told(text: str) -> None:
        end = time.monotonic() + PATIENCE
        while text not in caplog.text:
            assert time.monotonic() < end
            await asyncio.sleep(0.01)

    async def scenario(db: Database) -> None:
        assert await refused(db, 2)
        await until_told("far:5432 does not answer the database: its accounts are answered 503")
        runs.clear()
        for account_id in (2, 3):
            assert await refused(db, account_id)
            with pytest.raises(Unavailable):
                await db.write(account_id, asks, account_id)
        with pytest.raises(Unavailable):
            await db.write(None, asks, 0)
        assert runs == []
        assert not await refused(db, 1)
        execute(url, BACK_AGAIN)
        await until_told("far:5432 answers the database again")
        assert not await refused(db, 2)
        assert await db.write(None, asks, 0) is None
        assert caplog.text.count("far:5432") == 2

    run(scenario)


def test_what_waits_is_refused_when_a_machine_is_found_gone(
    run: Run, session: Session, account: Account, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does its transaction begin: that alone would ask the machine."""
    with session.write() as unit:
        unit.run(FUNCTION)
        far = users.add_account(unit, "Far").id
    with session.write(far) as unit:
        records.create_many(unit.of(far), LEAD, [draft.parse(LEAD, {"name": "far"})])
    execute(url, CITUS)
    transaction, begun = Link.transaction, list[int | None]()

    def noted(link: Link, account_id: int | None) -> AbstractContextManager[PostgresUnit]:
        begun.append(account_id)
        return transaction(link, account_id)

    monkeypatch.setattr(Link, "transaction", noted)

    async def scenario(db: Database) -> None:
        near = far + 2  # on the same thread, since there are two
        async with Gate(db, near):
            waiting = asyncio.ensure_future(new(db, "late", far))
            with pytest.raises(Unreached):
                await db.read(first, far, account_id=far)
            with pytest.raises(Unavailable):
                await waiting
        await db.write(near, lambda unit: None)
        assert begun == [near, near]
        execute(url, BACK_AGAIN)

    run(scenario)


def first(unit: Unit, account_id: int) -> object:
    return unit.one("SELECT 1 FROM tally WHERE account_id = ?", (account_id,))


def execute(url: str, statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statements.encode())
