"""What keeps SQLite from being written or read: how it is told, and when it ends."""

import asyncio
import logging
import os
import queue
import resource
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from closum.accounts import users
from closum.errors import Unavailable
from closum.model import draft
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store import health, migrate
from closum.store.database import Database
from closum.store.health import (
    DAMAGED,
    DISK,
    FULL,
    LOCKED,
    MOVED,
    Fault,
)
from closum.store.sqlite.database import Link, SQLiteUnit
from closum.store.sqlite.faults import BUSY_TIMEOUT, KNOWN_TIMEOUT
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import Unit
from tests.support.disk import Disk, mounted
from tests.support.patience import PATIENCE
from tests.support.writing import Run, insert, names, new, opened

PAGE = 4096
LARGE = draft.parse(LEAD, {"name": "large", "custom_data": "[" + "0," * 30_000 + "0]"})
Lines = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    """Level and text of what was logged so far."""
    caplog.set_level(logging.WARNING, "closum.store")
    return lambda: [(record.levelname, record.getMessage()) for record in caplog.records]


class Tries:
    """How often it was tried whether a cause has ended."""

    def __init__(self) -> None:
        self._begun: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._probe = Link.probe

    def probe(self, link: Link, unit: Unit) -> None:
        self._begun.put(None)
        self._probe(link, unit)

    async def more(self, number: int = 3) -> None:
        """Until it has begun so many times from now on."""
        for _ in range(self._begun.qsize() + number):
            await asyncio.to_thread(self._begun.get, True, 60)


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> Tries:
    tries = Tries()

    def probe(link: Link, unit: Unit) -> None:
        tries.probe(link, unit)

    monkeypatch.setattr(Link, "probe", probe)
    monkeypatch.setattr(health, "AGAIN", 0.01)
    return tries


async def until_ready(db: Database) -> None:
    """Until the cause of a failure has ended by itself."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await db.ready(migrate.is_current)
                return
            except Unavailable:
                await asyncio.sleep(0.02)


async def refused(attempt: Awaitable[Any]) -> str:
    """The message of an answer that has to be Unavailable."""
    with pytest.raises(Unavailable) as caught:
        await attempt
    return caught.value.message


async def not_ready(db: Database, fault: Fault) -> None:
    assert await refused(db.ready(migrate.is_current)) == str(fault)


def begun_and_ended(lines: list[tuple[str, str]], fault: Fault, path: Path) -> None:
    """One line when it began, with the path, and one when it ended."""
    (first, begun), (last, ended) = lines
    assert (first, last) == ("ERROR", "WARNING")
    assert begun.startswith(f"{fault} (")
    assert str(path) in begun
    assert ended.startswith("This has ended after ")
    assert ended.endswith(fault.what)


def limit(unit: Unit, pages: int) -> None:
    unit.all(f"PRAGMA max_page_count = {pages}")


def size(unit: Unit) -> int:
    return int(unit.all("PRAGMA page_count")[0][0])


def test_a_full_disk(run: Run, session: SQLiteSession, lines: Lines) -> None:
    async def scenario(db: Database) -> None:
        await db.ready(migrate.is_current)
        await db.write(1, limit, await db.read(size))
        for _ in range(3):
            await refused(db.write(1, records.create_many, LEAD, [LARGE] * 20))
            await not_ready(db, FULL)
        assert await db.read(names) == []
        assert [level for level, _ in lines()] == ["ERROR"]
        await db.write(1, limit, 10**6)
        await until_ready(db)
        assert await new(db, "after") == 1

    run(scenario)
    begun_and_ended(lines(), FULL, session.path)


def test_it_stays_while_small_writes_alone_find_room(run: Run, lines: Lines, tries: Tries) -> None:
    async def scenario(db: Database) -> None:
        await new(db, "before")
        await db.write(1, limit, await db.read(size) + 8)
        await refused(db.write(1, records.create_many, LEAD, [LARGE] * 20))
        for number in range(5):
            await new(db, f"small{number}")
            await tries.more()
            await not_ready(db, FULL)

    run(scenario)
    assert [level for level, _ in lines()] == ["ERROR"]


def test_a_lock_of_another_program(run: Run, session: SQLiteSession, lines: Lines) -> None:
    async def scenario(db: Database) -> None:
        await db.write(1, lambda unit: unit.connection.set_busy_timeout(10))
        with session.write() as unit:
            insert(unit, "other")
            await refused(new(db, "mine"))
            await not_ready(db, LOCKED)
        await until_ready(db)
        assert await new(db, "mine") == 2

    run(scenario)
    begun_and_ended(lines(), LOCKED, session.path)


def test_a_lock_that_is_known_is_not_waited_for_again(
    run: Run, session: SQLiteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "AGAIN", PATIENCE)  # no probe gets in before

    async def patience(db: Database) -> int:
        found: int = await db.write(1, lambda unit: unit.one("PRAGMA busy_timeout")[0])
        return found

    async def scenario(db: Database) -> None:
        await db.write(1, lambda unit: unit.connection.set_busy_timeout(10))
        with session.write() as unit:
            insert(unit, "other")
            await refused(new(db, "mine"))
        assert await patience(db) == KNOWN_TIMEOUT
        assert await patience(db) == BUSY_TIMEOUT

    run(scenario)


@contextmanager
def smaller_files() -> Iterator[None]:
    """No file may grow: the system refuses it with an error that is not that of a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_fails(run: Run, session: SQLiteSession, lines: Lines) -> None:
    async def scenario(db: Database) -> None:
        await new(db, "before")
        with smaller_files():
            await refused(new(db, "lost"))
            await not_ready(db, DISK)
            assert await db.read(names) == ["before"]
        await until_ready(db)
        assert await new(db, "after") == 2

    run(scenario)
    begun_and_ended(lines(), DISK, session.path)


