"""closum person erase."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from closum.accounts import users
from closum.model import draft as drafting
from closum.model.resource import Resource
from closum.operations import demo, person, records
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.sqlite.lock import ServerLock
from closum.store.sqlite.session import SQLiteSession
from tests.clients.cli.doors import Terminal, terminal
from tests.support import engine
from tests.support.client import Client
from tests.support.engine import ON_SQLITE
from tests.support.server import Server, clean_environment, closum
from tests.support.writing import filled

Command = Callable[..., "subprocess.CompletedProcess[str]"]

PHONE_OF_ANA = {"extension": "351", "number": "913333333"}
CANARY = (b"zuleica", b"canarinho", b"961 234 567", b"961234567", b"kanarienvogel")


def canaries(path: Path) -> list[tuple[str, bytes]]:
    """What the files of the database still hold of the person."""
    files = [path, path.with_name(f"{path.name}-wal")]
    contents = {file.name: file.read_bytes().lower() for file in files if file.exists()}
    return [(name, word) for name, content in contents.items() for word in CANARY if word in content]


@pytest.mark.parametrize(
    ("key", "served"),
    [
        ("zuleica.canarinho@example.com", True),
        (" ZULEICA.canarinho@Example.COM ", False),
        ("+351961234567", True),
        ("00351 961-234-567", False),
    ],
)
def test_an_erased_person_is_nowhere_in_the_files(tmp_path: Path, key: str, served: bool) -> None:
    with Server(tmp_path) as server, Client(server.address, None) as client:
        sign_in = {"email": "admin@example.com", "password": server.password}
        client.headers["Authorization"] = f"Bearer {client.data('POST', '/api/token', sign_in)['token']}"
        lead = {
            "name": "Zuleica Canarinho",
            "email": {"email": "Zuleica.Canarinho@example.com"},
            "phone": {"extension": "351", "number": "961 234 567"},
            "custom_data": {"note": "Kanarienvogel " * 600},  # long enough for pages of its own
        }
        closum("demo", "--leads", "400", folder=tmp_path)
        ids = [client.new("lead", lead) for _ in range(3)]
        closum("demo", "--leads", "400", folder=tmp_path)
        client.data("PUT", f"/api/lead/{ids[0]}", {"name": "Canarinho, Zuleica Maria"})
        assert canaries(server.path)
        if not served:
            server.stop()
        done = closum("person", "erase", key, "--account", "My company", "--yes", folder=tmp_path)
        assert done.stdout == "Erased 3 leads and 2 address and number records; backups keep theirs.\n"
        assert canaries(server.path) == []
        if served:
            assert client.get(f"/api/lead/{ids[0]}").status_code == 404
            assert client.get("/api/lead?limit=1").json()["pagination"]["count"] == 800
    assert closum("check", folder=tmp_path).returncode == 0


@ON_SQLITE
def test_compacting_leaves_nothing_in_unused_parts_of_the_file(
    command: Command, session: SQLiteSession, account: Account
) -> None:
    names = ["Ana", "Carla", "Ines", "Joao", "Luis", "Maria", "Nuno", "Paula", "Rita", "Sofia", "Tiago"]
    for number in range(40):  # between others, so that pages with them are split
        session.write_steps(demo.steps(account.id, number * 100, 100, lambda: 50, lambda *_: None))
        name = f"{names[number % len(names)]} Canarinho"
        filled(session, account, {"name": name, "email": {"email": "zuleica.canarinho@example.com"}})
    session.connection.close()
    arguments = (
        "person",
        "erase",
        "zuleica.canarinho@example.com",
        "--account",
        "Acme",
        "--yes",
        "--compact",
    )
    served = ServerLock(session.path).acquire()
    assert "stop the server first; nothing was erased" in command(*arguments).stderr
    served.release()
    assert command(*arguments).returncode == 0
    assert canaries(session.path) == []
    assert command("check").returncode == 0


def counts(session: Session, account_id: int) -> dict[str, int]:
    with session.read() as unit:
        return {
            resource.name: len(
                unit.all(f"SELECT id FROM {resource.name} WHERE account_id = ?", (account_id,))
            )
            for resource in (LEAD, EMAIL, PHONE)
        }


def test_erasing_takes_the_leads_and_the_records_that_nothing_shows_any_more(
    command: Command, session: Session, account: Account
) -> None:
    shared = {"extension": "351", "number": "912345678"}
    filled(
        session,
        account,
        {"email": {"email": "ana@example.com"}, "phone": shared},
        {"email": {"email": "ana@example.com"}, "phone": {"extension": "351", "number": "913333333"}},
        {"email": {"email": "rui@example.com"}, "phone": shared},
    )
    with session.write() as unit:
        other = users.add_account(unit, "Beta")
    filled(session, other, {"email": {"email": "ana@example.com"}, "phone": shared})
    done = command("person", "erase", "Ana@example.com", "--account", "Acme", "--yes")
    assert done.stdout == "Erased 2 leads and 2 address and number records; backups keep theirs.\n"
    assert counts(session, account.id) == {"lead": 1, "email": 1, "phone": 1}
    assert counts(session, other.id) == {"lead": 1, "email": 1, "phone": 1}
    assert command("check").returncode == 0
    assert filled(session, account, {"name": "Eva"}) == [4]  # no id is used again
    again = command("person", "erase", "ana@example.com", "--account", "Acme")
    assert again.stderr == "closum: The account 'Acme' has nothing of 'ana@example.com'\n"
    assert again.returncode == 1


@ON_SQLITE
def test_erasing_does_not_read_the_account(session: SQLiteSession, account: Account) -> None:
    filled(session, account, {"email": {"email": "ana@example.com"}, "phone": PHONE_OF_ANA})
    session.write_steps(demo.steps(account.id, 1, 3_000, lambda: 1_000, lambda *_: None))
    turns: list[None] = []
    session.connection.set_progress_handler(lambda: bool(turns.append(None)), 100)  # type: ignore[func-returns-value]
    with session.read() as unit:
        plan = person.look(unit, account.id, "ana@example.com")
    erasure = person.Erasure(plan)
    session.write_steps(erasure.steps())
    assert plan.size == erasure.total == person.Erased(1, 2)
    assert len(turns) < 50  # of 100 steps of SQLite's machine each; 3 000 leads took 400


def test_compacting_keeps_everything_else(command: Command, session: Session, account: Account) -> None:
    session.write_steps(demo.steps(account.id, 0, 50, lambda: 50, lambda *_: None), account.id)
    filled(session, account, {"email": {"email": "ana@example.com"}})
    session.close()
    done = command("person", "erase", "ana@example.com", "--account", "Acme", "--yes", "--compact")
    assert done.stdout == "Erased 1 lead and 1 address and number record; backups keep theirs.\n"
    assert command("check").returncode == 0


def test_a_number_that_cannot_be_read_is_erased_too(
    command: Command, session: Session, account: Account
) -> None:
    filled(session, account, {"phone": {"extension": "351", "number": "abc 5"}})
    done = command("person", "erase", "+351 abc-5", "--account", "Acme", "--yes")
    assert done.stdout == "Erased 1 lead and 1 address and number record; backups keep theirs.\n"
    again = command("person", "erase", "+351 abc-5", "--account", "Acme", "--yes", "--compact")
    assert again.returncode == 1
    assert "a number needs its prefix" in command("person", "erase", "912", "--account", "Acme").stderr


ANA = {"email": {"email": "ana@example.com"}}


def looked(session: Session, account: Account, text: str = "ana@example.com") -> person.Plan:
    with session.read() as unit:
        return person.look(unit, account.id, text)


def test_many_leads_of_one_person_are_erased_in_parts(session: Session, account: Account) -> None:
    filled(session, account, *[ANA] * (person.AT_ONCE + 5))
    erasure = person.Erasure(looked(session, account))
    totals = []
    for step in erasure.steps():
        with session.write(account.id) as unit:
            step(unit)
        totals.append(erasure.total)
    assert totals == [(person.AT_ONCE, 0), (person.AT_ONCE + 5, 1), (person.AT_ONCE + 5, 1)]
    assert counts(session, account.id) == {"lead": 0, "email": 0, "phone": 0}


def shared_number(session: Session, account: Account) -> None:
    """Ana twice, once with a number that she shares with Rui and others; an account with the same people."""
    shared = {"extension": "351", "number": "912345678"}
    ana: dict[str, Any] = ANA | {"name": "Ana Silva", "city_id": 213}
    leads: list[dict[str, Any]] = [
        ana | {"phone": shared},
        ana | {"phone": PHONE_OF_ANA},
        {"name": "Rui", "phone": shared},
    ]
    with session.write() as unit:
        other = users.add_account(unit, "Beta")
    filled(session, account, *leads, *[{"phone": shared}] * 4)
    filled(session, other, *leads)


SHOWN = """
Of the account 'Acme' these would be erased:

  lead 1  Ana Silva  ana@example.com  351 912345678  Abrantes  DATE
  lead 2  Ana Silva  ana@example.com  351 913333333  Abrantes  DATE

  email 1  ana@example.com
  phone 2  351 913333333

