"""COMMIT that fails without telling for certain that it was rolled back is never done again."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from closum.errors import Refusal, Unavailable
from closum.store import writer
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.commits import PostgresCommits
from tests.support.patience import PATIENCE
from tests.support.writing import Run, insert, names, new

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)

UNCERTAIN = ("XX000", "58030", "08006", "57014", "57P01", "53100", "53200", "55P03", "0A000", "P0001")
CERTAIN = ("40001", "40P01", "23505")
TRIES = 5


@pytest.fixture(autouse=True)
def _whole_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine parts no group."""
    monkeypatch.setattr(writer, "GROUP_SECONDS", PATIENCE)


async def together(*writes: Awaitable[Any]) -> list[Any]:
    """The outcomes of writes of one round of the event loop, which share a transaction."""
    return await asyncio.gather(*writes, return_exceptions=True)


@pytest.mark.parametrize("state", UNCERTAIN)
def test_a_group_is_not_run_again(run: Run, commits: PostgresCommits, state: str) -> None:
    async def scenario(db: Database) -> None:
        with commits.refused(state):
            writes = [new(db, f"n{number}") for number in range(5)]
            outcomes = await together(*writes, db.write(1, insert, "apart"))
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
            Refusal, match=r"did not confirm the end of the last step: check whether it was done \(refused\)"
        ),
        session.write(account.id) as unit,
    ):
        insert(unit, "a")
    assert commits.tries == 1
