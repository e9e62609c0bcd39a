"""closum user unlock, beside a running server."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from closum.accounts import attempts
from closum.accounts.attempts import MOST_PER_ADDRESS, MOST_PER_CLIENT, WINDOW
from tests.support.engine import ON_SQLITE, session_of
from tests.support.patience import PATIENCE
from tests.support.server import Server

Command = Callable[..., "subprocess.CompletedProcess[str]"]
EMAIL = "admin@example.com"
IPV6 = "2001:db8::7"


def sign_in(server: Server, password: str, client: str = "203.0.113.21", email: str = EMAIL) -> int:
    return httpx2.post(
        f"{server.address}/api/token",
        json={"email": email, "password": password},
        headers={"X-Forwarded-For": client},
        trust_env=False,
        timeout=PATIENCE,
    ).status_code


def run(command: Command, *arguments: str) -> str:
    done = command("user", "unlock", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def named(printed: str) -> str:
    """What the log calls the subject."""
    found = re.search(r"^The log calls it subject ([0-9a-f]{16})\.$", printed, re.MULTILINE)
    assert found
    return found[1]


def lock_client(folder: Path, client: str) -> None:
    with session_of(folder) as session, session.write() as unit:
        for number in range(MOST_PER_CLIENT):
            attempts.fail(unit, attempts.subjects(f"u{number}@{client}", client))


def test_an_e_mail_address_is_unlocked_and_found_in_the_log(command: Command, folder: Path) -> None:
    with Server(folder, "--trusted-proxy", "127.0.0.1") as server:
        for number in range(MOST_PER_ADDRESS):
            assert sign_in(server, "wrong password", f"192.0.2.{number}") == 401
        assert sign_in(server, server.password) == 429
        asked = run(command, EMAIL, "--dry-run")
        assert re.match(rf"{EMAIL} is locked for \d+ s more, after 10 wrong passwords\.\n", asked)
        assert sign_in(server, server.password) == 429
        done = run(command, " ADMIN@example.com ")
        assert done.startswith("ADMIN@example.com is unlocked: 10 wrong passwords are forgotten.\n")
        assert sign_in(server, server.password) == 200
        server.stop()
        log = server.log.read_text()
    lines = [json.loads(line) for line in log.splitlines() if "locked" in line]
    assert [(line["level"], line["event"][-16:]) for line in lines] == [("warning", named(asked))]
    assert named(asked) == named(done)
    assert EMAIL not in log


@pytest.mark.parametrize(
    ("client", "spelling", "name"),
    [
        ("203.0.113.21", "::ffff:203.0.113.21", "203.0.113.21"),
        ("[::ffff:203.0.113.21]:443", "203.0.113.21", "203.0.113.21"),
        (IPV6, "2001:db8::8", "2001:db8::/64"),
    ],
)
def test_a_client_is_unlocked_by_any_spelling_of_its_address(
    command: Command, folder: Path, client: str, spelling: str, name: str
) -> None:
    with Server(folder, "--trusted-proxy", "127.0.0.1") as server:
        lock_client(folder, client)
        assert sign_in(server, server.password, client) == 429
        assert run(command, spelling).startswith(f"{name} is unlocked: 50 wrong passwords are forgotten.\n")
        assert sign_in(server, server.password, client) == 200


def test_retry_after_is_what_the_command_says(command: Command, folder: Path) -> None:
    with Server(folder) as server:
        lock_client(folder, "127.0.0.1")
        body = {"email": EMAIL, "password": server.password}
        answer = httpx2.post(f"{server.address}/api/token", json=body, trust_env=False, timeout=PATIENCE)
        told = re.search(r"locked for (\d+) s", run(command, "127.0.0.1", "--dry-run"))
        assert told
        assert 0 < int(told[1]) <= int(answer.headers["Retry-After"]) <= WINDOW
        assert "from this client address" in answer.json()["data"]["message"]


def test_who_is_not_locked_is_told_so(command: Command, folder: Path) -> None:
    with session_of(folder, create=True) as session, session.write() as unit:
        for _ in range(3):
            attempts.fail(unit, attempts.subjects("nobody@example.com", "192.0.2.1"))
    assert run(command, "nobody@example.com", "--dry-run") == (
        "nobody@example.com is not locked: 3 wrong passwords of 10 in 15 minutes.\n"
    )
    assert run(command, "nobody@example.com").startswith(
        "nobody@example.com was not locked: 3 wrong passwords forgotten."
    )
    assert run(command, "192.0.2.9").startswith("192.0.2.9 was not locked: nothing was stored.")
    assert run(command, "unix").startswith("unix was not locked: nothing was stored.")


@ON_SQLITE
@pytest.mark.parametrize(
    "text", ["ana", "", "203.0.113", "203.0.113.300", "example.com", "ana@localhost", "@"]
)
def test_what_is_no_address_is_refused(command: Command, folder: Path, text: str) -> None:
    session_of(folder, create=True).close()
    done = command("user", "unlock", text)
    assert (done.returncode, done.stdout) == (1, "")
    assert "is neither an e-mail address nor" in done.stderr or "is not an e-mail address" in done.stderr


@ON_SQLITE
def test_a_key_that_may_not_be_read_does_not_keep_anybody_locked(command: Command, folder: Path) -> None:
    session_of(folder, create=True).close()
    key = folder / "closum.db.key"
    key.write_text("0123456789abcdef" * 4)
    key.chmod(0o644)
    done = command("user", "unlock", "192.0.2.1")
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert "can be read by others" in done.stderr
