"""COMMIT that fails without telling for certain that it was rolled back is never done again."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from closum.errors import Refusal, Unavailable
from closum.store import identity, writer
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.postgres import database as postgres_database
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.commits import PostgresCommits
from tests.support.writing import Run, insert, names, new

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)

UNCERTAIN = ("XX000", "58030", "08006", "57014", "57P01", "53100", "53200", "55P03", "0A000", "P0001")
CERTAIN = ("40001", "40P01", "23505")
TRIES = 5


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine parts no group, and makes no write one that waits in vain."""
    monkeypatch.setattr(writer, "GROUP_SECONDS", 60.0)
    monkeypatch.setattr(postgres_database, "PATIENCE", 60.0)
    monkeypatch.setattr(postgres_database, "FRESH", 60.0)


async def together(*jobs: Awaitable[Any]) -> list[Any]:
    """The outcomes of jobs of one round of the event loop, which share a transaction."""
    return await asyncio.gather(*jobs, return_exceptions=True)


@pytest.mark.parametrize("state", UNCERTAIN)
def test_a_group_is_not_run_again(run: Run, commits: PostgresCommits, state: str) -> None:
    async def scenario(db: Database) -> None:
        with commits.refused(state):
            jobs = [new(db, f"n{number}") for number in range(5)]
            outcomes = await together(*jobs, db.write(1, insert, "apart"))
        assert [type(outcome) for outcome in outcomes] == [Unavailable] * 6
        assert commits.tries == 1
        assert await db.read(names) == []
        assert await new(db, "next") == 1

    run(scenario)


@pytest.mark.parametrize("state", UNCERTAIN)
def test_nor_is_one_alone(run: Run, commits: PostgresCommits, state: str) -> None:
    async def scenario(db: Database) -> None:
        with commits.refused(state), pytest.raises(Unavailable):
            await new(db, "alone")
        assert commits.tries == 1

    run(scenario)


@pytest.mark.parametrize("state", CERTAIN)
def test_what_is_rolled_back_for_certain_is_run_again(run: Run, commits: PostgresCommits, state: str) -> None:
    async def scenario(db: Database) -> None:
        with commits.refused(state):
            outcomes = await together(new(db, "a"), db.write(1, insert, "b"))
        assert [type(outcome) for outcome in outcomes] == [Unavailable] * 2
        assert commits.tries == TRIES + 2  # and then each by itself

    run(scenario)


def test_a_commit_that_is_answered_with_rollback_is_a_conflict(session: Session) -> None:
    with pytest.raises(Refusal, match=r"changed .* at the same time: try again"), session.write() as unit:
        unit.connection.pgconn.exec_(b"SELECT nonsense")  # type: ignore[attr-defined]


def test_a_command_says_that_nobody_knows(
    session: Session, account: Account, commits: PostgresCommits
) -> None:
    with (
        commits.refused("XX000"),
        pytest.raises(
            Refusal, match=r"did not confirm the end of the last step: look whether it was done \(refused\)"
        ),
        session.write(account.id) as unit,
    ):
        insert(unit, "a")
    assert commits.tries == 1


def test_a_machine_that_is_gone_takes_nothing_but_its_own_jobs(run: Run) -> None:
    """An error of class 08 that a living session reports: others of the group go on, and so does the connection."""

    def gone(unit: Unit) -> None:
        insert(unit, "half")
        unit.run(
            "DO $$ BEGIN RAISE EXCEPTION 'connection to the remote node failed' USING ERRCODE = '08006'; END $$"
        )

    async def scenario(db: Database) -> None:
        before = await db.read(sessions)
        outcomes = await together(new(db, "a"), db.write(1, gone), db.write(1, insert, "b"))
        assert [outcomes[0], type(outcomes[1]), outcomes[2]] == [1, Unavailable, 2]
        assert await db.read(names) == ["a", "b"]
        assert await db.read(sessions) == before

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
        assert {type(outcome) for outcome in outcomes[::2]} == {Unavailable}
        assert all(isinstance(outcome, list) for outcome in outcomes[1::2])
        assert tries <= 20 * 3  # up to its statement, up to it again behind an error, and with what it gave
        assert await db.read(sessions) == before

    run(scenario)
