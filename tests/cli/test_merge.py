"""closum lead merge."""

import subprocess
from collections.abc import Callable

import pytest

from closum.resources.lead import LEAD
from closum.store.identity import Account
from closum.store.session import Session
from tests.operations.test_undo import create, shown, state

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def leads(session: Session, account: Account) -> None:
    for body in (
        {"name": "Ana"},
        {"name": "Eva", "email": {"email": "eva@example.com"}},
        {"name": "Rui", "custom_data": "{}"},
    ):
        create(session, account, LEAD, body)


@pytest.mark.usefixtures("leads")
def test_leads_go_into_another(command: Command, session: Session, account: Account) -> None:
    before = state(session, account)
    tried = command("lead", "merge", "1", "2", "3", "--take", "name=3", "--dry-run")
    assert (tried.returncode, tried.stderr) == (0, "")
    lines = dict(line.split(": ", 1) for line in tried.stdout.splitlines())
    assert (lines["name"], lines["email"], lines["phone"]) == ("Rui", "eva@example.com", "-")
    assert state(session, account) == before
    done = command("lead", "merge", "1", "2", "3", "--take", "name=3", "--account", "Acme")
    assert (done.returncode, done.stderr) == (0, "")
    operation = done.stdout.split()[1].strip(":")
    assert done.stdout == f"Operation {operation}: leads 2, 3 went into lead 1.\n"
    assert shown(session, account, LEAD, 1)["name"] == "Rui"
    assert command("lead", "undo", operation).returncode == 0
    assert state(session, account) == before


@pytest.mark.usefixtures("leads")
@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("9", "1"), 1, "There is no lead 9"),
        (("1", "1"), 1, "lead 1: A record cannot go into itself"),
        (("1", "2", "9"), 1, "lead 9: This value does not exist"),
        (("1", "2", "--take", "name=3"), 1, "--take name: This value must be one of 1, 2"),
        (("1", "1", "--take", "name=3"), 1, "; --take name: "),
        (("1", "2", "--take", "names=2"), 2, "it must be such as name=18"),
        (("1", "2", "--take", "name"), 2, "it must be such as name=18"),
        (("1",), 2, "ID"),
        (("1", "x"), 2, "whole number"),
    ],
)
def test_what_cannot_be_merged(
    words: tuple[str, ...], code: int, told: str, command: Command, session: Session, account: Account
) -> None:
    before = state(session, account)
    for more in ((), ("--dry-run",)):
        done = command("lead", "merge", *words, *more)
        assert (done.returncode, done.stdout) == (code, "")
        assert told in done.stderr
        assert done.stderr.count("\n") == 1
    assert state(session, account) == before


@pytest.mark.usefixtures("leads")
def test_what_has_been_merged_is_named_with_where_it_went(command: Command) -> None:
    assert command("lead", "merge", "1", "2").returncode == 0
    done = command("lead", "merge", "1", "3", "2")
    assert (done.returncode, done.stderr) == (1, "closum: lead 2: This record went into record 1\n")
    done = command("lead", "merge", "2", "3")
    assert (done.returncode, done.stderr) == (1, "closum: Lead 2 went into lead 1\n")


def test_the_help_of_a_merge_names_several(command: Command) -> None:
    assert "TARGET IDS..." in command("lead", "merge", "--help").stdout