@pytest.mark.slow
def test_a_little_room_on_the_disk_does_not_end_it(tmp_path: Path, tries: Tries) -> None:
    async def scenario(disk: Disk, db: Database) -> None:
        disk.fill()
        await refused(db.write(1, records.create_many, LEAD, [LARGE] * 20))
        disk.free(256 * 1024)
        await new(db, "small")
        await tries.more()
        await not_ready(db, FULL)
        disk.free()
        await until_ready(db)
        await db.close()

    async def opened_on(disk: Disk) -> None:
        await scenario(disk, await opened(f"sqlite:///{disk.folder}/closum.db"))

    with mounted(tmp_path / "disk") as disk:
        with SQLiteSession(disk.folder / "closum.db", create=True) as session, session.setup() as unit:
            users.add_account(unit, "Acme")
        asyncio.run(opened_on(disk))


def test_what_rolls_a_whole_transaction_back_is_no_fault_of_ours(run: Run) -> None:
    """A write alone in its group, whose pages go to the disk before it ends: the database gives all of it up."""

    def spills(unit: SQLiteUnit) -> None:
        unit.run("PRAGMA cache_size = 10")
        for _ in range(20):
            records.create_many(unit.of(1), LEAD, [LARGE] * 10)

    async def scenario(db: Database) -> None:
        with smaller_files():
            await refused(db.write(1, spills))
            await not_ready(db, DISK)
        assert await db.read(names) == []

    run(scenario)


def moved(path: Path) -> Callable[[], None]:
    elsewhere = path.rename(path.with_name("elsewhere"))
    return lambda: os.rename(elsewhere, path)


def replaced(path: Path) -> Callable[[], None]:
    back = moved(path)
    path.write_bytes(path.with_name("elsewhere").read_bytes())
    return back


def removed(path: Path) -> Callable[[], None]:
    kept = path.with_name("kept")
    os.link(path, kept)
    path.unlink()
    return lambda: os.rename(kept, path)


