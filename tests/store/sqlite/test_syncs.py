"""How often SQLite has the disk keep what was written: once for a group of writes, which is what makes them cheap."""

import asyncio
import math
from collections.abc import Iterator
from typing import Any

import apsw
import pytest

from closum.accounts import users
from closum.model import draft
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store import writer
from closum.store.database import Database
from closum.store.session import Session
from closum.store.sqlite import mover
from closum.store.sqlite.session import SQLiteSession
from tests.support.stored import many
from tests.support.tracing import begun, traced
from tests.support.writing import Run, behind_a_gate, insert, names, new

LOG = "closum.db-wal"
AT_ONCE = -1.0  # seconds: a group is closed after its first set


class Syncs(apsw.VFS):
    """SQLite's way to the disk, which notes the name of each file that is synced."""

    def __init__(self) -> None:
        self.base, self.synced = apsw.vfs_names()[0], list[str]()
        super().__init__("noting-syncs", self.base, makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return NotingFile(self, name, flags)


class NotingFile(apsw.VFSFile):
    def __init__(self, vfs: Syncs, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._name, self._synced = (path or "").rpartition("/")[2], vfs.synced
        super().__init__(vfs.base, name, flags)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._synced.append(self._name)
        super().xSync(flags)


@pytest.fixture
def synced(session: SQLiteSession, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Names of the files that a server syncs which is opened afterwards, in order."""
    monkeypatch.setattr(mover, "SOON", 3_600.0)  # what follows later has syncs of its own
    syncs = Syncs()
    yield syncs.synced
    syncs.unregister()


async def begin(db: Database, synced: list[str]) -> None:
    """From here on each sync is that of a COMMIT: the log has its header, and is not folded into the file."""
    await db.write(1, lambda unit: unit.connection.wal_autocheckpoint(0))
    await new(db, "before")
    synced.clear()


def test_a_write_alone_is_synced_once_before_its_answer(run: Run, synced: list[str]) -> None:
    async def scenario(db: Database) -> None:
        await begin(db, synced)
        for number in range(1, 6):
            await new(db, f"n{number}")
            assert synced == [LOG] * number
        await db.write(1, names)  # nothing is written, nothing synced
        assert synced == [LOG] * 5

    run(scenario)


def test_writes_of_every_kind_that_wait_together_are_synced_once(
    run: Run, session: Session, synced: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "GROUP_SECONDS", math.inf)  # a busy machine closes no group
    with session.write() as unit:
        other = users.add_account(unit, "Other").id

    async def scenario(db: Database) -> None:
        await begin(db, synced)
        changes = draft.parse(LEAD, {"name": "changed"})
        refused = draft.parse(LEAD, {"name": "bad", "city_id": 0})
        writes: list[Any] = [new(db, f"n{number}") for number in range(2 * writer.MAX_SET)]
        writes += [new(db, "theirs", other), db.write(1, records.update, LEAD, 1, changes)]
        writes += [db.write(1, insert, f"m{number}") for number in range(50)]
        writes += [db.write_set(1, many, LEAD, item=refused)]
        outcomes = await behind_a_gate(db, *writes)
        assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 1
        assert synced == [LOG]

    run(scenario)


def test_each_group_is_synced_once(run: Run, synced: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "GROUP_SECONDS", AT_ONCE)

    async def scenario(db: Database) -> None:
        await begin(db, synced)
        executed.clear()
        creates = [new(db, f"n{number}") for number in range(2 * writer.MAX_SET + 1)]
        await behind_a_gate(db, *creates, db.write(1, insert, "last"))
        assert begun(executed) == 1 + 4  # the gate, which writes nothing; three sets, and one by itself
        assert synced == [LOG] * 4

    with traced() as executed:
        run(scenario)


def test_there_are_as_many_syncs_as_groups_however_writes_come(run: Run, synced: list[str]) -> None:
    async def client(db: Database, name: str) -> None:
        for number in range(10):
            await new(db, f"{name}-{number}")

    async def scenario(db: Database) -> None:
        await begin(db, synced)
        executed.clear()
        await asyncio.gather(*(client(db, f"client{number}") for number in range(32)))
        assert synced == [LOG] * begun(executed)

    with traced() as executed:
        run(scenario)
