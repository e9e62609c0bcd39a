"""Who else can read or replace a database."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from closum.store.sqlite.exposure import exposures


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "data/closum.db"
    path.parent.mkdir(mode=0o700)
    for name in ("closum.db", "closum.db-wal", "closum.db.key"):
        (path.parent / name).touch(mode=0o600)
    yield path
    path.parent.chmod(0o700)


def test_what_closum_makes_is_its_owners(database: Path) -> None:
    assert list(exposures(database)) == []
    assert list(exposures(database.with_name("new.db"))) == []


@pytest.mark.parametrize(
    ("mode", "done"),
    [(0o644, "read"), (0o604, "read"), (0o666, "read and changed"), (0o602, "read and changed"), (0o660, "")],
)
def test_a_database_that_others_read(database: Path, mode: int, done: str) -> None:
    database.chmod(mode)
    lines = [f"{database} can be {done} by every user of this machine: 'chmod o-rwx {database}'"]
    assert list(exposures(database)) == (lines if done else [])


def test_its_log_is_as_secret(database: Path) -> None:
    wal = database.with_name("closum.db-wal")
    database.chmod(0o644)
    wal.chmod(0o644)
    assert list(exposures(database)) == [
        f"{database} can be read by every user of this machine: 'chmod o-rwx {database} {wal}'"
    ]
    database.chmod(0o600)
    assert [line.partition(" ")[0] for line in exposures(database)] == [str(wal)]


@pytest.mark.parametrize(("mode", "told"), [(0o777, True), (0o703, True), (0o1777, False), (0o775, False)])
@pytest.mark.parametrize("above", [0, 1])
def test_a_folder_that_others_write_to(database: Path, mode: int, told: bool, above: int) -> None:
    folder = database.parents[above]
    kept = folder.stat().st_mode
    folder.chmod(mode)
    lines = [
        f"Every user of this machine can replace what is in {folder}, the database too: 'chmod o-w {folder}'"
    ]
    found = list(exposures(database))
    folder.chmod(kept)
    assert found == (lines if told else [])


def test_a_link_is_judged_by_where_it_leads(database: Path) -> None:
    with tempfile.TemporaryDirectory() as elsewhere:
        link = Path(elsewhere, "closum.db")
        link.symlink_to(database)
        database.chmod(0o644)
        assert [line.partition(" ")[0] for line in exposures(link)] == [str(database)]


def test_what_belongs_to_another_user(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [database.parent, database, database.with_name("closum.db.key")]
    owner = os.geteuid()
    if owner == 0:  # as whom nothing would be told
        owner = 4343
        for file in files:
            os.chown(file, owner, -1)
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert list(exposures(database)) == [
        f"{file} belongs to the user {owner}, who can read and replace it: 'chown {owner + 1} {file}'"
        for file in files
    ]
    for user in (owner, 0):
        monkeypatch.setattr(os, "geteuid", lambda user=user: user)
        assert list(exposures(database)) == []
