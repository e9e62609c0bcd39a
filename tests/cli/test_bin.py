"""closum bin …"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from closum.accounts import users
from closum.operations import records
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import bin as entries
from closum.store import history
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import timestamp
from tests.clients.cli.processes import terminal
from tests.support import engine
from tests.support.server import clean_environment
from tests.support.stored import create

Command = Callable[..., "subprocess.CompletedProcess[str]"]
NOW = 1_700_000_000
ANA = {"name": "Ana Findme", "email": {"email": "findme@example.com"}}


@pytest.fixture
def gone(session: Session, account: Account) -> list[int]:
    """The entries of a lead without a name, of one with it, and of what both showed."""
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"email": {"email": "findme@example.com"}}, ANA])
        unit.now = NOW
        return [
            records.delete(unit, resource, number).operation or 0
            for resource, number in ((LEAD, 1), (LEAD, 2), (EMAIL, 1))
        ]


def binned(session: Session, account: Account) -> list[int]:
    with session.read() as unit:
        return [one.position for some in entries.walk(unit.of(account.id), 9) for one in some]


def test_what_is_in_it_is_listed(command: Command, gone: list[int]) -> None:
    done = command("bin", "list")
    assert (done.returncode, done.stderr) == (0, "")
    dates = f"{timestamp(NOW)}\t{timestamp(NOW + 30 * 86_400)}\t"
    lead, named, email = gone
    assert done.stdout.splitlines() == [
        f"{email}\temail\t1\tfindme@example.com\t{dates}",
        f"{named}\tlead\t2\tAna Findme\t{dates}",
        f"{lead}\tlead\t1\tfindme@example.com\t{dates}",
    ]
    shorter = command("bin", "list", CLOSUM_HISTORY_DAYS="7").stdout.splitlines()
    assert shorter[0].split("\t")[5] == timestamp(NOW + 7 * 86_400)


def test_restored_by_their_entries(
    command: Command, session: Session, account: Account, gone: list[int]
) -> None:
    lead, named, email = gone
    assert (
        command("bin", "purge", str(email)).stdout
        == f"Removed entry {email} for good; backups keep theirs.\n"
    )
    done = command("bin", "restore", str(lead))
    assert (done.returncode, done.stdout) == (1, "")
    told = "At least one of name, email, phone is needed"
    assert done.stderr == f"closum: Entry {lead} cannot be restored: name: {told}\n"
    done = command("bin", "restore", str(named), str(email))
    reason = "what it shows is not there any more"
    assert done.stdout == f"Restored lead 2.\nLeft out of lead 2: email ({reason}).\n"
    told = f"closum: The bin has no entry {email}: 'closum bin list' shows those that there are\n"
    assert (done.returncode, done.stderr) == (1, told)
    assert binned(session, account) == [lead]
    with session.read() as unit:
        last = history.since(unit.of(account.id), 0, 99)[-1]
    assert (last.verb, last.by.cause, last.by.cause_id) == ("create", "undo", named)


def test_emptied_without_a_question(
    command: Command, session: Session, account: Account, gone: list[int]
) -> None:
    done = command("bin", "empty")
    told = "3 records would be removed, and nobody can be asked without a terminal: --yes removes them; nothing was removed"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"closum: {told}\n")
    assert binned(session, account) == gone
    done = command("bin", "empty", "--yes", "--account", account.name)
    assert (done.returncode, done.stdout) == (0, "Removed 3 of 3 records for good; backups keep theirs.\n")
    assert binned(session, account) == []
    assert command("bin", "empty", "--yes").stdout == f"The bin of the account '{account.name}' is empty.\n"
    assert "bin_empty_done" in command("ledger", "list").stdout
    assert command("check").returncode == 0


def test_with_several_accounts_one_is_named(command: Command, session: Session, gone: list[int]) -> None:
    with session.write() as unit:
        users.add_account(unit, "Beta")
    for arguments in (["list"], ["restore", "1"], ["purge", "1"], ["empty", "--yes"]):
        done = command("bin", *arguments)
        assert (done.returncode, "--account" in done.stderr) == (1, True), arguments
        other = command("bin", *arguments, "--account", "Beta")
        assert other.returncode == (0 if arguments[0] in ("list", "empty") else 1)


def test_on_a_terminal_it_asks(folder: Path, session: Session, account: Account, gone: list[int]) -> None:
    environ = clean_environment() | {"CLOSUM_DATABASE": engine.current.url(folder)}
    for said, code, left in (("n\n", 1, gone), ("y\n", 0, [])):
        with terminal([sys.executable, "-m", "closum", "bin", "empty"], environ, 200) as running:
            running.read_until(f"Remove 3 records of the account '{account.name}' for good? [y/N]: ")
            running.write(said)
            assert running.end() == code
        assert binned(session, account) == left


def test_the_words_of_what_is_removed_leave_the_file(
    command: Command, folder: Path, session: Session, account: Account, gone: list[int]
) -> None:
    """Also those that the index of searches keeps of deleted rows."""
    if engine.current.name == "postgres":
        return
    assert any(b"findme" in file.read_bytes().lower() for file in folder.iterdir() if file.is_file())
    session.close()
    assert command("bin", "empty", "--yes").returncode == 0
    for file in folder.glob("closum.db*"):
        assert b"findme" not in file.read_bytes().lower(), file.name
