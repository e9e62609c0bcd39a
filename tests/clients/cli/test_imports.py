"""closum lead import, over HTTP, and closum import --url."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from closum_client.cli import imports
from tests.clients.cli.conftest import Run
from tests.clients.cli.processes import Terminal, call, environment
from tests.clients.cli.scripted import Scripted
from tests.clients.cli.test_operations import to
from tests.clients.python.test_imports import WHOLE
from tests.support.client import Client
from tests.support.engine import ON_SQLITE

BOTH = pytest.mark.parametrize("entry_point", ["closum-client", "closum"])
FILE = "Nome,E-mail,Telefone\nAna,ana@example.pt,912 345 678\nRui,rui@@example.pt,\n"
DIGEST = hashlib.sha256(FILE.encode()).hexdigest()


@pytest.fixture
def user(api: Client) -> dict[str, str]:
    return {"CLOSUM_URL": str(api.base_url), "CLOSUM_TOKEN": str(api.token)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "feira.csv"
    found.write_text(FILE, encoding="utf-8")
    return found


def in_phase(phase: str, **more: Any) -> dict[str, Any]:
    file = {"name": "feira.csv", "size": len(FILE), "sha256": DIGEST, "is_kept": True}
    return {**WHOLE, "phase": phase, "file": file, "counts": dict.fromkeys(COUNTS, 0), **more}


COUNTS = ("created", "updated", "skipped", "faulty", "left_out")


def names(api: Client) -> list[str]:
    return [one["name"] for one in api.data("GET", "/api/lead")]


@BOTH
def test_a_file_is_tried_and_imported(run: Run, api: Client, user: dict[str, str], path: Path) -> None:
    tried = run("lead", "import", str(path), "--dry-run", "--country", "PT", **user)
    assert (tried.returncode, tried.stderr) == (0, "")
    lines = tried.stdout.splitlines()
    assert lines[0] == "format csv, encoding utf-8, delimiter ',', header in line 1"
    assert lines[1:4] == [
        "Nome\tname\tAna",
        "E-mail\temail\tana@example.pt",
        "Telefone\tphone\t912 345 678",
    ]
    assert lines[4:6] == [
        "A dry run: nothing is changed. The import would come to this:",
        "  line 2, created: Ana, ana@example.pt, 00351 912 345 678",
    ]
    assert names(api) == []
    done = run("lead", "import", str(path), "--map", "Nome=custom_data.alias", "--country", "PT", **user)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Nome\tcustom_data.alias\tAna" in done.stdout
    assert "          1 new lead\n          1 row was refused\n  line 3 is refused: email:" in done.stdout
    operation = api.data("GET", "/api/import")[0]["operation"]
    assert f" operation undo {operation}' takes all of it back.\n" in done.stdout
    faults = path.with_name("feira-faults.csv")
    assert f"{faults} has the rows that were refused" in done.stdout
    assert "rui@@example.pt" in faults.read_text(encoding="utf-8-sig")
    assert [json.loads(one["custom_data"]) for one in api.data("GET", "/api/lead")] == [{"alias": "Ana"}]
    again = run("lead", "import", str(path), "--json", "--on-match", "update", "--country", "PT", **user)
    assert json.loads(again.stdout)["counts"] == dict.fromkeys(COUNTS, 0) | {"updated": 1, "faulty": 1}
    assert path.with_name("feira-faults-2.csv").exists()


@BOTH
def test_records_of_another_resource(run: Run, api: Client, user: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "lists.csv"
    path.write_text("Nome,x\nNews,1\n,none\n", encoding="utf-8")
    own = ("lead", "import", str(path), "--resource", "audience_list")
    tried = run(*own, "--dry-run", **user)
    assert (
        "  line 2, created: name News\n          1 new record\n          1 row was refused\n" in tried.stdout
    )
    assert run(*own, **user).returncode == 0
    assert [one["name"] for one in api.data("GET", "/api/audience-list")] == ["News"]
    refused = run(*own, "--country", "PT", **user)
    assert (refused.returncode, "--country is of leads: leave it out" in refused.stderr) == (2, True)


@BOTH
@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["there-is-none.csv"], 1, "there-is-none.csv is not there, or is no file"),
        (["empty.csv"], 1, "empty.csv is empty"),
        (["feira.csv", "--map", "Nome"], 2, "--map needs HEADING=PROPERTY"),
        (["feira.csv", "--map", "Other=name"], 5, "mapping.0.heading: "),
        (["feira.csv", "--on-match", "x"], 5, "on_match: "),
        (["old.xls"], 1, "xls"),
    ],
)
@ON_SQLITE
def test_what_cannot_be_imported(
    options: list[str],
    code: int,
    told: str,
    run: Run,
    api: Client,
    user: dict[str, str],
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(path.parent)
    Path("empty.csv").touch()
    Path("old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    failed = run("lead", "import", *options, **user)
    assert (failed.returncode, told in failed.stderr) == (code, True), failed.stderr
    assert names(api) == []


def test_one_that_is_interrupted_is_cancelled_and_goes_on(
    run: Run, script: Scripted, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    script.once = True
    script.data([]).data({"id": 3}, 201).data(in_phase("ready")).data(in_phase("import"))
    script.data(in_phase("import")).data(in_phase("cancelled"))
    monkeypatch.setattr(imports, "pause", interrupt)
    stopped = run("lead", "import", str(path), **to(script))
    assert (stopped.returncode, "run the command again, and it goes on" in stopped.stderr) == (130, True)
    assert [one.call for one in script.requests] == [
        "GET /api/import?limit=100",
        "POST /api/import",
        "GET /api/import/3",
        "POST /api/import/3/start",
        "GET /api/import/3",
        "POST /api/import/3/cancel",
    ]
    assert script.requests[1].body == FILE
    assert script.requests[3].body == {"dry_run": False, "sha256": DIGEST}
    script.requests.clear()
    script.data([in_phase("cancelled")]).data(in_phase("import")).data(in_phase("done", operation=7))
    done = run("lead", "import", str(path), **to(script))
    assert done.returncode == 0
    assert "Import 3 of this file was interrupted: it goes on behind 2 rows" in done.stderr
    assert "operation undo 7' takes all of it back" in done.stdout
    assert [one.call for one in script.requests][1:] == ["POST /api/import/3/start", "GET /api/import/3"]


@pytest.mark.parametrize("other", [{"is_dry_run": True}, {"rows": 0}, {"phase": "done"}])
def test_another_import_of_the_file_is_none_to_go_on_with(
    other: dict[str, Any], run: Run, script: Scripted, path: Path
) -> None:
    script.once = True
    script.data([{**in_phase("cancelled"), **other}]).data({"id": 4}, 201).data(
        {**in_phase("failed"), "error": "No"}
    )
    failed = run("lead", "import", str(path), **to(script))
    assert (failed.returncode, failed.stderr) == (1, "closum-client: No\n")
    assert script.requests[1].call == "POST /api/import"


@pytest.mark.parametrize("entry_point", ["closum"])
def test_the_server_s_command_does_it_too(run: Run, api: Client, user: dict[str, str], path: Path) -> None:
    token = {"CLOSUM_TOKEN": user["CLOSUM_TOKEN"]}
    url = ("--url", user["CLOSUM_URL"])
    done = run("import", str(path), *url, "--country", "PT", "--map", "Nome=", "--header-line", "1", **token)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Nome\t(left out)\tAna" in done.stdout
    assert [one["email"] for one in api.data("GET", "/api/lead")] == [{"email": "ana@example.pt"}]
    wrong = run("import", str(path), *url, "--account", "Acme", **token)
    assert (wrong.returncode, "--url imports over HTTP: leave out --account" in wrong.stderr) == (2, True)


@ON_SQLITE
def test_a_terminal_shows_how_far_it_is(user: dict[str, str], path: Path, tmp_path: Path) -> None:
    command = call("closum-client", "lead", "import", str(path), "--country", "PT")
    terminal = Terminal(command, environment(tmp_path, **user), 100)
    assert terminal.end() == 0
    for title in ("Sending", "Reading", "Importing", "E-mail", "1 new lead"):
        assert title in terminal.shown
