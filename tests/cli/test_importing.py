"""closum import: a file into the server's own database."""

from pathlib import Path
from typing import Any

import pytest

from closum.accounts import users
from closum.operations.importing import job
from closum.store import background, imports
from closum.store.session import Session
from tests.support import engine
from tests.support.engine import session_of
from tests.support.import_jobs import text
from tests.support.patience import wait_until
from tests.support.processes import Running
from tests.support.server import closum

FILE = """Nome;E-mail;Telemóvel;Cidade;Valor
Ana Sá;ana@example.pt;912 345 678;Águeda;12,5
Rui;rui@@example.pt;;;
Eva;eva@example.pt;+34 612 345 678;Nenhures;3
"""


@pytest.fixture
def place(session: Session, folder: Path) -> Path:
    """A folder with a database that has one account, and a file."""
    with session.write() as unit:
        users.add_account(unit, "Acme")
    (folder / "leads.csv").write_text(FILE, encoding="utf-8")
    return folder


def leads(place: Path) -> list[Any]:
    with session_of(place) as session, session.read() as unit:
        return unit.all(
            "SELECT name, email_email, phone_extension, city_id, custom_data FROM lead ORDER BY id"
        )


def test_it_shows_what_it_does_and_writes_what_it_refuses(place: Path) -> None:
    done = closum(
        "import", "leads.csv", "--country", "PT", "--map", "Valor=custom_data.value:number", folder=place
    )
    assert done.returncode == 0, done.stderr
    assert "format csv, encoding utf-8, delimiter ';', header in line 1" in done.stdout
    assert "Telemóvel\tphone\t912 345 678" in done.stdout
    assert "Valor\tcustom_data.value (number)\t12,5" in done.stdout
    assert "2 new leads" in done.stdout
    assert "1 row is refused" in done.stdout
    assert "line 3 is refused" in done.stdout
    assert leads(place) == [
        ("Ana Sá", "ana@example.pt", "00351", 17, '{"value":12.5}'),
        ("Eva", "eva@example.pt", "0034", None, '{"value":3,"Cidade":"Nenhures"}'),
    ]
    refused = (place / "leads-faults.csv").read_text(encoding="utf-8-sig").splitlines()
    assert refused[0] == "closum line;closum reasons;Nome;E-mail;Telemóvel;Cidade;Valor"
    assert refused[1].startswith("3;")
    again = closum("import", "leads.csv", "--country", "PT", "--faults", "refused.csv", folder=place)
    assert "2 rows matched a lead" in again.stdout
    assert (place / "refused.csv").exists()


def test_records_of_another_resource(place: Path) -> None:
    (place / "lists.csv").write_text("Nome,x\nNews,1\n,none\n", encoding="utf-8")
    own = ("import", "lists.csv", "--resource", "audience_list")
    tried = closum(*own, "--dry-run", folder=place)
    assert tried.returncode == 0, tried.stderr
    assert "Nome\tname\tNews\nx\t(left out)\t1\n" in tried.stdout
    assert (
        "  line 2, created: name News\n          1 new record\n          1 row is refused\n" in tried.stdout
    )
    assert "  line 3 is refused: name: This field is required" in tried.stdout
    assert closum(*own, folder=place).returncode == 0
    with session_of(place) as session, session.read() as unit:
        assert unit.all("SELECT name FROM audience_list") == [("News",)]


def test_what_other_resources_do_not_have(place: Path) -> None:
    for options, said in (
        (("--resource", "city"), "--resource must be one of lead, "),
        (("--resource", "audience_list", "--country", "PT"), "--country is of leads: leave it out"),
    ):
        done = closum("import", "leads.csv", *options, folder=place)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_a_dry_run_leaves_nothing(place: Path) -> None:
    done = closum("import", "leads.csv", "--country", "PT", "--dry-run", folder=place)
    assert done.returncode == 0, done.stderr
    assert "nothing is changed" in done.stdout
    assert "2 new leads" in done.stdout
    assert "line 2, created: Ana Sá, ana@example.pt, 00351 912 345 678" in done.stdout
    assert leads(place) == []
    assert not (place / "leads-faults.csv").exists()
    assert [*(place / folder_of_files(place)).iterdir()] == []
    with session_of(place) as session, session.read() as unit:
        assert "ana@" not in str(unit.all("SELECT * FROM import") + unit.all("SELECT * FROM job"))


def folder_of_files(place: Path) -> str:
    return next(name for name in ("closum.db.files", "closum.files") if (place / name).exists())


def test_what_it_did_can_be_taken_back(place: Path) -> None:
    done = closum("import", "leads.csv", "--country", "PT", folder=place)
    command = next(line for line in done.stdout.splitlines() if "closum lead undo" in line).split("'")[1]
    undone = closum(*command.split()[1:], folder=place)
    assert undone.returncode == 0, undone.stderr
    assert leads(place) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["missing.csv"], "missing.csv"),
        (["empty.csv"], "empty"),
        (["leads.csv", "--map", "Nome"], "--map needs HEADING=PROPERTY"),
        (["leads.csv", "--map", "Name=name"], "no such column: it has Nome"),
        (["leads.csv", "--country", "Portugal"], "ISO 3166"),
        (["leads.csv", "--match", "name"], "email"),
        (["leads.csv", "--encoding", "klingon"], "klingon"),
        (["old.xls"], "xlsx"),
    ],
)
def test_what_cannot_be_imported_is_told(place: Path, arguments: list[str], told: str) -> None:
    (place / "empty.csv").touch()
    (place / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    done = closum("import", *arguments, folder=place)
    assert done.returncode != 0
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert leads(place) == []


def test_killed_and_run_again_it_goes_on(place: Path) -> None:
    (place / "many.csv").write_bytes(text(40_000))
    closum("import", "leads.csv", folder=place)

    def rows() -> int:
        with session_of(place) as session, session.read() as unit:
            found = background.job(unit.of(1), "import", 2)
        return (found.place or {}).get("record", 0) if found else 0

    database = engine.current.url(place)
    running = Running(place, "import", "many.csv", "--database", database)
    wait_until(lambda: rows() > 0)
    running.kill_after(0)
    running.end()
    with session_of(place) as session, session.write(1) as unit:  # as if its time had passed
        unit.run("UPDATE job SET due = 0 WHERE account_id = 1 AND due IS NOT NULL")
    done = closum("import", "many.csv", folder=place)
    assert done.returncode == 0, done.stderr
    with session_of(place) as session, session.read() as unit:
        own = unit.of(1)
        found = job.find(own, 2)
        assert (found.phase, (found.report or {})["run"]["record"]) == ("done", 40_000)
        assert imports.find(own, 3) is None
    assert "it goes on behind" in done.stderr
