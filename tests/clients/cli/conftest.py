"""The client's commands in the process of the test, by either entry point; `tests/clients/cli/processes.py` starts processes."""

import io
import itertools
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import closum.cli
import closum_client.cli
from closum.accounts import passwords, users
from tests.clients.cli.processes import environment
from tests.clients.cli.scripted import Scripted, serving
from tests.support.server import Server

Run = Callable[..., "subprocess.CompletedProcess[str]"]
MAINS = {"closum-client": closum_client.cli.main, "closum": closum.cli.main}
PASSWORD = "correct horse"

_numbers = itertools.count(1)


@pytest.fixture
def entry_point() -> str:
    """What the command is called; a test of both parametrises it."""
    return "closum-client"


@pytest.fixture
def run(
    entry_point: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """`run("lead", "list", stdin="", CLOSUM_URL="…")`: exit code and what was printed."""

    def run(*arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        capsys.readouterr()
        with monkeypatch.context() as patch:
            patch.setattr("os.environ", environment(tmp_path, **more))
            patch.setattr("sys.stdin", io.StringIO(stdin))
            with pytest.raises(SystemExit) as ended:
                MAINS[entry_point](list(arguments))
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return subprocess.CompletedProcess(arguments, ended.value.code, printed.out, printed.err)

    return run


@pytest.fixture
def script() -> Iterator[Scripted]:
    """A server that answers what the test says."""
    with serving() as script:
        yield script


@pytest.fixture
def email(server: Server) -> str:
    """A user of the real server whose password is PASSWORD, of an account of its own."""
    email = f"cli{next(_numbers)}@example.com"
    with server.session() as session, session.write() as unit:
        account = users.add_account(unit, f"Account of {email}")
        users.add_user(unit, account, email, passwords.hashed(PASSWORD))
    return email


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The file that a sign-in is kept in."""
    return tmp_path / "config" / "closum" / "login.json"
