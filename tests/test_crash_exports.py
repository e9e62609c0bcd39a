"""Killed at any moment, an export leaves the file that was there, and an archive that is put in leaves all or nothing."""

import random
from functools import partial
from pathlib import Path

import pytest

from closum.accounts import users
from closum.cli.whole import whole_file
from closum.formats.output import Output
from closum.model.query import Query
from closum.operations import archive, check, exporting
from closum.operations.exporting import Export
from closum.resources import RESOURCES
from closum.resources.lead import LEAD
from closum.store import archive as stored
from closum.store import identity
from closum.store.identity import Account
from closum.store.session import Session
from tests.support import engine
from tests.support.killed import kill
from tests.support.stored import create

ROUNDS = 20
LEADS = 600
LONGEST = 0.15  # seconds that a process works at most after its first step


@pytest.fixture
def url(session: Session, account: Account, folder: Path) -> str:
    """Of a database with leads."""
    with session.write(account.id) as unit:
        create(
            unit,
            LEAD,
            [{"name": f"lead {one}", "email": {"email": f"{one}@example.com"}} for one in range(LEADS)],
        )
    return engine.current.url(folder)


def export(file: Path, session: Session, account_id: int) -> None:
    with session.stream() as unit, whole_file(file, overwrite=True) as opened:
        exporting.write(unit.of(account_id), Export(LEAD, Query("name"), "csv"), Output(opened.write))


def load(file: Path, session: Session, account_id: int) -> None:
    """Into an account that has nothing: a new one where the last has something."""
    with session.write() as unit:
        account = users.add_account(unit, f"Loaded {random.getrandbits(60)}")
    archive.load(session, file, account, lambda done, total: None)


def test_an_export_is_whole_or_what_was_there(
    session: Session, account: Account, url: str, tmp_path: Path
) -> None:
    file, chance = tmp_path / "leads.csv", random.Random(20_180_101)
    export(file, session, account.id)
    whole = file.read_bytes()
    for _ in range(ROUNDS):
        kill(partial(export, file), url, account.id, chance.uniform(0, LONGEST))
        assert file.read_bytes() == whole
        assert {one.name for one in tmp_path.glob("leads.csv*")} <= {"leads.csv", "leads.csv.partial"}
    export(file, session, account.id)
    assert [one.name for one in tmp_path.glob("leads.csv*")] == ["leads.csv"]


def test_an_archive_is_put_in_as_a_whole_or_not(
    session: Session, account: Account, url: str, tmp_path: Path
) -> None:
    file, chance = tmp_path / "all.zip", random.Random(20_180_101)
    with session.stream() as unit, file.open("wb") as opened:
        rows = archive.write(unit, account, Output(opened.write), lambda done, total: None)
    for _ in range(ROUNDS):
        kill(partial(load, file), url, account.id, chance.uniform(0, LONGEST))
    with session.read() as unit:
        for one in identity.accounts(unit):
            own = unit.of(one.id)
            if not stored.is_empty(own, RESOURCES):
                count = unit.all("SELECT COUNT(*) FROM change WHERE account_id = ?", (one.id,))
                assert count == [(rows["tables/change.ndjson"],)]
        assert list(check.faults(unit, lambda done, total: None)) == []
