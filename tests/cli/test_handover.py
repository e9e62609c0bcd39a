"""closum user remove … --to …: others get what the user leaves, as one operation."""

import re
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from closum.accounts import users
from closum.model import draft
from closum.operations import handover, jobs, records, runner, undo
from closum.operations.bulk import LEAST
from closum.resources.assignment_rule import ASSIGNMENT_RULE
from closum.resources.lead import LEAD
from closum.resources.task import TASK
from closum.store import background, identity, rows
from closum.store.background import DONE, Key
from closum.store.identity import Account
from closum.store.session import Session
from tests.operations.test_undo import create, state

Command = Callable[..., "subprocess.CompletedProcess[str]"]
EVA, IDA = "eva@example.com", "ida@example.com"


def add_user(session: Session, account: Account, email: str) -> int:
    with session.write() as unit:
        return users.add_user(unit, account, email, "no password")


@pytest.fixture
def eva(session: Session, account: Account) -> int:
    """A user of an account with another owner, so that she can leave."""
    found = add_user(session, account, EVA)
    add_user(session, account, "owner@example.com")
    return found


@pytest.fixture
def ida(session: Session, account: Account) -> int:
    return add_user(session, account, IDA)


def held(session: Session, account: Account, column: str = "owner_id", of: Any = LEAD) -> list[Any]:
    """By the order of ids."""
    with session.read() as unit:
        own = unit.of(account.id)
        found = rows.all_by(own, of, "id", range(1, 500))
        return [row[column] for row in sorted(found, key=lambda row: row["id"])]


def fill(session: Session, account: Account, eva: int, ida: int) -> None:
    """Leads, tasks and a rule of both."""
    for owner in (eva, eva, ida, None):
        create(session, account, LEAD, {"name": "Ana", "owner_id": owner})
    for user, done in ((eva, None), (eva, "2026-01-31T10:00:00Z"), (ida, None), (None, None)):
        create(session, account, TASK, {"lead_id": 1, "text": "Call", "user_id": user, "done": done})
    create(session, account, ASSIGNMENT_RULE, {"user_ids": [eva, ida]})


def begin(session: Session, account: Account, user: int, to: int | None) -> Key:
    with session.write(account.id) as unit:
        job = handover.begin(unit, user, to)
        assert job
        return Key(account.id, job.kind, job.number)


def step(session: Session, key: Key) -> bool:
    """Whether there are more."""
    with session.write(key.account_id) as unit:
        taken = runner.turn(unit, handover.kind(), key, "test", 1)
        return taken is not None and taken.left is not None


def operation_of(printed: str) -> int:
    found = re.search(r"Operation (\d+)", printed)
    assert found
    return int(found[1])


@pytest.mark.parametrize("to", [IDA, ""])
def test_another_user_or_nobody_gets_leads_and_open_tasks(
    command: Command, session: Session, account: Account, eva: int, ida: int, to: str
) -> None:
    fill(session, account, eva, ida)
    before, heir = state(session, account), ida if to else None
    done = command("user", "remove", EVA, *(["--to", to] if to else []))
    assert (done.returncode, done.stderr) == (0, "")
    told, rest = done.stdout.splitlines()
    assert told == f"The user {EVA} is removed."
    assert rest.endswith(f": 2 leads and 1 task given to {to or 'nobody'}.")
    assert held(session, account) == [heir, heir, ida, None]
    assert held(session, account, "user_id", TASK) == [heir, eva, ida, None]
    assert held(session, account, "user_ids", ASSIGNMENT_RULE) == [f"[{ida}]"]
    undone = command("lead", "undo", str(operation_of(done.stdout)))
    assert (undone.returncode, undone.stderr) == (0, "")
    assert undone.stdout.count("what it names is not there any more") == 4, undone.stdout
    with session.write() as unit:
        assert unit.run("UPDATE lead SET owner_id = ? WHERE id < 3 AND owner_id IS NULL", (eva,)) == 2
        assert unit.run("UPDATE task SET user_id = ? WHERE id = 1 AND user_id IS NULL", (eva,)) == 1
        unit.run("UPDATE assignment_rule SET user_ids = ?", (f"[{eva},{ida}]",))
    assert state(session, account) == before


def test_a_user_with_nothing_leaves_nothing(
    command: Command, session: Session, account: Account, eva: int, ida: int
) -> None:
    before = state(session, account)
    done = command("user", "remove", EVA, "--to", IDA)
    assert done.stdout == f"The user {EVA} is removed.\n"
    assert state(session, account) == before


def test_rules_alone_lose_the_user(
    command: Command, session: Session, account: Account, eva: int, ida: int
) -> None:
    create(session, account, ASSIGNMENT_RULE, {"user_ids": [eva]})
    done = command("user", "remove", EVA)
    assert done.stdout.splitlines()[1].endswith(": rules of the account changed.")
    assert held(session, account, "user_ids", ASSIGNMENT_RULE) == ["[]"]