def folder_moved(path: Path) -> Callable[[], None]:
    elsewhere = path.parent.rename(path.parent.with_name("elsewhere"))
    return lambda: os.rename(elsewhere, path.parent)


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
@pytest.mark.parametrize("change", [moved, replaced, removed, folder_moved])
def test_a_file_that_goes_from_under_the_server(
    run: Run, session: SQLiteSession, lines: Lines, change: Callable[[Path], Callable[[], None]], suffix: str
) -> None:
    async def scenario(db: Database) -> None:
        await new(db, "before")
        with ExitStack() as stack:
            stack.callback(change(session.path.with_name(session.path.name + suffix)))
            for name in ("lost", "lost too"):
                await refused(new(db, name))
                await not_ready(db, MOVED)
            assert "before" in await db.read(names)  # reads go on
        await until_ready(db)
        await new(db, "after")
        assert {"before", "after"} <= set(await db.read(names))

    run(scenario)
    begun_and_ended(lines(), MOVED, session.path)


def test_a_file_that_goes_while_nobody_writes(run: Run, session: SQLiteSession) -> None:
    async def scenario(db: Database) -> None:
        await db.ready(migrate.is_current)
        with ExitStack() as stack:
            stack.callback(moved(session.path))
            await not_ready(db, MOVED)
        await until_ready(db)

    run(scenario)


@pytest.mark.parametrize("length", [0, PAGE])
def test_a_file_that_is_cut_short(run: Run, session: SQLiteSession, length: int) -> None:
    async def scenario(db: Database) -> None:
        await new(db, "before")
        session.fold()
        await new(db, "seen")
        held = session.path.read_bytes()
        os.truncate(session.path, length)
        try:
            await refused(new(db, "lost"))
            with pytest.raises(Unavailable):
                await db.ready(migrate.is_current)
        finally:
            session.path.write_bytes(held)
        await until_ready(db)

    run(scenario)


class Damage:
    """Pages of the file that hold leads, written over and put back."""

    def __init__(self, session: SQLiteSession) -> None:
        self._path = session.path
        session.fold()
        self._held = session.path.read_bytes()
        found = [
            place // PAGE * PAGE
            for place in range(0, len(self._held), PAGE)
            if b"findme" in self._held[place : place + PAGE]
        ]
        assert found
        self._pages = found

    def do(self) -> None:
        self._write(lambda place: b"\xa5" * PAGE)

    def undo(self) -> None:
        self._write(lambda place: self._held[place : place + PAGE])

    def _write(self, what: Callable[[int], bytes]) -> None:
        with self._path.open("r+b") as file:
            for place in self._pages:
                file.seek(place)
                file.write(what(place))


def test_a_damaged_page(run: Run, session: SQLiteSession, lines: Lines, tries: Tries) -> None:
    async def scenario(db: Database) -> None:
        await new(db, "findme")
        damage = Damage(session)
        damage.do()
        await db.write(None, touch)  # what was read before is read from the file again
        for _ in range(3):
            await refused(db.read(names))
            await not_ready(db, DAMAGED)
        await tries.more()
        await not_ready(db, DAMAGED)
        assert [level for level, _ in lines()] == ["ERROR"]
        damage.undo()
        await until_ready(db)
        assert await db.read(names) == ["findme"]

    run(scenario)
    begun_and_ended(lines(), DAMAGED, session.path)


def test_a_damaged_page_that_a_write_needs(run: Run, session: SQLiteSession, tries: Tries) -> None:
    async def scenario(db: Database) -> None:
        await new(db, "findme")
        damage = Damage(session)
        damage.do()
        await db.write(None, touch)
        await refused(db.write(1, insert_after_look))
        await tries.more()
        await not_ready(db, DAMAGED)
        damage.undo()
        await until_ready(db)
        assert await db.read(names) == ["findme"]  # what was tried again is undone

    run(scenario)


def insert_after_look(unit: Unit) -> None:
    insert(unit, f"after {names(unit)}")


def touch(unit: Unit) -> None:
    unit.run("PRAGMA user_version = 0")
