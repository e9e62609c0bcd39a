"""What bounds the writer: the size of the log, the time of a group, the length of a set."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from closum.model import draft
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store import writer
from closum.store.database import Database
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.tracing import traced
from tests.support.writing import Run, behind_a_gate

MEGABYTE = 1024 * 1024


def test_the_log_stays_small_while_the_server_writes(run: Run, session: Session) -> None:
    large = draft.parse(LEAD, {"name": "A", "custom_data": "[" + "0," * 30_000 + "0]"}, True)
    log, sizes = session.path.with_name("closum.db-wal"), list[int]()

    async def scenario(db: Database) -> None:
        for _ in range(40):  # 24 MB in all
            await db.write(records.create_many, 1, LEAD, [large] * 10)
            sizes.append(log.stat().st_size)

    run(scenario)
    assert MEGABYTE < max(sizes) < 8 * MEGABYTE
    assert session.path.stat().st_size > 20 * MEGABYTE


def test_a_group_is_closed_after_10_ms_of_work(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    milliseconds = 0
    monkeypatch.setattr(writer, "time", SimpleNamespace(monotonic=lambda: milliseconds / 1000))

    def taking(length: int) -> Callable[[Unit], int]:
        def job(unit: Unit) -> int:
            nonlocal milliseconds
            milliseconds += length
            return executed.count("BEGIN IMMEDIATE")

        return job

    async def scenario(db: Database) -> None:
        executed.clear()
        jobs = (db.write(taking(length)) for length in (4, 4, 4, 4, 4, 4, 900, 1, 1))
        # The first three share the transaction of the gate, which takes no time.
        assert await behind_a_gate(db, *jobs) == [1, 1, 1, 2, 2, 2, 3, 4, 4]

    with traced() as executed:
        run(scenario)


def test_a_set_is_written_a_hundred_at_a_time(run: Run) -> None:
    sizes: list[int] = []

    def written(unit: Unit, items: list[int]) -> list[int]:
        sizes.append(len(items))
        return items

    async def scenario(db: Database) -> None:
        jobs = (db.write_set(written, item=number) for number in range(250))
        assert await behind_a_gate(db, *jobs) == list(range(250))

    run(scenario)
    assert sizes == [100, 100, 50]
