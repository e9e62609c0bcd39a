"""closum lead export, over HTTP."""

import json
from pathlib import Path

import pytest

from tests.clients.cli.conftest import Run
from tests.clients.cli.scripted import Scripted
from tests.clients.cli.test_operations import to
from tests.support.client import Client
from tests.support.engine import ON_SQLITE

BOTH = pytest.mark.parametrize("entry_point", ["closum-client", "closum"])


@pytest.fixture
def user(api: Client) -> dict[str, str]:
    return {"CLOSUM_URL": str(api.base_url), "CLOSUM_TOKEN": str(api.token)}


@BOTH
@ON_SQLITE
def test_a_file_of_what_fits(run: Run, api: Client, user: dict[str, str], tmp_path: Path) -> None:
    for name, city in (("Ana", 1), ("Rui", 2)):
        api.new("lead", {"name": name, "city_id": city})
    file = tmp_path / "leads.csv"
    options = ("--filter", "city_id>=1", "-q", "ru", "--fields", "name,city_id", "--sort", "name")
    done = run("lead", "export", str(file), *options, **user)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Exported 24 bytes to {file} (SHA-256 ")
    assert file.read_text("utf-8-sig") == "name,city_id\nRui,2\n"
    refused = run("lead", "export", str(file), **user)
    assert (refused.returncode, "add --overwrite" in refused.stderr) == (1, True)
    told = run("lead", "export", str(file), "--overwrite", "--format", "ndjson", "--json", **user)
    assert json.loads(told.stdout)["size"] == file.stat().st_size
    assert json.loads(file.read_text().splitlines()[-1])["closum_export"]["count"] == 2


@ON_SQLITE
def test_what_the_server_refuses(run: Run, user: dict[str, str], tmp_path: Path) -> None:
    refused = run("lead", "export", str(tmp_path / "leads.csv"), "--filter", "nobody=1", **user)
    assert (refused.returncode, "nobody" in refused.stderr) == (1, True)
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("leads")] == []


def test_what_is_no_export(run: Run, script: Scripted, tmp_path: Path) -> None:
    script.data([])
    failed = run("email", "export", str(tmp_path / "e.csv"), **to(script))
    assert (failed.returncode, "no export of closum" in failed.stderr) == (1, True)
