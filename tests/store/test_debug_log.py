"""What the debug log has of reads and writes."""

import logging
from collections.abc import Iterator
from functools import partial

import pytest

from closum.operations import records
from closum.resources.lead import LEAD
from closum.store import database, writer
from closum.store.postgres import database as postgres_database
from closum.store.unit import Unit
from tests.support.writing import Run, behind_a_gate, new

CANARY = "canary7351"


def take_for_slow(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    for module in (database, postgres_database):
        monkeypatch.setattr(module, "SLOW_SECONDS", seconds)


@pytest.fixture
def debugging() -> Iterator[list[str]]:
    """The messages of the store, from debug on."""
    noted: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: noted.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("closum.store")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield noted
    logger.setLevel(logging.NOTSET)
    logger.removeHandler(handler)


def test_a_slow_read_has_a_line_and_a_quick_one_has_none(
    run: Run, debugging: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(db: database.Database) -> None:
        made: int = await new(db, CANARY)
        await db.read(records.retrieve, LEAD, made, account_id=1, long=True)
        assert not [line for line in debugging if line.startswith("slow read")]
        take_for_slow(monkeypatch, 0.0)
        await db.read(records.retrieve, LEAD, made, account_id=1, long=True)

    take_for_slow(monkeypatch, 3_600.0)
    run(scenario)
    (line,) = [line for line in debugging if line.startswith("slow read")]
    assert line.startswith("slow read: operations.records.retrieve lead, account 1, ")
    assert CANARY not in "".join(debugging)


def test_writes_that_wait_together_are_one_line(run: Run, debugging: list[str]) -> None:
    async def scenario(db: database.Database) -> None:
        await behind_a_gate(db, *(new(db, f"{CANARY}{number}") for number in range(5)))

    run(scenario)
    (line,) = [line for line in debugging if "many lead" in line]
    assert line.startswith("write set: tests.support.stored.many lead, account 1, 5 in ")


def test_a_function_is_named_without_its_arguments() -> None:
    def read(unit: Unit, name: str) -> str:
        return name

    assert database.called(partial(read, name=CANARY), (CANARY, LEAD)).endswith("read lead")
    assert CANARY not in database.called(partial(read, name=CANARY), (CANARY, LEAD))


def test_nothing_is_put_together_that_nobody_reads(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def called(*_: object) -> str:
        raise AssertionError("it was put together")

    for module in (database, writer):
        monkeypatch.setattr(module, "called", called)
    take_for_slow(monkeypatch, 0.0)

    async def scenario(db: database.Database) -> None:
        made: int = await new(db, CANARY)
        await db.read(records.retrieve, LEAD, made, account_id=1, long=True)

    run(scenario)
