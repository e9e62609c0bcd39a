"""closum job …"""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from closum.accounts import users
from closum.app import background_work
from closum.operations import retention
from closum.settings import load
from closum.store import background
from closum.store.background import DONE, Key, Progress
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.patience import wait_until
from tests.support.server import Server, closum

Command = Callable[..., "subprocess.CompletedProcess[str]"]
NOW = 1_700_000_000
LATER = 4_000_000_000
MODIFIED = "2023-11-14T22:13:20+00:00"


@pytest.fixture
def other(session: Session, account: Account) -> int:
    """An account beside Acme, with work in every state there and for all accounts."""
    with session.write() as unit:
        other = users.add_account(unit, "Beta").id
    for account_id, states in (
        (account.id, ("running", "failed", "later")),
        (other, ("done",)),
        (0, ("new",)),
    ):
        with session.write(account_id or None) as unit:
            unit.now = NOW
            for number, state in enumerate(states):
                put(unit, Key(account_id, state, number), state)
    return other


def put(unit: Unit, key: Key, state: str) -> None:
    background.add(unit, key.kind, key.number, {"file": 7})
    if state == "running":
        background.claim(unit, key, "somebody", NOW + 30, LATER)
        background.save(unit, key, Progress(done=3_200, total=10_000), None)
    elif state == "failed":
        background.give_up(unit, key, "The file has gone: send it again", None)
    elif state == "later":
        background.fail(unit, key, "Internal error (ValueError)", 1, LATER)
    elif state == "done":
        background.save(unit, key, Progress(done=7, ended=True), LATER)


@pytest.mark.usefixtures("other")
def test_what_goes_on_is_listed(command: Command) -> None:
    done = command("job", "list")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"(all accounts)\tnew\tpending\t0\t{MODIFIED}\tbegins {MODIFIED}",
        f"Acme\tfailed 1\tfailed\t0\t{MODIFIED}\tThe file has gone: send it again",
        f"Acme\tlater 2\tpending\t0\t{MODIFIED}\tInternal error (ValueError); begins 2096-10-02T07:06:40+00:00",
        f"Acme\trunning\trunning\t3200 of 10000\t{MODIFIED}\t",
    ]


@pytest.mark.usefixtures("other")
def test_what_has_ended_is_listed_when_it_is_asked_for(command: Command) -> None:
    lines = command("job", "list", "--all", "--account", "beta").stdout.splitlines()
    assert lines == [f"Beta\tdone\tdone\t7\t{MODIFIED}\tagain 2096-10-02T07:06:40+00:00"]
    done = command("job", "list", "--account", "Beta")
    assert (done.returncode, done.stdout) == (0, "")
    assert "--all" in done.stderr


def test_without_any_there_is_nothing_to_say(command: Command, account: Account) -> None:
    done = command("job", "list")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_run_lets_work_begin_at_once(command: Command, session: Session, other: int) -> None:
    done = command("job", "run", "done", "--account", "Beta")
    assert (done.returncode, done.stdout) == (0, "Begins, where a server runs: done, 1 account.\n")
    with session.read() as unit:
        found = background.found(unit.of(other), "done")
        assert found
        assert found.due is not None
        assert found.due <= unit.now
    assert command("job", "run", "failed", "1").returncode == 0


@pytest.mark.usefixtures("other")
@pytest.mark.parametrize(
    "arguments", [("unheard-of",), ("done", "9"), ("running",), ("done", "--account", "Acme")]
)
def test_what_cannot_begin_is_refused(command: Command, arguments: tuple[str, ...]) -> None:
    done = command("job", "run", *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert "closum job list --all" in done.stderr


@pytest.mark.usefixtures("other")
@pytest.mark.parametrize("number", [str(2**63), "9" * 20, "9" * 5_000, "abc", "1.5", "٣", ""])
def test_a_number_that_no_work_can_have_is_told(command: Command, number: str) -> None:
    done = command("job", "run", "done", number)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"it must be a whole number from 0 to {2**63 - 1}" in done.stderr
    assert "Traceback" not in done.stderr
    assert command("job", "run", "done", str(2**63 - 1)).returncode == 1


def test_a_server_does_what_is_told_to_begin(folder: Path) -> None:
    with Server(folder) as server, server.session() as session:
        assert server.password  # so there is an account

        def has_ended(since: int) -> bool:
            with session.read() as unit:
                found = background.found(unit.of(1), retention.NAME)
                return found is not None and found.state == DONE and (found.due or 0) > since

        wait_until(lambda: has_ended(0))
        with session.read() as unit:
            now = unit.now
        with session.write(1) as unit:
            unit.run("UPDATE job SET due = ? WHERE account_id = 1", (later := now + 80_000,))
        assert closum("job", "run", retention.NAME, folder=folder).returncode == 0
        wait_until(lambda: has_ended(later))
        assert "retention\tdone\t0" in closum("job", "list", "--all", folder=folder).stdout


@pytest.mark.usefixtures("other")
def test_what_was_told_to_begin_is_listed_as_pending(command: Command) -> None:
    assert command("job", "run", "done", "--account", "Beta").returncode == 0
    (line,) = command("job", "list", "--account", "Beta").stdout.splitlines()
    assert line.split("\t")[:4] == ["Beta", "done", "pending", "0"]
    assert line.split("\t")[5].startswith("begins ")


def test_run_adds_what_a_server_has_not_added_yet(
    command: Command, session: Session, account: Account
) -> None:
    """An account that was made after servers looked for accounts without work."""
    done = command("job", "run", retention.NAME, "--account", account.name)
    assert (done.returncode, done.stdout) == (0, "Begins, where a server runs: retention, 1 account.\n")
    with session.read() as unit:
        assert [(one.kind, one.state) for one in background.listed(unit.of(account.id))] == [
            ("retention", "pending")
        ]
        assert background.listed(unit.of(0)) == []


def test_what_all_accounts_share_runs_once(command: Command, session: Session, account: Account) -> None:
    done = command("job", "run", retention.LEDGER)
    assert done.stdout == "Begins, where a server runs: ledger_retention, shared by all accounts.\n"
    with session.read() as unit:
        assert [one.kind for one in background.listed(unit.of(0))] == [retention.LEDGER]
        assert background.listed(unit.of(account.id)) == []
    refused = command("job", "run", retention.LEDGER, "--account", account.name)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "run it without --account" in refused.stderr


@pytest.mark.usefixtures("account")
def test_the_kinds_are_named(command: Command) -> None:
    refused, shown = command("job", "run", "cleanup").stderr, command("job", "run", "--help").stdout
    for kind in background_work(load({}, {})):
        if not (kind.every or kind.behind):  # begun by calls alone
            continue
        assert kind.name in refused
        assert kind.name in shown


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("words", ["job list", "job run", "user list"])
def test_help_says_that_without_an_account_it_is_every_one(command: Command, words: str) -> None:
    assert " of every account." in " ".join(command(*words.split(), "--help").stdout.split())
