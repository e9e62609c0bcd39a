"""The index of SQLite: terms wait beside it, and are moved into it soon after writes; nothing of an erased person stays."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from closum.errors import Refusal
from closum.operations import check
from closum.resources import RESOURCES
from closum.resources.lead import LEAD
from closum.store import recompute
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.progress import no_progress
from closum.store.recompute import Rules
from closum.store.session import Pace
from closum.store.sqlite import mover, search
from closum.store.sqlite.connection import fold_wal
from closum.store.sqlite.database import SQLiteDatabase
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import Unit
from tests.support.every_operation import erase
from tests.support.patience import PATIENCE
from tests.support.processes import forks
from tests.support.stored import create
from tests.support.writing import Gate, Run, new

RULES = Rules(RESOURCES, no_progress)
WAITING = "SELECT COUNT(*) FROM lead_pending"
INDEXED = "SELECT COUNT(*) FROM lead_term"


def number(unit: Unit, sql: str) -> int:
    (found,) = unit.all(sql)
    return int(found[0])


def leads(unit: Unit, count: int, name: str = "Ana") -> None:
    create(unit, LEAD, [{"name": f"{name} {one}"} for one in range(count)])


def faults(session: SQLiteSession) -> list[str]:
    with session.read() as unit:
        return list(check.faults(unit, lambda done, total: None))


async def until_moved(db: Database) -> None:
    """Until there is nothing that it has begun, or is to begin."""
    assert isinstance(db, SQLiteDatabase)
    while task := db._mover._task:
        await task


def test_a_server_moves_terms_after_writes(run: Run, session: SQLiteSession) -> None:
    async def scenario(db: Database) -> None:
        await asyncio.gather(*(new(db, f"a{number}") for number in range(30)))
        await until_moved(db)
        assert await db.read(number, INDEXED) == 30
        await new(db, "later")
        await until_moved(db)
        assert await db.read(number, INDEXED) == 31

    run(scenario)


def test_a_server_moves_what_another_left(run: Run, session: SQLiteSession, account: Account) -> None:
    with session.write(account.id) as unit:
        leads(unit, 30)

    async def scenario(db: Database) -> None:
        await until_moved(db)
        assert await db.read(number, INDEXED) == 30

    run(scenario)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A note of each transaction that writes, of connections that are opened afterwards."""
    found: list[str] = []

    def hook(connection: apsw.Connection) -> None:
        def note() -> bool:
            found.append(connection.filename)
            return False

        connection.set_commit_hook(note)

    apsw.connection_hooks.append(hook)
    yield found
    apsw.connection_hooks.remove(hook)


def test_an_idle_server_writes_nothing(run: Run, written: list[str]) -> None:
    async def scenario(db: Database) -> None:
        await until_moved(db)
        assert written == []
        await new(db, "one")
        await until_moved(db)
        assert len(written) == 2  # the lead, and its terms

    run(scenario)