These stay, because other leads show them:

  phone 1  351 912345678  lead 3 (Rui), lead 4, lead 5, and 2 more

"""


def dated(text: str) -> str:
    return re.sub(r"\b\d{4}-\d\d-\d\d\b", "DATE", text)


def test_a_dry_run_names_each_lead_and_record_and_erases_nothing(
    command: Command, session: Session, account: Account
) -> None:
    shared_number(session, account)
    done = command("person", "erase", "ANA@example.com", "--account", "Acme", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\n" + dated(done.stdout) == SHOWN
    assert counts(session, account.id) == {"lead": 7, "email": 1, "phone": 2}
    gone = command("person", "erase", "eva@example.com", "--account", "Acme", "--dry-run")
    assert (gone.returncode, gone.stdout) == (1, "")
    assert gone.stderr == "closum: The account 'Acme' has nothing of 'eva@example.com'\n"


def test_a_shared_number_names_every_lead_that_shows_it(
    command: Command, session: Session, account: Account
) -> None:
    shared_number(session, account)
    shown = command("person", "erase", "+351912345678", "--account", "Acme", "--dry-run").stdout
    assert re.findall(r"^  (\w+ \d+)  ", shown, re.MULTILINE) == [
        *(f"lead {one}" for one in (1, 3, 4, 5, 6, 7)),
        "phone 1",
        "email 1",
    ]
    assert "email 1  ana@example.com  lead 2 (Ana Silva)\n" in shown


def many(session: Session, account: Account) -> None:
    phones = [{"extension": "351", "number": f"9123456{number}"} for number in range(10, 40)]
    filled(session, account, *[ANA | {"phone": phone} for phone in phones])


def listed(shown: str) -> tuple[int, int]:
    """How many leads and records are shown."""
    words = re.findall(r"^  (lead|email|phone) \d+  ", shown, re.MULTILINE)
    return words.count("lead"), len(words) - words.count("lead")


def test_of_many_leads_a_dry_run_shows_each(command: Command, session: Session, account: Account) -> None:
    many(session, account)
    shown = command("person", "erase", "ana@example.com", "--account", "Acme", "--dry-run").stdout
    assert (listed(shown), " more " in shown) == ((30, 31), False)


def test_a_name_does_not_command_the_terminal(command: Command, session: Session, account: Account) -> None:
    filled(session, account, ANA | {"name": "\x1b[2JAna\n\u202eSilva" + "x" * 200})
    shown = command("person", "erase", "ana@example.com", "--account", "Acme", "--dry-run").stdout
    assert "lead 1  \\x1b[2JAna\\n\\u202eSilvax" in shown
    assert max(map(len, shown.splitlines())) < 120


@pytest.mark.parametrize("variable", ["CLOSUM_YES", "CLOSUM_COMPACT", "CLOSUM_DRY_RUN"])
def test_without_a_terminal_nothing_is_erased_unasked(
    command: Command, session: Session, account: Account, variable: str
) -> None:
    filled(session, account, ANA)
    done = command(
        "person", "erase", "ana@example.com", "--account", "Acme", stdin="y\n", **{variable: "true"}
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "closum: 1 lead and 1 record would be erased, and nobody can be asked without a terminal: --dry-run shows them,"
        " --yes erases them; nothing was erased\n"
    )
    assert counts(session, account.id) == {"lead": 1, "email": 1, "phone": 0}


def test_to_look_and_not_to_ask_exclude_each_other(
    command: Command, session: Session, account: Account
) -> None:
    filled(session, account, ANA)
    done = command("person", "erase", "ana@example.com", "--account", "Acme", "--yes", "--dry-run")
    assert (done.returncode, done.stdout) == (2, "")
    assert "give one of them" in done.stderr
    assert counts(session, account.id)["lead"] == 1


def test_of_many_leads_the_first_are_shown_before_the_question(
    folder: Path, session: Session, account: Account
) -> None:
    many(session, account)
    words = ("person", "erase", "ana@example.com", "--account", "Acme")
    environ = clean_environment() | {"CLOSUM_DATABASE": engine.current.url(folder)}
    with terminal([sys.executable, "-m", "closum", *words], environ, 200) as running:
        running.read_until("Erase these 30 leads and 31 records? [y/N]: ")
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
        running.read_until("Erase these 2 leads and 2 records? [y/N]: ")
        yield running


def test_on_a_terminal_it_shows_and_asks(asked: Terminal, session: Session, account: Account) -> None:
    assert SHOWN in "\n" + dated(asked.shown)
    asked.write("y\n")
    assert asked.end() == 0
    assert "Erased 2 leads and 2 address and number records; backups keep theirs.\n" in asked.shown
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
    assert "Erased 1 lead and 0 address and number records; " in asked.shown
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
    assert "Erased 0 leads and 0 address and number records; " in asked.shown
    assert "2 leads and 2 records were shown: the others were erased, " in asked.shown
    assert counts(session, account.id) == {"lead": 5, "email": 0, "phone": 1}
    assert command("check").returncode == 0


def change(
    session: Session, account: Account, resource: Resource, record_id: int, body: dict[str, Any]
) -> None:
    with session.write(account.id) as unit:
        records.update(unit, account.id, resource, record_id, drafting.parse(resource, body, creating=False))


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
    assert plan.size == (1, 2)
    change(session, account, *CHANGES[name])
    erasure = person.Erasure(plan)
    session.write_steps(erasure.steps(), account.id)
    assert erasure.total.leads == 0
    assert counts(session, account.id)["lead"] == 1
    assert command("check").returncode == 0


def test_a_record_that_no_lead_shows_goes_unless_it_is_another_persons_by_now(
    session: Session, account: Account
) -> None:
    filled(session, account, ANA, {"email": {"email": "rui@example.com"}})
    change(session, account, LEAD, 1, {"name": "Ana", "email": None})
    change(session, account, LEAD, 2, {"name": "Rui", "email": None})
    plans = looked(session, account), looked(session, account, "rui@example.com")
    assert [plan.size for plan in plans] == [(0, 1), (0, 1)]
    change(session, account, EMAIL, 1, {"email": "eva@example.com"})
    erasures = [person.Erasure(plan) for plan in plans]
    for erasure in erasures:
        session.write_steps(erasure.steps(), account.id)
    assert [erasure.total for erasure in erasures] == [(0, 0), (0, 1)]
    assert counts(session, account.id) == {"lead": 2, "email": 1, "phone": 0}


def test_a_record_that_another_lead_shows_by_now_stays(
    command: Command, session: Session, account: Account
) -> None:
    filled(session, account, ANA | {"phone": PHONE_OF_ANA})
    plan = looked(session, account)
    filled(session, account, {"name": "Rui", "phone": PHONE_OF_ANA})
    erasure = person.Erasure(plan)
    session.write_steps(erasure.steps(), account.id)
    assert erasure.total == (1, 1)
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
    assert done.stdout.startswith(f"Erased {left} leads and {left + 1} address and number records; ")
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
    assert done.stderr.rstrip() == "closum: Interrupted: run the same command again for what is left"


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
