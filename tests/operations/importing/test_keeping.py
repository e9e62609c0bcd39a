"""Files of imports are kept for 30 days, and not beyond the erasure of a person."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from closum.accounts import users
from closum.errors import Refusal
from closum.operations.importing import job, keeping, report
from closum.operations.importing.files import OLD, Files
from closum.operations.runner import Work
from closum.store import imports
from closum.store.background import Progress
from closum.store.identity import Account
from closum.store.opening import open_database
from closum.store.session import Session
from tests.support import engine
from tests.support.import_jobs import add, carry_out, imported, start
from tests.support.server import closum

pytestmark = pytest.mark.slow  # a process reads each file

DAY = 24 * 3_600
FILE = b"Name,Email,Notes\nAna,ana@example.com,canary\nEva,eva@@example.com,canary\n"


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_after_30_days_the_counts_are_left(session: Session, account: Account, folder: Path) -> None:
    files = Files(folder / "files")
    number = imported(session, account.id, files, FILE)
    waiting = add(session, account.id, files, FILE)
    for days, kept in ((29, True), (31, False)):
        with session.write(account.id) as unit:
            unit.now += days * DAY
            keeping.kind(30).step(unit, Work(0, None, Progress(), 50))
        with session.read() as unit:
            own = unit.of(account.id)
            assert [bool(job.find(own, one).file) for one in (number, waiting)] == [kept, kept]
            assert bool(imports.faults(own, number, 0, 10)) is kept
    with session.read() as unit:
        own = unit.of(account.id)
        shown = report.shown(own, job.find(own, number))
        assert (shown["phase"], shown["counts"]["created"], shown["counts"]["faulty"]) == ("done", 1, 1)
        assert shown["file"]["is_kept"] is False
        assert report.shown(own, job.find(own, waiting))["phase"] == "cancelled"
        texts = str(unit.all("SELECT * FROM import") + unit.all("SELECT * FROM job"))
        assert "canary" not in texts
        assert "Notes" not in texts


def test_a_sweep_removes_the_files_that_no_import_knows(
    session: Session, account: Account, folder: Path
) -> None:
    files = Files(folder / "files")
    add(session, account.id, files, FILE)
    (known,) = names(folder / "files")
    for name in (f"{account.id}-young", f"{account.id}-old", known):
        path = folder / "files" / name
        path.touch()
        if name != f"{account.id}-young":
            os.utime(path, (time.time() - OLD - 60,) * 2)

    async def sweep() -> None:
        db = await open_database(engine.current.url(folder), time.time, 6)
        try:
            await keeping.sweep_once(db, files)
        finally:
            await db.close()

    asyncio.run(sweep())
    assert names(folder / "files") == sorted([f"{account.id}-young", known])


def test_a_file_that_is_another_one_is_not_imported(session: Session, account: Account, folder: Path) -> None:
    """Somebody replaced it after it was looked at."""
    files = Files(folder / "files")
    number = add(session, account.id, files, FILE)
    (name,) = names(folder / "files")
    (folder / "files" / name).write_bytes(FILE.replace(b"Ana", b"Bea"))
    start(session, account.id, number)
    with pytest.raises(Refusal, match="not the one that was sent"):
        carry_out(session, account.id, files, number)
    with session.read() as unit:
        own = unit.of(account.id)
        assert report.shown(own, job.find(own, number))["phase"] == "failed"
        assert unit.all("SELECT id FROM lead") == []


def test_an_erasure_leaves_nothing_of_any_file(session: Session, folder: Path) -> None:
    with session.write() as unit:
        owner = users.add_account(unit, "Acme").id
    files = Files(folder / "closum.db.files")
    imported(session, owner, files, FILE)
    add(session, owner, files, FILE)
    where = str(folder / "closum.db.files")
    done = closum("person", "erase", "ana@example.com", "--yes", folder=folder, CLOSUM_FILES_FOLDER=where)
    assert done.returncode == 0, done.stderr
    assert "Removed the files of 2 imports" in done.stdout
    assert names(folder / "closum.db.files") == []
    with session.read() as unit:
        assert unit.all("SELECT * FROM import_fault") == unit.all("SELECT * FROM import_mapping") == []
        texts = str(unit.all("SELECT * FROM import"))
        assert "canary" not in texts
        assert "leads.csv" not in texts


def test_an_erasure_of_who_is_in_no_lead_leaves_nothing_of_any_file_either(
    session: Session, folder: Path
) -> None:
    """The person may be in a row that was refused."""
    with session.write() as unit:
        owner = users.add_account(unit, "Acme").id
    files = Files(folder / "closum.db.files")
    imported(session, owner, files, FILE)
    where = str(folder / "closum.db.files")
    done = closum("person", "erase", "eva@example.com", "--yes", folder=folder, CLOSUM_FILES_FOLDER=where)
    assert "has nothing of" in done.stderr
    assert names(folder / "closum.db.files") == []
    with session.read() as unit:
        assert unit.all("SELECT * FROM import_fault") == []
