"""The commands and the lines of the clients in docs/guide/write.md do what it says; `test_readme.py` has its calls."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from closum.operations import undo
from closum_client import Client as PythonClient
from tests.conftest import Programs
from tests.support.client import Client
from tests.support.documents import command_lines, guide
from tests.support.guide import blocks
from tests.support.patience import PATIENCE
from tests.support.server import Server, clean_environment, closum

ROOT = Path(__file__).parents[2]
WRITE = guide("write")
COUNT = re.compile(r"[0-9]+-[0-9a-f]{32}")


@pytest.fixture
def user(server: Server, api: Client) -> Client:
    """Three leads: the first two are those that the lines of the guide find, and the third one goes by its id."""
    for number in range(3):
        api.new("lead", {"name": "Ana", "city_id": 213 if number < 2 else 1})
    return api


def check(user: Client) -> None:
    """The third lead and those that were found are deleted, and one is new."""
    assert [one["name"] for one in user.data("GET", "/api/lead")] == ["Eva Lima"]
    assert {one["record_id"] for one in user.data("GET", "/api/bin")} == {1, 2, 3}


def test_the_commands_do_what_the_guide_says(server: Server, user: Client, tmp_path: Path) -> None:
    verbs, count = list[str](), ""
    environment = {"CLOSUM_URL": server.address, "CLOSUM_TOKEN": str(user.token), "NO_PROXY": "*"}
    for words in command_lines(WRITE):
        given = [COUNT.sub(count, word) for word in words]
        done = closum(*given, "--json", folder=tmp_path, **environment)
        assert (done.returncode, done.stderr) == (0, ""), (words, done.stdout)
        count = next(iter(COUNT.findall(done.stdout)), count)
        verbs.append(words[1])
    assert verbs == ["batch", "patch-many", "patch-many", "delete-many", "delete-many"]
    check(user)


def test_so_do_the_lines_for_python(server: Server, user: Client) -> None:
    (lines,) = blocks(WRITE, "python")
    with PythonClient(server.address, token=str(user.token)) as client:
        named: dict[str, Any] = {"client": client}
        exec(lines, named)
    check(user)


def test_so_do_the_lines_for_ruby(server: Server, user: Client, program: Programs) -> None:
    (lines,) = blocks(WRITE, "ruby")
    begin = f'require "closum"\nclient = Closum::Client.new("{server.address}", token: "{user.token}")\n'
    command = [
        program("ruby", package="ruby"),
        "-w",
        "-I",
        str(ROOT / "clients/ruby/lib"),
        "-e",
        begin + lines,
    ]
    done = subprocess.run(
        command,
        env=clean_environment() | {"NO_PROXY": "*"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    check(user)


def test_the_guide_to_undo_names_each_reason() -> None:
    named = re.findall(r"^\| `(.*?)` \|", guide("undo"), re.MULTILINE)
    reasons = {
        undo.CHANGED,
        undo.GONE,
        undo.ERASED,
        undo.PURGED,
        undo.SHOWN,
        undo.TAKEN,
        undo.MISSING,
        undo.USED,
        undo.HELD,
    }
    assert sorted(named) == sorted(
        reasons | {undo.THERE, undo.ELSEWHERE, undo.NEEDED, undo.UNUSABLE, undo.ORPHANED}
    )