@pytest.mark.parametrize("to", [EVA, "rui@example.com", "stranger@example.com"])
def test_only_another_user_of_the_account_gets_them(
    command: Command, session: Session, account: Account, eva: int, to: str
) -> None:
    with session.write() as unit:
        users.add_user(unit, users.add_account(unit, "Other"), "stranger@example.com", "no password")
    create(session, account, LEAD, {"name": "Ana", "owner_id": eva})
    done = command("user", "remove", EVA, "--to", to)
    assert (done.returncode, done.stdout) == (1, "")
    assert to in done.stderr
    assert held(session, account) == [eva]
    assert f"{EVA}\t" in command("user", "list").stdout


def test_who_is_disabled_keeps_them(command: Command, session: Session, account: Account, eva: int) -> None:
    create(session, account, LEAD, {"name": "Ana", "owner_id": eva})
    assert command("user", "disable", EVA).returncode == 0
    assert held(session, account) == [eva]


def test_much_is_handed_over_in_steps_that_are_one_operation(
    session: Session, account: Account, eva: int, ida: int
) -> None:
    number = 2 * LEAST + 1
    with session.write(account.id) as unit:
        records.create_many(
            unit, LEAD, [draft.parse(LEAD, {"name": "Ana", "owner_id": eva}) for _ in range(number)]
        )
    key = begin(session, account, eva, ida)
    gone = [held(session, account).count(ida)]
    while step(session, key):
        gone.append(held(session, account).count(ida))
    assert sorted({*gone, number}) == [0, LEAST, 2 * LEAST, number]
    assert held(session, account) == [ida] * number
    with session.read() as unit:
        found = background.job(unit.of(account.id), key.kind, key.number)
        assert found
        assert (found.state, handover.counts(found)) == (DONE, {"lead": number, "task": 0})
        shown = jobs.retrieve(unit.of(account.id), jobs.job_id(key.kind, key.number))
    with session.write(account.id) as unit:
        undo.undo(unit, shown["operation"])
    assert held(session, account) == [eva] * number  # who is there: a user goes after the work has begun


@pytest.mark.parametrize("to", [IDA, ""])
def test_an_undo_gives_nobody_a_user_who_is_removed(
    command: Command, session: Session, account: Account, eva: int, ida: int, to: str
) -> None:
    fill(session, account, eva, ida)
    with session.write(account.id) as unit:
        changed = records.update(unit, LEAD, 2, draft.parse(LEAD, {"owner_id": ida})).operation
    assert changed
    done = command("user", "remove", EVA, *(["--to", to] if to else []))
    operations = [operation_of(done.stdout), changed]
    with session.write(account.id) as unit:
        left = [
            (one.resource.name, one.id, one.names, one.reason)
            for operation in operations
            for one in undo.undo(unit, operation).left
        ]
    assert sorted(left) == [
        ("assignment_rule", 1, ("user_ids",), undo.UNUSABLE),
        ("lead", 1, ("owner_id",), undo.UNUSABLE),
        ("lead", 2, ("owner_id",), undo.UNUSABLE),
        ("task", 1, ("user_id",), undo.UNUSABLE),
    ]
    assert held(session, account) == [None, None, ida, None]
    assert held(session, account, "user_id", TASK) == [None, eva, ida, None]
    assert held(session, account, "user_ids", ASSIGNMENT_RULE) == [f"[{ida}]"]
    assert command("check").returncode == 0


def test_nobody_gets_what_an_heir_leaves_meanwhile(
    session: Session, account: Account, eva: int, ida: int
) -> None:
    create(session, account, LEAD, {"name": "Ana", "owner_id": eva})
    key = begin(session, account, eva, ida)
    with session.write() as unit:
        identity.remove_user(unit, ida)
    while step(session, key):
        pass
    assert held(session, account) == [None]


def test_what_comes_back_from_the_bin_is_of_nobody_who_is_removed(
    command: Command, session: Session, account: Account, eva: int, ida: int
) -> None:
    create(session, account, LEAD, {"name": "Ana", "owner_id": eva})
    create(session, account, ASSIGNMENT_RULE, {"user_ids": [eva, ida]})
    operations = []
    for resource in (LEAD, ASSIGNMENT_RULE):
        with session.write(account.id) as unit:
            operations.append(records.delete(unit.of(account.id), resource, 1).operation)
    command("user", "remove", EVA, "--to", IDA)
    for operation in operations:
        assert command("lead", "undo", str(operation)).returncode == 0
    assert held(session, account) == [None]
    assert held(session, account, "user_ids", ASSIGNMENT_RULE) == [f"[{ida}]"]
    assert command("check").returncode == 0


def test_who_is_disabled_gets_nothing(
    command: Command, session: Session, account: Account, eva: int, ida: int
) -> None:
    create(session, account, LEAD, {"name": "Ana", "owner_id": eva})
    command("user", "disable", IDA)
    done = command("user", "remove", EVA, "--to", IDA)
    assert (done.returncode, done.stdout, "is disabled" in done.stderr) == (1, "", True)
    assert held(session, account) == [eva]
