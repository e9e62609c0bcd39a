"""docs/guide/import.md: its commands do and print what it says, its calls are taken, and its tables are complete."""

import json
import re
import shlex
from pathlib import Path

import pytest

from closum.formats.form import FORMATS
from closum.model.matching import ON_MATCH
from closum.operations.importing.mapping import TARGETS, TYPES
from tests.support.client import Client
from tests.support.documents import guide
from tests.support.guide import blocks
from tests.support.patience import wait_until
from tests.support.server import Server, closum

IMPORT = guide("import")
(LEADS,) = blocks(IMPORT, "csv")
(PRINTED,) = blocks(IMPORT, "text")


def commands() -> list[list[str]]:
    lines = [line for block in blocks(IMPORT, "sh") for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("closum ")]


def test_the_commands_do_what_the_guide_says(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        assert server.password  # of somebody with an account
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    dry, real, again, undo, mapped, of_lists, matched = commands()
    assert closum(*dry, folder=tmp_path).stdout == PRINTED
    done = closum(*real, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "'closum lead undo 1' takes all of it back." in done.stdout
    refused = tmp_path / "leads-faults.csv"
    refused.write_text(refused.read_text(encoding="utf-8").replace("rui@@", "rui@"), encoding="utf-8")
    assert "1 new lead" in closum(*again, folder=tmp_path).stdout
    assert closum(*undo, folder=tmp_path).returncode == 0
    shown = closum(*mapped, folder=tmp_path).stdout
    assert "Notas\tcustom_data.source\tfeira" in shown
    assert "Cidade\t(left out)\tLisboa" in shown
    (tmp_path / "lists.csv").write_text("Nome\nNews\n", encoding="utf-8")
    assert "1 new record" in closum(*of_lists, folder=tmp_path).stdout
    assert closum(*matched, folder=tmp_path).returncode == 0


def test_the_calls_do_what_the_guide_says(tmp_path: Path) -> None:
    sent, looked, wanted, started = [block for block in blocks(IMPORT, "sh") if block.startswith("curl ")]
    with Server(tmp_path) as server, Client(server.address, None) as user:
        signed_in = {"email": "admin@example.com", "password": server.password}
        user.headers["Authorization"] = f"Bearer {user.data('POST', '/api/token', signed_in)['token']}"
        headers = {
            name: value
            for name, value in re.findall(r"-H '([\w-]+): (.*?)'", sent)
            if name != "Authorization"
        }
        assert user.post(path(sent), content=LEADS.encode(), headers=headers).json() == json.loads(
            blocks(IMPORT, "json")[0]
        )
        wait_until(lambda: user.data("GET", path(looked))["phase"] == "ready")
        (body,) = re.findall(r"-d '(\{.*\})'", wanted)
        assert user.data("PUT", path(wanted), json.loads(body))["country"] == "PT"
        assert user.post(path(started)).json()["success"]
        wait_until(lambda: user.data("GET", path(looked))["phase"] == "done")
        assert user.data("GET", path(looked))["counts"]["created"] == 2


def path(call: str) -> str:
    return "".join(re.findall(r"http://127\.0\.0\.1:8000(\S+)", call))


@pytest.mark.parametrize("name", [*TARGETS, *(f"custom_data.<key>:{TYPES[1]}", "custom_data.<key>")])
def test_every_property_is_named(name: str) -> None:
    assert f"`{name}`" in IMPORT


def test_every_format_and_what_happens_to_a_match_is_named() -> None:
    assert [f"| `{name}` |" for name in ON_MATCH if f"| `{name}` |" not in IMPORT] == []
    assert [name for name in FORMATS if f"| {name} |" not in IMPORT.lower()] == []
    assert [name for name in TYPES[1:] if f":{name}`" not in IMPORT] == []
