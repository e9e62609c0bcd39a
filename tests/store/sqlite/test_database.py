"""What is the server's on SQLite alone: a full disk, the log, a file that goes, reads on the event loop."""

import asyncio
import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import apsw
import pytest

from closum.errors import Error, Unavailable
from closum.model import draft
from closum.model.draft import Draft
from closum.model.query import Page, Query
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store.database import Database
from closum.store.sqlite import database as sqlite_database
from closum.store.sqlite.database import SQLiteUnit
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import Unit
from tests.support.stored import many
from tests.support.tracing import traced
from tests.support.writing import Run, behind_a_gate, names, new

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
MEGABYTE = 1024 * 1024


def limit(unit: Unit, more: int) -> None:
    """Let the file grow by `more` pages at most."""
    unit.all(f"PRAGMA max_page_count = {unit.all('PRAGMA page_count')[0][0] + more}")


def test_full_disk(run: Run) -> None:
    large = {"custom_data": "[" + "0," * 5_000 + "0]"}

    async def scenario(db: Database) -> None:
        assert await new(db, "before") == 1
        await db.write(1, limit, 20)
        creates = [
            db.write_set(1, many, LEAD, item=draft.parse(LEAD, {"name": str(n)} | large)) for n in range(50)
        ]
        outcomes = await behind_a_gate(db, *creates)
        ids = [outcome for outcome in outcomes if isinstance(outcome, int)]
        refused = [outcome for outcome in outcomes if isinstance(outcome, Unavailable)]
        assert len(ids) + len(refused) == 50
        assert refused
        stored = await db.read(names)
        assert stored == ["before", *[str(n) for n in range(50) if isinstance(outcomes[n], int)]]
        _, count = await db.read(records.page, LEAD, Query("name", window=Page(limit=10)), account_id=1)
        assert count == len(stored)
        await db.write(1, limit, 10_000)
        assert await new(db, "after") == len(stored) + 1

    run(scenario)


def test_a_long_read_of_a_file_that_has_gone_is_unavailable(run: Run, session: SQLiteSession) -> None:
    async def scenario(db: Database) -> None:
        moved = session.path.rename(session.path.with_name("moved"))
        try:
            with pytest.raises(Unavailable):
                await db.read(names, long=True)
        finally:
            moved.rename(session.path)

    run(scenario)


@pytest.mark.hurried
def test_a_read_that_takes_long_moves_to_a_thread(run: Run) -> None:
    threads: list[str] = []

    def read(unit: Unit) -> str:
        threads.append(threading.current_thread().name)
        if threading.current_thread() is threading.main_thread():
            unit.all(ENDLESS)
        return "done"

    async def scenario(db: Database) -> None:
        begun = time.monotonic()
        assert await db.read(read) == "done"
        assert time.monotonic() - begun >= sqlite_database.QUICK_SECONDS
        assert await db.read(read, long=True) == "done"

    run(scenario)
    assert threads[0] == threading.main_thread().name
    assert all(name.startswith("closum-reader") for name in threads[1:])
    assert len(threads) == 3


def test_the_log_stays_small_while_the_server_writes(run: Run, session: SQLiteSession) -> None:
    large = draft.parse(LEAD, {"name": "A", "custom_data": "[" + "0," * 30_000 + "0]"})
    log, sizes = session.path.with_name("closum.db-wal"), list[int]()

    async def scenario(db: Database) -> None:
        for _ in range(40):  # 24 MB in all
            await db.write(1, many, LEAD, [large] * 10)
            sizes.append(log.stat().st_size)

    run(scenario)
    assert MEGABYTE < max(sizes) < 20 * MEGABYTE
    assert session.path.stat().st_size > 20 * MEGABYTE


def test_reads_of_one_round_share_a_transaction_and_later_ones_see_what_was_answered(run: Run) -> None:
    with traced() as executed:

        async def scenario(db: Database) -> None:
            await new(db, "0")
            await asyncio.sleep(0)
            executed.clear()
            await asyncio.gather(*(db.read(names) for _ in range(20)))
            await asyncio.sleep(0)
            assert [sql for sql in executed if sql in ("BEGIN", "END")] == ["BEGIN", "END"]

            async def write_and_read(number: int) -> None:
                await new(db, str(number))
                assert str(number) in await db.read(names)

            reading = asyncio.ensure_future(read_on(db))
            await asyncio.gather(*(write_and_read(number) for number in range(1, 200)))
            reading.cancel()

        async def read_on(db: Database) -> None:
            while True:
                await db.read(names)
                await asyncio.sleep(0)

        run(scenario)


def test_a_set_writes_no_file_to_be_undone_with(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pages that a set changes are copied first, and a few of them would fill a temporary file."""
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))

    def write_apart(unit: Unit, drafts: Sequence[Draft]) -> list[set[str]]:
        assert not [one for one in records.create_many(unit, LEAD, drafts) if isinstance(one, Error)]
        return [opened_in(tmp_path)] * len(drafts)

    async def scenario(db: Database) -> None:
        large = {"custom_data": "[" + "0," * 2_000 + "0]"}
        drafts = [draft.parse(LEAD, {"name": str(number)} | large) for number in range(50)]
        await behind_a_gate(db, *(db.write_set(1, many, LEAD, item=one) for one in drafts))
        before = opened_in(tmp_path)
        more = await behind_a_gate(db, *(db.write_set(1, write_apart, item=one) for one in drafts))
        assert [one for one in more if one != before] == []

    run(scenario)


def opened_in(folder: Path) -> set[str]:
    """The files of a folder that this process has open, those without a name too."""
    names = (os.readlink(one.path) for one in os.scandir("/proc/self/fd") if os.path.lexists(one.path))
    return {name for name in names if name.startswith(f"{folder}/")}


def test_only_connections_that_read_have_no_mutex(session: SQLiteSession, run: Run) -> None:
    """APSW itself refuses a second thread on the others."""

    def has_mutex(unit: Unit) -> bool:
        assert isinstance(unit, SQLiteUnit)
        return not unit.connection.open_flags & apsw.SQLITE_OPEN_NOMUTEX

    async def scenario(db: Database) -> None:
        assert not await db.read(has_mutex)
        assert not await db.read(has_mutex, long=True)
        assert not await db.stream(has_mutex)
        assert await db.write(1, has_mutex)

    run(scenario)
    with session.read() as unit:
        assert has_mutex(unit)
