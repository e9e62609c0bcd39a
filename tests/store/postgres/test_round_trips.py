"""What a set of writes sends together on PostgreSQL: each way to the database and back takes time of all who wait."""

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from closum.store.database import Database
from closum.store.postgres.unit import PostgresUnit
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.writing import Run, behind_a_gate, insert, names, new

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
