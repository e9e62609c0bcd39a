"""closum export: a file that is whole or not there."""

import csv
import json
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from closum.formats.csv_file import CsvFile
from closum.store.identity import Account
from closum.store.session import Session
from tests.support import engine as engines
from tests.support.engine import ON_SQLITE
from tests.support.refusing import refusing
from tests.support.server import closum
from tests.support.writing import filled

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def two(session: Session, account: Account) -> None:
    filled(
        session,
        account,
        {"name": "Ana", "email": {"email": "ana@example.com"}, "city_id": 40},
        {"name": "Rui"},
    )


def names(file: Path) -> list[str]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return [row["name"] for row in csv.DictReader(opened)]


def test_a_file_by_its_ending(command: Command, two: None, folder: Path) -> None:
    done = command("export", "leads.csv")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("Exported 2 leads of the account 'Acme' in ")
    assert names(folder / "leads.csv") == ["Ana", "Rui"]
    assert stat.S_IMODE(os.stat(folder / "leads.csv").st_mode) == 0o600
    assert command("export", "leads.ndjson", "--q", "ana").returncode == 0
    *leads, last = [json.loads(line) for line in (folder / "leads.ndjson").read_text().splitlines()]
    assert [one["name"] for one in leads] == ["Ana"]
    assert last["closum_export"]["count"] == 1
    assert command("export", "leads.xlsx").returncode == 0
    assert (folder / "leads.xlsx").read_bytes().startswith(b"PK")
    assert sorted(one.suffix for one in folder.glob("leads.*")) == [".csv", ".ndjson", ".xlsx"]


def test_on_a_full_disk_what_there_is_can_be_saved(command: Command, two: None, folder: Path) -> None:
    with refusing(engines.current.url(folder)):
        done = command("export", "leads.csv")
    assert done.returncode == 0
    assert "closum: This export is missing in the ledger: " in done.stderr
    assert names(folder / "leads.csv") == ["Ana", "Rui"]
    assert command("ledger", "list").stdout.count("exported") == 0


def test_which_records_and_what_of_them(command: Command, two: None, folder: Path) -> None:
    options = ("--filter", "city_id=40", "--filter", "name~=an", "--fields", "name,id")
    assert command("export", "some.csv", *options).returncode == 0
    assert (folder / "some.csv").read_text("utf-8-sig") == "name,id\nAna,1\n"
    assert command("export", "all.csv", "--sort", "name", "--direction", "desc").returncode == 0
    assert names(folder / "all.csv") == ["Rui", "Ana"]
    assert command("export", "e.csv", "--resource", "email").returncode == 0
    assert (folder / "e.csv").read_text("utf-8-sig").splitlines()[1].startswith("1,ana@example.com,1,")
    refused = command("export", "no.csv", "--filter", "nobody=1")
    assert (refused.returncode, "nobody" in refused.stderr) == (1, True)
    assert not (folder / "no.csv").exists()


def test_a_file_that_is_there_stays(command: Command, two: None, folder: Path) -> None:
    file = folder / "leads.csv"
    file.write_text("mine")
    refused = command("export", "leads.csv")
    assert (refused.returncode, file.read_text()) == (1, "mine")
    assert "add --overwrite" in refused.stderr
    assert command("export", "leads.csv", "--overwrite").returncode == 0
    assert names(file) == ["Ana", "Rui"]


@ON_SQLITE
def test_a_database_stays(command: Command, two: None, folder: Path) -> None:
    database = (folder / "closum.db").read_bytes()
    refused = command("export", "closum.db", "--overwrite")
    assert (refused.returncode, "name another file" in refused.stderr) == (1, True)
    refused = command("export", "closum.db.key")
    assert (refused.returncode, "part of a database" in refused.stderr) == (1, True)
    assert (folder / "closum.db").read_bytes() == database


def test_nothing_is_left_of_a_half(
    command: Command, two: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(folder.iterdir())

    def full(*_: object) -> None:
        assert [one.name for one in folder.iterdir() if one not in before] == ["leads.csv.partial"]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(CsvFile, "add", full)
    failed = command("export", "leads.csv")
    assert (failed.returncode, "No space left" in failed.stderr) == (1, True)
    assert sorted(folder.iterdir()) == before


def test_standard_output(two: None, folder: Path) -> None:
    done = closum("export", "-", "--fields", "name", folder=folder)
    assert done.stdout == "\ufeffname\nAna\nRui\n"
    assert done.stderr.startswith("Exported 2 leads")


def test_one_account_alone(command: Command, two: None, folder: Path) -> None:
    command("account", "add", "Other")
    refused = command("export", "leads.csv")
    assert (refused.returncode, "--account" in refused.stderr) == (1, True)
    assert command("export", "leads.csv", "--account", "Other").returncode == 0
    assert names(folder / "leads.csv") == []
