"""closum person erase."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from closum.accounts import users
from closum.model import draft
from closum.operations import demo, person, records
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.sqlite.lock import ServerLock
from closum.store.sqlite.session import SQLiteSession
from tests.support.client import Client
from tests.support.engine import ON_SQLITE
from tests.support.people import (
    ANA,
    PHONE_OF_ANA,
    SHOWN,
    counts,
    dated,
    listed,
    looked,
    many,
    shared_number,
    told,
)
from tests.support.server import Server, closum
from tests.support.writing import filled

Command = Callable[..., "subprocess.CompletedProcess[str]"]

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
        assert told(done.stdout) == "Erased 3 leads and 2 e-mail or phone records; backups keep theirs.\n"
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
        session.write_steps(demo.steps(number * 100, 100, lambda: 50, lambda *_: None), account.id)
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
    assert told(done.stdout) == "Erased 2 leads and 2 e-mail or phone records; backups keep theirs.\n"
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
    session.write_steps(demo.steps(1, 3_000, lambda: 1_000, lambda *_: None), account.id)
    turns: list[None] = []
    session.connection.set_progress_handler(lambda: bool(turns.append(None)), 100)  # type: ignore[func-returns-value]
    with session.read() as unit:
        plan = person.look(unit.of(account.id), "ana@example.com")
    erasure = person.Erasure(plan)
    session.write_steps(erasure.steps(), account.id)
    assert plan.size == erasure.total == person.Erased(1, 2)
    assert (
        len(turns) < 80
    )  # of 100 steps of SQLite's machine each, for eight tables of what belongs to leads; 3 000 leads took 400


def test_compacting_keeps_everything_else(command: Command, session: Session, account: Account) -> None:
    session.write_steps(demo.steps(0, 50, lambda: 50, lambda *_: None), account.id)
    filled(session, account, {"email": {"email": "ana@example.com"}})
    session.close()
    done = command("person", "erase", "ana@example.com", "--account", "Acme", "--yes", "--compact")
    assert told(done.stdout) == "Erased 1 lead and 1 e-mail or phone record; backups keep theirs.\n"
    assert command("check").returncode == 0


def test_a_number_that_cannot_be_read_is_erased_too(
    command: Command, session: Session, account: Account
) -> None:
    filled(session, account, {"phone": {"extension": "351", "number": "abc 55/5"}})
    done = command("person", "erase", "+351 abc-55/5", "--account", "Acme", "--yes")
    assert told(done.stdout) == "Erased 1 lead and 1 e-mail or phone record; backups keep theirs.\n"
    again = command("person", "erase", "+351 abc-55/5", "--account", "Acme", "--yes", "--compact")
    assert again.returncode == 1
    assert again.stderr.endswith("; what was erased before is not in unused parts any more\n")


def test_many_leads_of_one_person_are_erased_in_parts(session: Session, account: Account) -> None:
    filled(session, account, *[ANA] * (person.AT_ONCE + 5))
    erasure = person.Erasure(looked(session, account))
    totals = []
    for step in erasure.steps():
        with session.write(account.id) as unit:
            step(unit)
        totals.append(erasure.total)
    assert totals == [(person.AT_ONCE, 0, 0, 0), *[(person.AT_ONCE + 5, 1, 0, 0)] * 2]
    assert counts(session, account.id) == {"lead": 0, "email": 0, "phone": 0}


def test_a_dry_run_names_each_lead_and_record_and_erases_nothing(
    command: Command, session: Session, account: Account
) -> None:
    shared_number(session, account)
    done = command("person", "erase", "ANA@example.com", "--account", "Acme", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\n" + dated(told(done.stdout)) == SHOWN
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


def test_what_goes_from_the_history_of_others_is_shown_too(
    command: Command, session: Session, account: Account
) -> None:
    filled(session, account, {"name": "Rui", "email": {"email": "rui@example.com"}})
    with session.write(account.id) as unit:
        new = {"name": "Eva", "email": {"email": "eva@example.com"}}
        records.update(unit, LEAD, 1, draft.parse(LEAD, new))
    shown = command("person", "erase", "rui@example.com", "--account", "Acme", "--dry-run").stdout
    assert (
        "From the history of records that stay, these former values would be erased:\n\n"
        "  lead 1   Rui\n  email 1  rui@example.com\n"
    ) in shown
    assert "Eva" not in shown
    done = command("person", "erase", "rui@example.com", "--account", "Acme", "--yes").stdout
    assert (
        "Erased 0 leads and 0 e-mail or phone records, and former values of 2 other records; backups keep theirs."
    ) in done
    assert command("person", "show", "rui@example.com", "--account", "Acme").returncode == 1


def test_every_record_is_shown_by_something_that_a_person_recognises(
    command: Command, session: Session, account: Account
) -> None:
    """Also a lead without a name, and one that only showed the person's address once."""
    phone = {"extension": "351", "number": "912345678"}
    filled(session, account, ANA | {"phone": phone}, ANA | {"name": "Rui"})
    filled(session, account, {"email": {"email": "eva@example.com"}, "phone": phone})
    with session.write(account.id) as unit:
        records.update(unit, LEAD, 2, draft.parse(LEAD, {"email": {"email": "rui@example.com"}}))
    shown = command("person", "erase", "ana@example.com", "--dry-run").stdout
    assert "  lead 1  -  ana@example.com  351 912345678  -  " in shown
    assert "  phone 1  351 912345678  lead 3 (eva@example.com)\n" in shown
    assert "these former values would be erased:\n\n  lead 2  ana@example.com\n" in shown


def test_a_record_that_is_another_persons_now_is_shown_by_number(
    command: Command, session: Session, account: Account
) -> None:
    filled(session, account, ANA | {"name": "Ana"}, ANA | {"name": "Rui"})
    with session.write(account.id) as unit:
        records.update(unit, LEAD, 2, draft.parse(LEAD, {"email": {"email": "rui@example.com"}}))
        records.update(unit, EMAIL, 1, draft.parse(EMAIL, {"email": "eva@example.com"}))
    shown = command("person", "erase", "ana@example.com", "--dry-run").stdout
    assert "  lead 2   email 1\n" in shown
    assert "  email 1  ana@example.com\n" in shown
    assert "eva@example.com" not in shown
