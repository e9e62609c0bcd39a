"""The statements around a set of writes fail: what was answered as done is stored, and nothing else is."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest

from closum.store import writer
from closum.store.database import Database
from closum.store.postgres.database import Link
from closum.store.postgres.unit import PostgresUnit
from closum.store.unit import Overdue, Unit
from tests.support.patience import PATIENCE
from tests.support.writing import Gate, Run, behind_a_gate, insert, names

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)

each = pytest.mark.parametrize
AHEAD = PostgresUnit.ahead
PLACES = range(1, 6)

CODES = ["57014", "53100", "08006", "XX000", "40001", "58030"]
"""Cancelled, disk full, another machine lost, a fault of the database, a conflict, a fault of the disk."""


@pytest.fixture(autouse=True)
def _one_group(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits together shares a transaction, on a busy machine too."""
    monkeypatch.setattr(writer, "GROUP_SECONDS", 60.0)


class Saboteur:
    """Has one of the statements around sets fail: of those of its kind, the one with this number."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, kind: str, place: int, code: str) -> None:
        self.met, self._kind, self._place = 0, kind, place
        self._sql = f"DO $$BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{code}'; END$$"

        def ahead(unit: PostgresUnit, sql: str) -> None:
            self.send(unit, sql)

        monkeypatch.setattr(PostgresUnit, "ahead", ahead)

    def send(self, unit: PostgresUnit, sql: str) -> None:
        if sql.startswith(self._kind):
            self.met += 1
            if self.met == self._place:
                sql = self._sql
        AHEAD(unit, sql)


def nothing(unit: Unit) -> str:
    """Sends no statement."""
    return "nothing"


def refused(unit: Unit) -> str:
    """Refused before it has sent a statement."""
    raise ValueError


def late(unit: Unit) -> str:
    """Refused after it has sent one."""
    insert(unit, "late")
    raise ValueError


def careless(unit: Unit) -> str:
    """Keeps an error to itself."""
    with contextlib.suppress(psycopg.Error, Overdue):
        insert(unit, "careless")
    return "careless"


@each("code", CODES)
@each("kind", ["SAVEPOINT", "RELEASE"])
def test_what_is_answered_is_stored(run: Run, monkeypatch: pytest.MonkeyPatch, kind: str, code: str) -> None:
    """The last RELEASE comes with COMMIT, which does without."""

    async def scenario(db: Database) -> None:
        expected: list[str] = []
        for place in PLACES:
            saboteur = Saboteur(monkeypatch, kind, place, code)
            new = [f"{place} {one}" for one in "abcde"]
            outcomes = await behind_a_gate(db, *(db.write(1, insert, name) for name in new))
            expected += new
            assert saboteur.met >= place
            assert outcomes == [*range(len(expected) - 4, len(expected) + 1)]
            assert await db.read(names) == expected

    run(scenario)


@each("code", ["57014", "53100"])
@each("other", [nothing, refused, late, careless])
def test_neighbours_of_every_kind_lose_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch, other: Callable[[Unit], str], code: str
) -> None:
    async def scenario(db: Database) -> None:
        expected: list[str] = []
        for place in PLACES:
            Saboteur(monkeypatch, "RELEASE", place, code)
            new: list[tuple[Any, ...]] = [
                (insert, f"{place} a"),
                (other,),
                (insert, f"{place} b"),
                (other,),
                (other,),
            ]
            outcomes = await behind_a_gate(db, *(db.write(1, *one) for one in [*new, (insert, f"{place} c")]))
            assert [type(outcomes[number]) for number in (0, 2, 5)] == [int, int, int]
            assert {type(outcomes[number]) for number in (1, 3, 4)} <= {str, ValueError}
            expected += [f"{place} {name}" for name in "abc"]
            expected += [one for one in outcomes if one == "careless"]
            assert sorted(await db.read(names)) == sorted(expected)

    run(scenario)


def test_a_script_runs_behind_its_savepoint(run: Run) -> None:
    """Statements without values that are sent as one text."""

    def script(unit: Unit, name: str) -> None:
        assert isinstance(unit, PostgresUnit)
        unit.script(f"UPDATE lead SET name = '{name}'; SELECT 1 / 0")

    async def scenario(db: Database) -> None:
        outcomes = await behind_a_gate(
            db, db.write(1, insert, "a"), db.write(1, script, "wrong"), db.write(1, insert, "b")
        )
        assert [type(one) for one in outcomes] == [int, psycopg.errors.DivisionByZero, int]
        assert await db.read(names) == ["a", "b"]

    run(scenario)


def test_a_value_that_cannot_be_sent_fails_alone(run: Run) -> None:
    """Its savepoint was sent before."""

    async def scenario(db: Database) -> None:
        outcomes = await behind_a_gate(
            db, db.write(1, insert, "a"), db.write(1, unsendable), db.write(1, insert, "b")
        )
        assert [type(one) for one in outcomes] == [int, TypeError, int]
        assert await db.read(names) == ["a", "b"]

    run(scenario)


def unsendable(unit: Unit) -> object:
    return unit.one("SELECT ?::bigint", ([],))


def test_writes_that_nobody_waits_for_any_more_are_not_tried_alone(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a statement that has hung, each of them would hang for as long again."""
    begun: list[int | None] = []
    transaction = Link.transaction

    def noted(link: Link, account_id: int | None) -> AbstractContextManager[PostgresUnit]:
        begun.append(account_id)
        return transaction(link, account_id)

    async def scenario(db: Database) -> None:
        waiting: list[asyncio.Task[int]] = []
        loop, gone = asyncio.get_running_loop(), threading.Event()

        def leave() -> None:
            for one in waiting[1:]:
                one.cancel()
            loop.call_soon(gone.set)

        def first(unit: Unit) -> int:
            if len(begun) == 3:  # with the others, and alone after the gate
                loop.call_soon_threadsafe(leave)
                assert gone.wait(PATIENCE)
            return insert(unit, "first")

        Saboteur(monkeypatch, "SAVEPOINT", 3, "57014")
        monkeypatch.setattr(Link, "transaction", noted)
        async with Gate(db):
            waiting += [asyncio.ensure_future(db.write(1, first))]
            waiting += [asyncio.ensure_future(db.write(1, insert, name)) for name in "abc"]
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        assert await waiting[0] == 1
        await asyncio.wait(waiting)
        assert len(begun) == 3
        assert await db.read(names) == ["first"]

    run(scenario)
