"""What the guide of finding says is so: its programs in Python and Ruby, and its commands; `test_readme.py` has its calls."""

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from closum.model.position import Position
from tests.clients.cli.conftest import Run
from tests.clients.cli.conftest import run as run  # noqa: PLC0414
from tests.conftest import sign_up
from tests.support.client import Client
from tests.support.documents import ROOT, command_lines, guide
from tests.support.engine import ON_SQLITE
from tests.support.guide import blocks
from tests.support.patience import PATIENCE
from tests.support.server import Server, clean_environment

FIND = guide("find")
PROGRAMS = blocks(FIND, "python")
(SCRIPT,) = [one for one in PROGRAMS if "while True" in one]
COMMANDS = [words for words in command_lines(FIND) if "--follow" not in words]
ADDRESS, TOKEN = "http://127.0.0.1:8000", "your.bearer.token"

pytestmark = ON_SQLITE


@pytest.fixture
def user(server: Server) -> Iterator[Client]:
    """An account with the leads of the guide."""
    with sign_up(server) as user:
        for body in re.findall(r"-d '(\{.*\})'", FIND):
            user.new("lead", json.loads(body))
        yield user


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return tmp_path


def run_python(program: str, user: Client) -> None:
    program = program.replace(ADDRESS, str(user.base_url).rstrip("/")).replace(TOKEN, str(user.token))
    program = re.sub(r"^(client\.leads\.[^#\n]*[^#\s])", r"[*\1]", program, flags=re.MULTILINE)
    names: dict[str, Any] = {}
    try:
        exec(compile(program, "find.md", "exec"), names)
    finally:
        names["client"].close()


@pytest.mark.parametrize("program", [one for one in PROGRAMS if one != SCRIPT])
def test_each_line_of_python_runs(program: str, user: Client, place: Path) -> None:
    begin = f'from closum_client import Client\n\nclient = Client("{ADDRESS}", token="{TOKEN}")\n'
    run_python(begin + program, user)


def test_the_lines_of_ruby_run(user: Client, program: Callable[..., str]) -> None:
    lines = blocks(FIND, "ruby")
    assert len(lines) == 5
    client = f'client = Closum::Client.new("{user.base_url}", token: "{user.token}")\n'
    done = subprocess.run(
        [program("ruby", package="ruby"), "-w", "-I", ROOT / "clients/ruby/lib", "-r", "closum", "-"],
        input=client + "\n".join(lines),
        env=clean_environment() | {"NO_PROXY": "*"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "ana@example.com" in done.stdout


@pytest.mark.parametrize("words", COMMANDS, ids=map(" ".join, COMMANDS))
@pytest.mark.parametrize("entry_point", ["closum"])
def test_each_command_finds_something(words: list[str], user: Client, run: Run) -> None:
    environ = {"CLOSUM_URL": str(user.base_url), "CLOSUM_TOKEN": str(user.token)}
    position = run("changes", "--position", **environ).stdout.strip()
    user.new("lead", {"name": "Eva"})
    done = run(*(word.replace("$position", position) for word in words), **environ)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def stepping(monkeypatch: pytest.MonkeyPatch, *steps: Callable[[], object]) -> None:
    """Instead of each pause a step; behind the last one the program is stopped."""
    left = iter(steps)

    def pause(seconds: float) -> None:
        step = next(left, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    monkeypatch.setattr(time, "sleep", pause)


def kept(place: Path) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads((place / "copy.json").read_text())
    return copy


def names(place: Path) -> dict[str, str]:
    return {key: lead["name"] for key, lead in kept(place)["leads"].items()}


def test_the_program_keeps_a_copy(user: Client, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed() -> None:
        user.new("lead", {"name": "Eva"})
        user.data("PUT", "/api/lead/2", {"name": "Rui Costa Pinto"})
        user.data("PUT", "/api/email/1", {"email": "ana.f@example.com"})

    stepping(monkeypatch, changed, lambda: user.new("lead", {"name": "Ivo"}))
    with pytest.raises(KeyboardInterrupt):
        run_python(SCRIPT, user)
    assert names(place) == {"1": "Ana Sílvia Ferreira", "2": "Rui Costa Pinto", "3": "Eva", "4": "Ivo"}
    assert kept(place)["leads"]["1"]["email"] == {"email": "ana.f@example.com"}
    user.data("PUT", "/api/lead/4", {"name": "Ivo Reis"})  # while it is stopped
    stepping(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        run_python(SCRIPT, user)
    assert names(place)["4"] == "Ivo Reis"


def test_the_program_begins_again_where_its_position_is_gone(
    user: Client, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = {"position": str(Position(1, b"12345678")), "leads": {"99": {"name": "Gone"}}}
    (place / "copy.json").write_text(json.dumps(copy))
    stepping(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        run_python(SCRIPT, user)
    assert names(place) == {"1": "Ana Sílvia Ferreira", "2": "Rui Costa"}
