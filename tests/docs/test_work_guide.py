"""The commands and the lines of the clients in docs/guide/work.md do what it says; `test_readme.py` has its calls."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from closum_client import Client as PythonClient
from tests.conftest import Programs
from tests.support.client import Client
from tests.support.documents import command_lines, guide
from tests.support.guide import blocks
from tests.support.owners import user_id
from tests.support.patience import PATIENCE
from tests.support.server import Server, clean_environment, closum

ROOT = Path(__file__).parents[2]
WORK = guide("work")
SHOWN = "contact_lifecycle_stage_id,first_contact,consent_email,consent_sms"


@pytest.fixture
def user(api: Client) -> Client:
    """A lead on a list with a task, as the calls of the guide leave it."""
    api.new("lead", {"name": "Ana", "lead_opt_in": {"email": True}})
    api.new("task", {"lead_id": 1, "text": "Send the offer", "due": "2026-01-31", "done": True})
    api.new(
        "lead-audience-list", {"lead_id": 1, "audience_list_id": api.new("audience-list", {"name": "News"})}
    )
    return api


def check(user: Client) -> Any:
    """The lead is a customer with whom somebody has met, and its new task is done."""
    assert [one["kind"] for one in user.data("GET", "/api/note")] == ["meeting"]
    assert user.data("GET", "/api/task/2")["text"] == "Send the invoice"
    assert user.data("GET", "/api/task/2")["done"] is not None
    shown = user.data("GET", f"/api/lead/1?fields={SHOWN}")
    assert (shown["contact_lifecycle_stage_id"], shown["consent_email"]) == (7, "given")
    assert shown["first_contact"] is not None
    return shown["consent_sms"]


def test_the_commands_do_what_the_guide_says(server: Server, user: Client, tmp_path: Path) -> None:
    environment = {"CLOSUM_URL": server.address, "CLOSUM_TOKEN": str(user.token), "NO_PROXY": "*"}
    lines = [words for words in command_lines(WORK) if words[0] != "login"]
    assert len(lines) == 16
    for words in lines:
        done = closum(*words, folder=tmp_path, **environment)
        assert (done.returncode, done.stderr) == (0, ""), (words, done.stdout)
    assert check(user) is None


def own(lines: str, server: Server, user: Client) -> str:
    """The lines, with the id that the user has here."""
    return lines.replace("owner_id=1", f"owner_id={user_id(server, user)}").replace(
        "owner_id: 1", f"owner_id: {user_id(server, user)}"
    )


def test_so_do_the_lines_for_python(server: Server, user: Client) -> None:
    (lines,) = blocks(WORK, "python")
    with PythonClient(server.address, token=str(user.token)) as client:
        exec(own(lines, server, user), {"client": client})
    assert check(user) == "given"


def test_so_do_the_lines_for_ruby(server: Server, user: Client, program: Programs) -> None:
    (lines,) = blocks(WORK, "ruby")
    begin = f'require "closum"\nclient = Closum::Client.new("{server.address}", token: "{user.token}")\n'
    folder = str(ROOT / "clients/ruby/lib")
    done = subprocess.run(
        [program("ruby", package="ruby"), "-w", "-I", folder, "-e", begin + own(lines, server, user)],
        env=clean_environment() | {"NO_PROXY": "*"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert check(user) == "given"
