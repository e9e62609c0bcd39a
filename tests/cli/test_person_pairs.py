"""Records that have one number by rules that are newer than they are: both are the person's, and nobody else's."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from closum.operations import records
from closum.resources.lead import LEAD
from closum.store.opening import open_session
from closum.store.unit import Unit
from tests.support.before import before
from tests.support.engine import ON_SQLITE, Engine
from tests.support.people import told
from tests.support.stored import create

Command = Callable[..., "subprocess.CompletedProcess[str]"]

MAIN = "+351 212 999 002"


def switchboard(unit: Unit) -> None:
    """One extension twice, as the version before made it: the second has the key of the main number."""
    date = "2026-01-01T10:00:00+00:00"
    for number, typed, key in (
        (11, "212 999 002 ramal 12", "351:212999002ramal12"),
        (12, "212 999 002 ext. 12", "+351212999002"),
    ):
        unit.run(
            "INSERT INTO phone (account_id, id, extension, number, date_add, number_key, is_valid, number_sort, version, modified)"
            " VALUES (1, ?, '00351', ?, ?, ?, 0, ?, 1, ?)",
            (number, typed, date, key, typed, date),
        )
        unit.run(
            "INSERT INTO lead (account_id, id, name, creation_date, name_sort, phone_id, phone_extension, phone_number,"
            " phone_number_sort, version, modified) VALUES (1, ?, 'Rui', ?, 'rui', ?, '00351', ?, ?, 1, ?)",
            (number + 2, date, number, typed, typed, date),
        )
    unit.run("UPDATE tally SET count = 12, last_id = 12 WHERE account_id = 1 AND resource = 'phone'")
    unit.run("UPDATE tally SET count = 14, last_id = 14 WHERE account_id = 1 AND resource = 'lead'")


@pytest.fixture
def url(engine: Engine, folder: Path, command: Command) -> str:
    """Of a database of the version before that is brought up to date."""
    url = engine.url(folder)
    before(url, 10, switchboard)
    done = command("check")
    assert done.returncode == 0, done.stderr
    assert "phones 11 and 12 of account 1 have the same number" in done.stderr
    return url


def leads(url: str, account_id: int = 1) -> list[int]:
    with open_session(url) as session, session.read() as unit:
        return [
            row[0] for row in unit.all("SELECT id FROM lead WHERE account_id = ? ORDER BY id", (account_id,))
        ]


def test_both_records_of_a_number_are_shown_and_erased(url: str, command: Command) -> None:
    shown = json.loads(command("person", "show", "+351912341208", "--account", "Acme").stdout)
    assert [lead["id"] for lead in shown["leads"]] == [3, 4]
    assert [phone["id"] for phone in shown["phones"]] == [2, 3]
    done = command("person", "erase", "+351912341208", "--account", "Acme", "--yes")
    assert told(done.stdout).startswith("Erased 2 leads and 3 e-mail or phone records")
    assert {3, 4}.isdisjoint(leads(url))
    assert command("person", "show", "+351912341208", "--account", "Acme").returncode == 1
    assert command("person", "show", "+351912341208", "--account", "Other").returncode == 0
    assert command("check").returncode == 0


def test_nobody_keeps_the_key_of_another_number(url: str, command: Command) -> None:
    body = {"name": "Main", "phone": {"extension": "351", "number": "212 999 002"}}
    with open_session(url) as session, session.write(1) as unit:
        (new,) = create(unit, LEAD, [body])
        assert records.retrieve(unit.of(1), LEAD, new).phone.id == 13  # type: ignore[attr-defined]
    shown = command("person", "erase", MAIN, "--account", "Acme", "--dry-run").stdout
    erased, stay = shown.split(
        "These stay, because they belong to other people at extensions of the number:\n"
    )
    assert (f"lead {new}" in erased, "lead 13" in erased, "lead 14" in erased) == (True, False, False)
    assert ("lead 13" in stay, "lead 14" in stay) == (True, True)
    done = command("person", "erase", MAIN, "--account", "Acme", "--yes")
    assert told(done.stdout).startswith("Erased 1 lead and 1 e-mail or phone record;")
    both = command("person", "erase", f"{MAIN} ext. 12", "--account", "Acme", "--yes")
    assert told(both.stdout).startswith("Erased 2 leads and 2 e-mail or phone records;")
    assert command("check").returncode == 0


@ON_SQLITE
@pytest.mark.usefixtures("url")
@pytest.mark.parametrize("number", ["+351 912 341 208", f"{MAIN} ext. 12"])
def test_both_are_erased_again_after_a_restore(command: Command, folder: Path, number: str) -> None:
    shutil.copy(folder / "closum.db", folder / "saved.db")
    noted = ("--yes", "--record", str(folder / "erased"))
    assert command("person", "erase", number, "--account", "Acme", *noted).returncode == 0
    place = ("--database", f"sqlite:///{folder}/saved.db")
    done = command("person", "erase", "--from", str(folder / "erased"), "--yes", *place)
    assert told(done.stdout).startswith("Erased 2 leads and "), done.stderr
    assert command("person", "show", number, "--account", "Acme", *place).returncode == 1
