"""login, logout, and which token goes to which server."""

import json
import stat
from pathlib import Path

import pytest

from closum_client.cli.values import local_time
from tests.clients.cli.conftest import PASSWORD, Run
from tests.clients.cli.processes import call, environment, start, terminal
from tests.clients.cli.scripted import Scripted
from tests.support.engine import ON_SQLITE
from tests.support.server import Server

BOTH = pytest.mark.parametrize("entry_point", ["closum-client", "closum"])
TOKEN = "kept.secret.token"
UNTIL = "2030-01-01T00:00:00+00:00"


def keep(file: Path, url: str, mode: int = 0o600) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = {"url": url, "token": TOKEN, "email": "ana@example.com", "expiration_date": UNTIL}
    file.write_text(json.dumps(kept))
    file.chmod(mode)


def test_a_sign_in_that_is_linked_from_elsewhere_is_kept_there(
    run: Run, script: Scripted, kept: Path, tmp_path: Path
) -> None:
    """As those who keep their settings in one folder have it, whose mode is not ours."""
    elsewhere = tmp_path / "settings"
    elsewhere.mkdir(mode=0o755)
    kept.parent.mkdir(parents=True)
    kept.symlink_to(elsewhere / "login.json")
    script.data({"token": "new", "expires_in": 100, "expiration_date": UNTIL})
    arguments = ("--url", script.address, "--email", "ana@example.com", "--password-stdin")
    assert run("login", *arguments, stdin="secret").returncode == 0
    assert kept.is_symlink()
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (elsewhere, elsewhere / "login.json", kept.parent)]
    assert modes == [0o755, 0o600, 0o700]


@ON_SQLITE
@BOTH
def test_signed_in_and_out(run: Run, server: Server, email: str, kept: Path, entry_point: str) -> None:
    where = ("--url", f"{server.address.replace('http', 'HTTP')}/", "--email", email, "--password-stdin")
    done = run("login", *where, stdin=f"{PASSWORD}\r\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Signed in to {server.address} as {email} until 20")
    content = json.loads(kept.read_text())
    assert content["token"] not in done.stdout
    assert PASSWORD not in kept.read_text()
    assert {key for key in content if key != "token"} == {"url", "email", "expiration_date"}
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (kept, kept.parent)]
    assert modes == [0o600, 0o700]
    assert list(kept.parent.iterdir()) == [kept]
    assert run("lead", "create", "--name", "Ana").stdout == "Created lead 1.\n"
    assert run("lead", "list", "--json", CLOSUM_URL=f"{server.address}/").returncode == 0
    assert run("logout").stdout == "Signed out: the token is forgotten.\n"
    assert not kept.exists()
    assert run("logout").stdout == "You were not signed in.\n"
    done = run("lead", "list")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"{entry_point}: You are not signed in; run: {entry_point} login\n"


@ON_SQLITE
@BOTH
def test_a_wrong_password(run: Run, server: Server, email: str, kept: Path, entry_point: str) -> None:
    where = ("--url", server.address, "--email", email, "--password-stdin")
    done = run("login", *where, stdin="wrong password\n")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"{entry_point}: Wrong e-mail address or password\n"
    assert not kept.exists()


@ON_SQLITE
def test_on_a_terminal_it_asks_for_what_is_missing(
    server: Server, email: str, kept: Path, tmp_path: Path
) -> None:
    with terminal(call("closum-client", "login"), environment(tmp_path), columns=200) as shown:
        shown.read_until("Address of the server [http://127.0.0.1:8000]: ")
        shown.write("/nonsense\n")
        shown.read_until("the url must be the address of a server")
        shown.write(f"{email}\n")
        shown.read_until("without a user or password: 'login' takes the e-mail address with --email")
        shown.write(f"{server.address}\n")
        shown.read_until("E-mail: ")
        shown.write(f"{email}\n")
        shown.read_until("Password: ")
        shown.write(f"{PASSWORD}\n")
        assert shown.end() == 0
        assert f"Signed in to {server.address} as {email}" in shown.shown
        assert PASSWORD not in shown.shown
    assert json.loads(kept.read_text())["url"] == server.address


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (("--password-stdin",), "x", "Missing option '--email'"),
        (("--email", "ana@example.com"), "x", "Missing option '--password-stdin'"),
        (("--email", "ana@example.com", "--password-stdin"), "\n", "no password on standard input"),
    ],
)
def test_without_a_terminal_nothing_is_asked(
    run: Run, kept: Path, arguments: tuple[str, ...], stdin: str, words: str
) -> None:
    done = run("login", *arguments, stdin=stdin)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert words in done.stderr
    assert not kept.exists()


def test_a_new_sign_in_replaces_the_old_one_at_the_same_server(
    run: Run, script: Scripted, kept: Path
) -> None:
    keep(kept, script.address, mode=0o644)
    kept.parent.chmod(0o755)
    script.data({"token": "new", "expires_in": 100, "expiration_date": UNTIL})
    first = ("login", "--email", "rui@example.com", "--password-stdin")
    assert run(*first, "--url", script.address, stdin="secret\n").returncode == 0
    assert script.requests[0].body == {"email": "rui@example.com", "password": "secret"}
    assert json.loads(kept.read_text())["token"] == "new"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (kept, kept.parent)] == [0o600, 0o700]
    assert run(*first, stdin="secret\n").returncode == 0
    assert len(script.requests) == 2


