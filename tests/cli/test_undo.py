"""closum lead undo."""

import subprocess
from collections.abc import Callable

import pytest

from closum.resources.lead import LEAD
from closum.resources.note import NOTE
from closum.store.identity import Account
from closum.store.session import Session
from tests.operations.test_undo import change, create, shown, state
from tests.support.killed import as_one, leads

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def test_an_operation_is_undone(command: Command, session: Session, account: Account) -> None:
    lead = create(session, account, LEAD, {"name": "Ana", "custom_data": "{}"})
    operation = change(session, account, LEAD, lead.id, {"name": "Eva", "custom_data": '{"a":1}'})
    change(session, account, LEAD, lead.id, {"name": "Ida"})
    before = state(session, account)
    tried = command("lead", "undo", str(operation), "--dry-run")
    assert (tried.returncode, tried.stderr) == (0, "")
    assert tried.stdout == "1 lead would be undone.\nlead 1 (name) would stay: changed since\n"
    assert state(session, account) == before
    done = command("lead", "undo", str(operation), "--account", "Acme")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1:] == ["1 lead undone.", "lead 1 (name) stays: changed since"]
    assert shown(session, account, LEAD, lead.id)["custom_data"] == "{}"
    assert shown(session, account, LEAD, lead.id)["name"] == "Ida"


def test_what_keeps_a_record_is_counted(command: Command, session: Session, account: Account) -> None:
    lead = create(session, account, LEAD, {"name": "Ana"})
    create(session, account, NOTE, {"lead_id": lead.id, "text": "Call"})
    stays = "what belongs to it was added or changed since (1 note)"
    tried = command("lead", "undo", str(lead.operation), "--dry-run")
    assert tried.stdout == f"Nothing would be undone.\nlead 1 would stay: {stays}\n"
    done = command("lead", "undo", str(lead.operation))
    assert done.stdout == f"Nothing undone.\nlead 1 stays: {stays}\n"


def test_much_is_undone_in_steps(command: Command, session: Session, account: Account) -> None:
    before = state(session, account)
    with session.write(account.id) as unit:
        operation = as_one(unit, LEAD, leads(1_600, "many"))
    done = command("lead", "undo", str(operation))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Operation {operation + 3_200}: 1600 emails, 1600 leads undone, 0 left.\n"
    assert state(session, account) == before
    again = command("lead", "undo", str(operation + 3_200), "--dry-run")
    assert again.stdout == "1600 emails would be undone.\n1600 leads would be undone.\n"


def test_a_dry_run_of_very_much_says_that_it_does_not_name_all(
    command: Command, session: Session, account: Account
) -> None:
    with session.write(account.id) as unit:
        operation = as_one(unit, LEAD, leads(5_001, "many"))
    tried = command("lead", "undo", str(operation), "--dry-run")
    assert tried.stdout.splitlines()[-1] == "These are of the last 10,000 changes: there are more."


@pytest.mark.parametrize("number", ["99", "2", "x", "0", "-1"])
def test_what_is_no_operation(command: Command, session: Session, account: Account, number: str) -> None:
    create(session, account, LEAD, {"name": "Ana", "email": {"email": "ana@example.com"}})
    for options in ((), ("--dry-run",)):
        done = command("lead", "undo", *options, "--", number)
        assert (done.returncode, done.stdout) == (1 if number.isdigit() and number != "0" else 2, "")
        assert done.stderr.count("\n") == 1


def test_twice_is_refused(command: Command, session: Session, account: Account) -> None:
    lead = create(session, account, LEAD, {"name": "Ana"})
    assert command("lead", "undo", str(lead.operation)).returncode == 0
    twice = command("lead", "undo", str(lead.operation))
    assert (twice.returncode, twice.stderr) == (1, "closum: This operation has been undone already\n")
