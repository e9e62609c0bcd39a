"""Clients that openapi-python-client and openapi-typescript make of the document, used by strictly typed programs."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from closum.accounts import passwords, users
from tests.conftest import Programs
from tests.support.answers import DATE
from tests.support.client import Client
from tests.support.engine import ON_SQLITE
from tests.support.patience import PATIENCE
from tests.support.server import Server, clean_environment

HERE = Path(__file__).parent
CACHE = HERE.parents[2] / ".cache"
TYPESCRIPT = CACHE / "typescript"
PASSWORD = "a good password"
CUSTOM = '{"source":"fair","tags":["a",1],"more":{"x":null}}'
PHONE = {"id": 1, "extension": "00351", "number": "912 345 678"}
CREATED = {"id": 1, "name": "Ana", "city_id": 213, "custom_data": CUSTOM, "phone": PHONE}
CREATED["email"] = {"id": 1, "email": "ana@example.com"}
UPDATED = CREATED | {"name": None, "email": None, "custom_data": "[1]"}
REFUSALS = [404, False, 422]

pytestmark = [ON_SQLITE, pytest.mark.timeout(900)]  # compilers, on a machine that may be busy


@pytest.fixture
def document(server: Server, tmp_path: Path) -> Path:
    """The document of the server in a file, as a programmer downloads it."""
    with Client(server.address, None) as nobody:
        answer = nobody.get("/api/openapi.json")
    path = tmp_path / "openapi.json"
    path.write_bytes(answer.content)
    return path


@pytest.fixture
def arguments(server: Server, api: Client) -> list[str]:
    """Address, e-mail address and password of a user of an empty account."""
    email = f"sign-in.{api.email}"
    with server.session() as session, session.write() as unit:
        users.add_user(unit, users.account_named(unit, api.account), email, passwords.hashed(PASSWORD))
    return [server.address, email, PASSWORD]


def run(*command: str | Path, folder: Path) -> str:
    """What a program printed, which has to succeed and to complain of nothing."""
    here = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=clean_environment() | {"NO_PROXY": "*", "PATH": here, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check(found: dict[str, Any]) -> None:
    """What both programs print."""
    for shown, expected in ((found["created"], CREATED), (found["updated"], UPDATED)):
        assert DATE.fullmatch(shown.pop("creation_date"))
        assert shown == expected
    assert found["names"] == [None]
    assert (found["cities"][0], len(found["cities"])) == ("Abrantes", 2)
    assert found["refusals"][:3] == REFUSALS
    assert list(found["refusals"][3]["email"]) == ["_email"]


def test_a_python_client(document: Path, arguments: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"]
    target = tmp_path / "closum_api_client"
    run(*command, "--meta", "none", "--path", document, "--output-path", target, folder=tmp_path)
    shutil.copy(HERE / "use.py", tmp_path)
    # The generator's own modules are followed, but it is the program that has to be strict.
    options = [
        "--strict",
        "--config-file=",
        "--follow-imports=silent",
        f"--cache-dir={CACHE / 'mypy-generated'}",
    ]
    printed = run(sys.executable, "-m", "mypy", *options, "use.py", folder=tmp_path)
    assert printed == "Success: no issues found in 1 source file\n"
    check(json.loads(run(sys.executable, "use.py", *arguments, folder=tmp_path)))


def test_a_typescript_client(document: Path, arguments: list[str], tmp_path: Path, program: Programs) -> None:
    node = program("node", package="npm")
    programs = TYPESCRIPT / "node_modules/.bin"
    if not (TYPESCRIPT / "installed").exists():
        pytest.skip("`make .cache/typescript/installed` installs what makes it")
    run(node, programs / "openapi-typescript", document, "--output", "schema.d.ts", folder=tmp_path)
    for name in ("use.ts", "tsconfig.json", "package.json"):
        shutil.copy(HERE / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(TYPESCRIPT / "node_modules")
    assert run(node, programs / "tsc", "--project", ".", folder=tmp_path) == ""
    found = json.loads(run(node, "out/use.js", *arguments, folder=tmp_path))
    check(found)
    assert (found["status"], found["nothing"], found["shown"]) == ("ok", [], [PHONE["number"]])
