"""The set-up code of a server without users: where it is printed, and closum setup-code."""

import re
import stat
from pathlib import Path

import pyotp
import pytest

from closum.accounts import second_factor, setup
from closum.model.change import By
from closum.store import identity
from closum.store.unit import Unit
from tests.support.engine import Engine, session_of
from tests.support.server import Server, closum
from tests.support.terminal import printed_until

CODE = r"(?:\w{4}-){6}\w\w"
ADD = "For programs alone, no page is needed: 'closum user add EMAIL' makes a user, too."
NO_USER = "There is no user yet. To make the first one in a browser, open the address that this prints:"


def code_in(text: str) -> str:
    (code,) = re.findall(CODE, text)
    return str(code)


def is_right(folder: Path, code: str) -> bool:
    with session_of(folder) as session, session.write() as unit:
        return setup.is_right(unit, code)


def rest(server: Server) -> str:
    """What a server printed after its address."""
    server.process.terminate()
    assert server.process.stdout
    printed = server.process.stdout.read()
    server.stop()
    return printed


def test_without_a_terminal_a_file_has_the_address(tmp_path: Path) -> None:
    file = tmp_path / "closum.db.setup"
    with Server(tmp_path) as server:
        before = code_in(file.read_text())
        assert file.read_text() == f"{server.address}/welcome?code={before}\n"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert is_right(tmp_path, before)
        told = rest(server)
        assert told.startswith(f"\n{NO_USER}\n\n  cat {file}\n\nOnly the server's user can read this file; ")
        assert told.endswith(f" {ADD}\n\n")
        assert "Password" not in server.printed
        server.start()
        assert [is_right(tmp_path, one) for one in (before, code_in(file.read_text()))] == [False, True]
    assert closum("user", "list", folder=tmp_path).stdout == ""


@pytest.mark.parametrize("options", [["--root-path", "/crm"], ["--uds", "closum.sock"]])
def test_the_address_is_what_a_browser_opens(tmp_path: Path, options: list[str]) -> None:
    with Server(tmp_path, *options) as server:
        found = (tmp_path / "closum.db.setup").read_text().replace(server.printed.split()[-1], "ADDRESS")
    told = re.sub(CODE, "CODE", found)
    expected = {
        "--root-path": "ADDRESS/crm/welcome?code=CODE\n",
        "--uds": "/welcome?code=CODE (at the address of your proxy)\n",
    }
    assert told == expected[options[0]]


def test_on_a_terminal_the_address_is_printed_and_no_file_has_it(folder: Path, engine: Engine) -> None:
    file = folder / "closum.db.setup"
    file.write_text("of an earlier start")
    printed = printed_until("For programs", "serve", "--port", "0", folder=folder)
    address = re.search(r"^closum serves on (\S+)$", printed, re.MULTILINE)
    assert address
    code = code_in(printed)
    lines = printed.partition(address[0])[2].strip().splitlines()
    assert lines == [
        "There is no user yet. Open this address in a browser to make the first one:",
        "",
        f"  {address[1]}/welcome?code={code}",
        "",
        ADD,
    ]
    assert is_right(folder, code)
    assert file.exists() == (engine.name != "sqlite")


def test_with_a_user_there_is_no_code(folder: Path) -> None:
    with Server(folder):
        pass
    added = closum("user", "add", "ana@example.com", folder=folder)
    assert (added.returncode, (folder / "closum.db.setup").exists()) == (0, False)
    with Server(folder) as server:
        assert rest(server) == ""
        assert not (folder / "closum.db.setup").exists()


def test_a_command_prints_another_code(folder: Path) -> None:
    with Server(folder) as server:
        told = rest(server)
        assert (f"{NO_USER}\n\n  closum setup-code\n" in told) == (server.engine.name == "postgres")
        server.start()
        done = closum("setup-code", "--root-path", "/crm", folder=folder)
        code = code_in(done.stdout.splitlines()[0])
        assert done.stdout == (
            f"Set-up code: {code}\n"
            f"Open /crm/welcome?code={code} at the address of your server, such as http://127.0.0.1:8000\n"
        )
        assert is_right(folder, code)
    closum("user", "add", "ana@example.com", folder=folder)
    refused = closum("setup-code", folder=folder)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("closum: There is a user, so no code is needed: ")


def test_a_second_factor_is_removed_by_a_command(folder: Path) -> None:
    email = "ana@example.com"
    closum("user", "add", email, folder=folder)

    def add(unit: Unit) -> None:
        (ana,) = identity.users(unit)
        made = second_factor.begin(unit, b"k" * 32, ana)
        code = pyotp.TOTP(made.secret).at(unit.now)
        second_factor.confirm(unit, b"k" * 32, ana, code, By(ana.id, "", "page"))

    with session_of(folder) as session, session.write() as unit:
        add(unit)
    done = closum("user", "reset-two-factor", email, folder=folder)
    assert (
        done.stdout == f"The user {email} signs in with the password alone: the second factor is removed.\n"
    )
    again = closum("user", "reset-two-factor", email, folder=folder)
    assert again.stdout == f"The user {email} signs in with the password alone: there was no second factor.\n"
    listed = closum("ledger", "list", folder=folder).stdout
    assert re.search(rf"\tsecond_factor_removed\tMy company\t{email}\tcommand of ", listed)