@BOTH
def test_a_kept_token_goes_to_no_other_server(
    run: Run, script: Scripted, kept: Path, entry_point: str
) -> None:
    keep(kept, "https://crm.example.com")
    script.page([])
    for arguments, more in (((), {"CLOSUM_URL": script.address}), (("--url", script.address), {})):
        done = run("lead", "list", *arguments, **more)
        assert (done.returncode, done.stdout) == (3, "")
        assert done.stderr == (
            f"{entry_point}: You are signed in to https://crm.example.com, not to {script.address};"
            f" run: {entry_point} login --url {script.address}\n"
        )
    assert script.requests == []
    assert TOKEN not in done.stderr


def test_a_redirect_is_not_followed(run: Run, script: Scripted, kept: Path) -> None:
    keep(kept, script.address)
    script.raw(302, "", Location=f"{script.address}/elsewhere")
    done = run("lead", "list")
    assert (done.returncode, done.stderr.count("\n"), len(script.requests)) == (1, 1, 1)


def test_where_a_command_goes(run: Run, script: Scripted, kept: Path) -> None:
    script.page([])
    keep(kept, script.address)
    assert run("lead", "list").returncode == 0
    assert run("lead", "list", CLOSUM_TOKEN=" other\n").returncode == 0
    assert run("lead", "list", "--token", "third", CLOSUM_TOKEN="other").returncode == 0
    keep(kept, "http://127.0.0.1:9")
    assert run("lead", "list", "--url", script.address, CLOSUM_TOKEN="x").returncode == 0
    assert [request.token for request in script.requests] == [TOKEN, "other", "third", "x"]
    assert run("lead", "list", CLOSUM_TOKEN="two words").returncode == 2


def test_with_a_token_and_an_address_there_need_be_no_home(script: Scripted) -> None:
    script.page([{"id": 1}])
    environ = environment(None, CLOSUM_URL=script.address, CLOSUM_TOKEN="x")
    done = start(call("closum-client", "email", "list"), environ)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\t\t\t\n", "")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"url":"x"}',
        b'{"url":1,"token":2,"email":3,"expiration_date":4}',
        b'{"url":"http://A","token":"2","email":"3","expiration_date":"4"}',
        b'{"url":"a","token":"2","email":"3","expiration_date":"4"}',
        b'{"url":"http://a","token":"t w o","email":"3","expiration_date":"4"}',
        b"[" * 9_999,
    ],
)
def test_a_broken_file(run: Run, script: Scripted, kept: Path, content: bytes) -> None:
    keep(kept, script.address)
    kept.write_bytes(content)
    done = run("lead", "list")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"closum-client: {kept} is broken; this replaces it: closum-client login\n"
    script.data({"token": "new", "expires_in": 100, "expiration_date": UNTIL})
    assert "Missing option '--email'" in run("login").stderr
    arguments = ("--url", script.address, "--email", "ana@example.com", "--password-stdin")
    assert run("login", *arguments, stdin="secret").returncode == 0
    assert json.loads(kept.read_text())["token"] == "new"


def test_a_file_that_others_can_read_is_not_used(run: Run, script: Scripted, kept: Path) -> None:
    keep(kept, script.address, mode=0o640)
    done = run("lead", "list")
    assert (done.returncode, done.stdout, script.requests) == (1, "", [])
    assert done.stderr.startswith(f"closum-client: {kept} has a token, and others can read it (mode 0640)")
    assert run("logout").returncode == 0
    assert not kept.exists()


def test_a_folder_that_cannot_be_made(run: Run, script: Scripted, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file")
    script.data({"token": "new", "expires_in": 100, "expiration_date": UNTIL})
    assert run("logout").stdout == "You were not signed in.\n"
    assert run("lead", "list").returncode == 3
    arguments = ("--url", script.address, "--email", "ana@example.com", "--password-stdin")
    done = run("login", *arguments, stdin="secret")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert str(tmp_path / "config") in done.stderr


def test_a_user_without_a_home(
    run: Run, script: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    script.data({"token": "new", "expires_in": 100, "expiration_date": UNTIL})
    nowhere = {"XDG_CONFIG_HOME": "relative"}  # as where there is no home to be found
    assert run("lead", "list", **nowhere).returncode == 3
    arguments = ("--url", script.address, "--email", "ana@example.com", "--password-stdin")
    done = run("login", *arguments, stdin="secret", **nowhere)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "There is no home folder" in done.stderr


def test_a_sign_in_that_is_over_says_so(run: Run, script: Scripted, kept: Path) -> None:
    keep(kept, script.address)
    script.refusal(401)
    done = run("lead", "list")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        f"closum-client: Your sign-in to {script.address} is over (valid until {local_time(UNTIL)} at most);"
        " run: closum-client login\n"
    )
    done = run("lead", "list", CLOSUM_TOKEN="x")
    assert (done.returncode, done.stdout) == (3, "")
    assert "The token given is not valid" in done.stderr
