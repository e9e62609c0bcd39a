"""What a set of writes sends together on PostgreSQL: each way to the database and back takes time of all who wait."""

import contextlib
import threading
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
import pytest

from closum.model import draft
from closum.operations import records, undo
from closum.operations.deletion import Delete
from closum.resources.lead import LEAD
from closum.store.database import Database
from closum.store.postgres.unit import PostgresUnit, Statement
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.writing import Run, behind_a_gate, insert, names, new

MANY = 200  # leads, few enough to be looked up by one statement

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What writers send on their connections: one for each round trip."""
    found: list[str] = []

    def noting(name: str) -> Callable[..., Any]:
        method = getattr(PostgresUnit, name)

        def noted(unit: PostgresUnit, *arguments: Any) -> Any:
            if threading.current_thread().name == "closum-writer":
                found.append(name)
            return method(unit, *arguments)

        return noted

    for name in ("_asked", "_sent_together"):
        monkeypatch.setattr(PostgresUnit, name, noting(name))
    return found


def test_a_set_is_four(run: Run, trips: list[str]) -> None:
    """The beginning, what is looked up, what is written, and the end."""

    async def scenario(db: Database) -> None:
        await new(db, "first")  # prepares the statements
        trips.clear()
        assert await new(db, "second") == 2
        assert trips == ["_asked", "_sent_together", "_sent_together", "_asked"]

    run(scenario)


def broken(unit: Unit, name: str) -> None:
    """Its first statement fails, before it is prepared."""
    unit.run(f"SELECT {name} FROM nothing")


def careless(unit: Unit, name: str) -> str:
    """It believes to have succeeded, while its transaction has to be rolled back."""
    with contextlib.suppress(psycopg.Error):
        unit.run("SELECT 1 / ?", (0,))
    return name


@pytest.mark.parametrize("wrong", [broken, careless])
def test_a_job_that_fails_is_undone_alone(run: Run, wrong: Callable[[Unit, str], Any]) -> None:
    async def scenario(db: Database) -> None:
        outcomes = await behind_a_gate(
            db,
            db.write(1, wrong, "early"),
            db.write(1, insert, "a"),
            db.write(1, wrong, "between"),
            db.write(1, insert, "b"),
            db.write(1, wrong, "late"),
        )
        assert [type(one) for one in outcomes[1::2]] == [int, int]
        assert all(isinstance(one, psycopg.Error) for one in outcomes[::2])
        assert await db.read(names) == ["a", "b"]

    run(scenario)


def test_the_error_of_a_savepoint_that_cannot_be_made_is_the_answer(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes with the first statement of the job, and there is nothing to return to."""

    def ahead(unit: PostgresUnit, sql: str) -> None:
        unit._ahead.append(("SELECT 1 / 0" if sql.startswith("SAVEPOINT") else sql, ()))

    async def scenario(db: Database) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(PostgresUnit, "ahead", ahead)
            with pytest.raises(psycopg.errors.DivisionByZero):
                await db.write(1, insert, "lost")
        await db.write(1, insert, "a")
        assert await db.read(names) == ["a"]

    run(scenario)


def test_a_connection_that_was_rolled_back_has_nothing_left_to_send(session: Session) -> None:
    def fail() -> None:
        with session.write() as unit:
            unit.ahead("SELECT nonsense")  # type: ignore[attr-defined]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with session.read() as unit:
        assert unit.one("SELECT 1") == (1,)


def test_an_undo_of_many_deletions_reads_together_which_records_went_elsewhere(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And of the history of each only what came later."""
    sent: list[Statement] = []
    pipelined = PostgresUnit._pipelined

    def noted(unit: PostgresUnit, statements: Sequence[Statement], *more: Any) -> Any:
        sent.extend(statements)
        return pipelined(unit, statements, *more)

    def delete(unit: Unit) -> int:
        asks = [Delete(unit.by, one, None) for one in range(1, MANY + 1)]
        operation = records.write_together(unit, LEAD, asks, unit.by)[1]
        assert operation
        return operation

    def fill(unit: Unit) -> None:
        records.create_many(unit, LEAD, [draft.parse(LEAD, {"name": "Ana"})] * MANY)

    async def scenario(db: Database) -> None:
        await db.write(1, fill)
        operation = await db.write(1, delete)
        monkeypatch.setattr(PostgresUnit, "_pipelined", noted)
        assert len((await db.write(1, undo.undo, operation)).changes) == MANY
        assert len([text for text, _ in sent if " merged " in text]) == 1
        (values,) = (values for text, values in sent if " change AS record" in text)
        assert operation + MANY - 1 in values  # behind the last one

    run(scenario)
