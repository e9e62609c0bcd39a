"""closum person erase: the question, and what others change before and after it."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from closum.model import draft as drafting
from closum.model.resource import Resource
from closum.operations import person, records
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.sqlite.session import SQLiteSession
from tests.clients.cli.processes import Terminal, terminal
from tests.support import engine
from tests.support.people import ANA, PHONE_OF_ANA, SHOWN, counts, dated, listed, looked, many, shared_number
from tests.support.server import clean_environment, closum
from tests.support.writing import filled

Command = Callable[..., "subprocess.CompletedProcess[str]"]

NAMED = ("person", "erase", "ana@example.com", "--account", "Acme", "--yes")
INTERRUPTED = "closum: Interrupted: run the same command again for what is left"


def test_of_many_leads_the_first_are_shown_before_the_question(
    folder: Path, session: Session, account: Account
) -> None:
    many(session, account)
    words = ("person", "erase", "ana@example.com", "--account", "Acme")
    environ = clean_environment() | {"CLOSUM_DATABASE": engine.current.url(folder)}
    with terminal([sys.executable, "-m", "closum", *words], environ, 200) as running:
        running.read_until("Erase 30 leads and 31 records? [y/N]: ")
        running.write("n\n")
        assert running.end() == 1
    assert listed(running.shown) == (person.SHOWN, person.SHOWN)
    assert f"\n  and {30 - person.SHOWN} more leads: --dry-run shows them\n" in running.shown
    assert f"\n  and {31 - person.SHOWN} more records: --dry-run shows them\n" in running.shown


@pytest.fixture
def asked(folder: Path, session: Session, account: Account) -> Iterator[Terminal]:
    """A terminal on which the command has come to its question."""
    shared_number(session, account)
    words = ("person", "erase", "ana@example.com", "--account", "Acme")
    environ = clean_environment() | {"CLOSUM_DATABASE": engine.current.url(folder)}
    with terminal([sys.executable, "-m", "closum", *words], environ, 200) as running:
        running.read_until("Erase 2 leads and 2 records? [y/N]: ")
        yield running


def test_on_a_terminal_it_shows_and_asks(asked: Terminal, session: Session, account: Account) -> None:
    assert SHOWN in "\n" + dated(asked.shown)
    asked.write("y\n")
    assert asked.end() == 0
    assert "Erased 2 leads and 2 e-mail or phone records; backups keep theirs.\n" in asked.shown
    assert counts(session, account.id) == {"lead": 5, "email": 0, "phone": 1}


@pytest.mark.parametrize("answer", ["n\n", "\n", "\x04"], ids=["no", "nothing", "end"])
def test_without_a_yes_nothing_is_erased(
    asked: Terminal, session: Session, account: Account, answer: str
) -> None:
    asked.write(answer)
    assert asked.end() in (1, 130)
    assert asked.shown.endswith("closum: Nothing was erased\n")
    assert counts(session, account.id) == {"lead": 7, "email": 1, "phone": 2}


def test_a_lead_that_comes_or_changes_after_the_question_stays_and_is_told_of(
    asked: Terminal, session: Session, account: Account
) -> None:
    filled(session, account, ANA | {"name": "Came meanwhile"})
    change(session, account, LEAD, 2, {"name": "Ana Maria Silva"})
    asked.write("y\n")
    assert asked.end() == 1
    assert "Erased 1 lead and 0 e-mail or phone records; " in asked.shown
    assert "The account 'Acme' has 2 leads and 2 records of 'ana@example.com' again: " in asked.shown
    with session.read() as unit:
        left = unit.all("SELECT id FROM lead WHERE account_id = ? ORDER BY id", (account.id,))
    assert left == [(2,), (3,), (4,), (5,), (6,), (7,), (8,)]


def test_what_another_command_has_erased_meanwhile_is_told(
    asked: Terminal, command: Command, session: Session, account: Account
) -> None:
    assert command("person", "erase", "ana@example.com", "--account", "Acme", "--yes").returncode == 0
    asked.write("y\n")
    assert asked.end() == 0
    assert "Erased 0 leads and 0 e-mail or phone records; " in asked.shown
    assert "Of the 2 leads and 2 records shown, the others were erased, " in asked.shown
    assert counts(session, account.id) == {"lead": 5, "email": 0, "phone": 1}
    assert command("check").returncode == 0


def change(
    session: Session, account: Account, resource: Resource, record_id: int, body: dict[str, Any]
) -> None:
    with session.write(account.id) as unit:
        records.update(unit.of(account.id), resource, record_id, drafting.parse(resource, body))


CHANGES: dict[str, tuple[Resource, int, dict[str, Any]]] = {
    "the lead shows another address": (LEAD, 1, {"email": {"email": "rui@example.com"}}),
    "the record has another address": (EMAIL, 1, {"email": "rui@example.com"}),
    "the record has another number": (PHONE, 1, {"number": "914444444"}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_another_persons_by_now_stays(
    command: Command, session: Session, account: Account, name: str
) -> None:
    filled(session, account, ANA | {"phone": PHONE_OF_ANA})
    plan = looked(session, account)
    assert plan.size == (1, 2, 0, 0)
    change(session, account, *CHANGES[name])
    erasure = person.Erasure(plan)
    session.write_steps(erasure.steps(), account.id)
    assert erasure.total.showing == 0
    assert counts(session, account.id)["lead"] == 1
    assert command("check").returncode == 0


def test_a_record_that_no_lead_shows_goes_unless_it_is_another_persons_by_now(
    session: Session, account: Account
) -> None:
    filled(session, account, ANA, {"email": {"email": "rui@example.com"}})
    change(session, account, LEAD, 1, {"name": "Ana", "email": None})
    change(session, account, LEAD, 2, {"name": "Rui", "email": None})
    plans = looked(session, account), looked(session, account, "rui@example.com")
    assert [plan.size for plan in plans] == [(0, 1, 1, 0), (0, 1, 1, 0)]
    change(session, account, EMAIL, 1, {"email": "eva@example.com"})
    erasures = [person.Erasure(plan) for plan in plans]
    for erasure in erasures:
        session.write_steps(erasure.steps(), account.id)
    assert [erasure.total for erasure in erasures] == [(0, 0, 1, 0), (0, 1, 1, 0)]
    assert counts(session, account.id) == {"lead": 2, "email": 1, "phone": 0}


def test_a_record_that_another_lead_shows_by_now_stays(
    command: Command, session: Session, account: Account
) -> None:
    filled(session, account, ANA | {"phone": PHONE_OF_ANA})
    plan = looked(session, account)
    filled(session, account, {"name": "Rui", "phone": PHONE_OF_ANA})
    erasure = person.Erasure(plan)
    session.write_steps(erasure.steps(), account.id)
    assert erasure.total == (1, 1, 0, 0)
    assert counts(session, account.id) == {"lead": 1, "email": 0, "phone": 1}
    assert command("check").returncode == 0


def test_an_interrupted_erasure_leaves_what_a_second_one_finds(
    command: Command, session: Session, account: Account
) -> None:
    phones = [{"extension": "351", "number": f"912345{number}"} for number in range(200, 260)]
    filled(session, account, *[ANA | {"phone": phone} for phone in phones])
    first, *_ = person.Erasure(looked(session, account)).steps()
    with session.write(account.id) as unit:
        first(unit)
    left = 60 - person.AT_ONCE
    assert counts(session, account.id) == {"lead": left, "email": 1, "phone": left}
    done = command("person", "erase", "ana@example.com", "--account", "Acme", "--yes")
    assert done.stdout.startswith(f"Erased {left} leads and {left + 1} e-mail or phone records; ")
    assert counts(session, account.id) == {"lead": 0, "email": 0, "phone": 0}


def test_an_interrupted_command_says_what_to_do(
    command: Command, session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(session, account, ANA)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(type(session), "write_steps", interrupted)
    done = command("person", "erase", "ana@example.com", "--account", "Acme", "--yes")
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.rstrip() == INTERRUPTED


@pytest.mark.parametrize("again", [NAMED, ("person", "erase", "--from", "erased", "--yes")])
def test_what_an_interrupted_erasure_left_in_indexes_goes_with_the_next_one(
    command: Command,
    session: Session,
    account: Account,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    again: tuple[str, ...],
) -> None:
    """Also where that finds nobody any more."""
    others = [{"name": f"Rui {one}"} for one in range(40)]
    filled(session, account, *others, {"name": "Zyxwv", "email": {"email": "ana@example.com"}}, *others)
    session.settle()
    fold, folded = type(session).fold, list[int]()

    def interrupted(_: Session) -> None:
        raise KeyboardInterrupt

    def noted(folding: Session) -> None:
        fold(folding)
        folded.append(1)

    monkeypatch.setattr(type(session), "fold", interrupted)
    done = command(*NAMED, "--record", "erased")
    assert (done.returncode, done.stderr.rstrip()) == (130, INTERRUPTED)
    assert counts(session, account.id) == {"lead": 80, "email": 0, "phone": 0}
    on_sqlite = engine.current.name == "sqlite"
    assert not on_sqlite or has_words(session)
    monkeypatch.setattr(type(session), "fold", noted)
    done = command("person", "erase", "ana@example.com", "--account", "Acme", "--dry-run")
    assert ("has nothing of" in done.stderr, folded) == (True, [])
    done = command(*again)
    assert ("has nothing of" in done.stderr or "Nobody" in done.stdout, folded) == (True, [1])
    assert not on_sqlite or not has_words(session)


def has_words(session: Session) -> bool:
    """Whether the files still have a word of the one who was erased."""
    assert isinstance(session, SQLiteSession)
    files = [session.path, session.path.with_name(f"{session.path.name}-wal")]
    return any(b"zyxwv" in file.read_bytes().lower() for file in files if file.exists())


def test_two_at_once_erase_it_once(folder: Path, session: Session, account: Account) -> None:
    filled(session, account, *[ANA] * 300)
    words = ("person", "erase", "ana@example.com", "--account", "Acme", "--yes")
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: closum(*words, folder=folder), range(2)))
    erased = [int(found[1]) for one in done if (found := re.match(r"Erased (\d+) lead", one.stdout))]
    assert sum(erased) == 300
    for one in done:
        assert one.returncode == 0 or "has nothing of" in one.stderr or " again: " in one.stderr
    assert counts(session, account.id) == {"lead": 0, "email": 0, "phone": 0}
    assert closum("check", folder=folder).returncode == 0