def test_no_more_wait_than_may(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With many waiting, moving is no work of the background any more: it takes its turn among the writes of requests."""
    monkeypatch.setattr(mover, "SOON", 0.0)
    monkeypatch.setattr(mover, "MANY", 50)
    kinds: list[tuple[bool, bool]] = []

    async def scenario(db: Database) -> None:
        write = db.write

        async def noted(account_id, function, *args, background=False):  # type: ignore[no-untyped-def]
            if function is mover._step:
                kinds.append((await db.read(search.waits, 50), background))
            return await write(account_id, function, *args, background=background)

        monkeypatch.setattr(db, "write", noted)
        async with Gate(db):
            await asyncio.sleep(0)
            started = [asyncio.ensure_future(new(db, f"a{number}")) for number in range(120)]
            await asyncio.sleep(0)
        await asyncio.gather(*started)
        await until_moved(db)

    run(scenario)
    assert (True, False) in kinds
    assert all(many is not background for many, background in kinds)


def test_a_command_moves_terms_at_its_end(session: SQLiteSession, account: Account) -> None:
    with SQLiteSession(session.path) as other:
        with other.write(account.id) as unit:
            leads(unit, 30)
        with session.read() as unit:
            assert number(unit, INDEXED) == 0
    with session.read() as unit:
        assert (number(unit, WAITING), number(unit, INDEXED)) == (0, 30)


def test_long_work_moves_terms_as_it_goes(
    session: SQLiteSession, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting: list[int] = []

    def step(unit: Unit) -> None:
        waiting.append(number(unit, WAITING))
        leads(unit, 30)

    monkeypatch.setattr(session, "pace", lambda: Pace(0.0, pauses=False))
    session.write_steps([step] * 4, account.id)
    assert waiting == [0] * 4
    with session.read() as unit:
        assert (number(unit, WAITING), number(unit, INDEXED)) == (0, 120)


def test_a_command_that_only_reads_writes_nothing(session: SQLiteSession, account: Account) -> None:
    with session.write(account.id) as unit:
        leads(unit, 3)
    with SQLiteSession(session.path) as other, other.read() as unit:
        assert number(unit, WAITING) == 3
    with session.read() as unit:
        assert number(unit, WAITING) == 3


def test_work_that_is_done_stays_done_where_terms_cannot_be_moved(
    session: SQLiteSession, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(unit: Unit, most: int) -> int:
        raise Refusal("no space")

    monkeypatch.setattr(search, "move", full)
    with SQLiteSession(session.path) as other, other.write(account.id) as unit:
        leads(unit, 3)
    with session.read() as unit:
        assert number(unit, WAITING) == 3


def moving(path: Path, account_id: int) -> None:
    """Writes and moves until it is killed."""
    with SQLiteSession(path) as session:
        while True:
            with session.write(account_id) as unit:
                leads(unit, 7)
            with session.write() as unit:
                search.move(unit, 5)


def test_killed_at_any_moment_nothing_is_lost_or_doubled(session: SQLiteSession, account: Account) -> None:
    for _ in range(5):
        process = forks().Process(target=moving, args=(session.path, account.id))
        with session.read() as unit:
            before = number(unit, INDEXED)
        process.start()
        while True:
            with session.read() as unit:
                if number(unit, INDEXED) > before:
                    break
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join(PATIENCE)
        assert faults(session) == []
    with session.write() as unit:
        search.settle(unit)
    assert faults(session) == []


def test_a_check_sees_what_another_connection_has_moved(session: SQLiteSession, account: Account) -> None:
    """Whatever this connection has read before: FTS5's own check goes by that, and says that the index is damaged."""
    with SQLiteSession(session.path) as other:
        for before in ("SELECT COUNT(*) FROM lead_term", "PRAGMA integrity_check(lead_term)"):
            with session.read() as unit:
                unit.all(before)
            with other.write(account.id) as unit:
                leads(unit, 20)
                search.settle(unit)
            assert faults(session) == []
            with other.write(account.id) as unit:
                leads(unit, 20)
                search.settle(unit)
            with session.read() as unit:
                assert not search.is_damaged(unit, LEAD)


def test_a_damaged_index_is_found_and_made_again(session: SQLiteSession, account: Account) -> None:
    with session.write(account.id) as unit:
        leads(unit, 30)
        search.settle(unit)
    with session.write() as unit:
        unit.run("DELETE FROM lead_term_data WHERE id > 10")
    assert any("lead_term" in fault for fault in faults(session))
    recompute.recompute(session, RULES)
    assert faults(session) == []
    with session.read() as unit:
        sql = "SELECT COUNT(*) FROM lead_term WHERE lead_term MATCH 'ana'"
        assert number(unit, sql) == 30


def words(unit: Unit) -> set[str]:
    """Every word that the index has, by its own account."""
    unit.run("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, lead_term, row)")
    found = {row[0] for row in unit.all("SELECT term FROM temp.words")}
    unit.run("DROP TABLE temp.words")
    return found


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_nothing_of_a_person_stays(session: SQLiteSession, account: Account, moved: int) -> None:
    """In the file and in the index: as new leads left it, or a change of them, in one segment or among merged ones."""
    person = {
        "name": "Zyxwv Qponm",
        "email": {"email": "hgfed@plover.example"},
        "phone": {"number": "+351 912 340 999"},
        "custom_data": {"color": "vermilion"},
    }
    for round_ in range(20):
        with session.write(account.id) as unit:
            leads(unit, 40, f"Other{round_}")
            if round_ == 10:
                create(unit, LEAD, [person])
            if moved:
                search.move(unit, 30)
    with session.write(account.id) as unit:
        if moved == 2:
            search.settle(unit)
            unit.run("INSERT INTO lead_term (lead_term) VALUES ('optimize')")
    texts = [b"zyxwv", b"qponm", b"hgfed", b"plover", b"vermilion", b"r999043219153"]
    session.fold()
    assert b"zyxwv" in session.path.read_bytes().lower()
    with session.write(account.id) as unit:
        assert erase(unit, account.id, "hgfed@plover.example").showing == 1
    if moved == 2:  # else it may be that there is no segment below
        fold_wal(session.connection)
        assert b"zyxwv" in session.path.read_bytes()
    session.fold()
    with session.write() as unit:
        assert {text.decode() for text in texts} & words(unit) == set()
    session.fold()
    held = session.path.read_bytes().lower()
    assert [text for text in texts if text in held] == []
