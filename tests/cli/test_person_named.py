"""closum person erase and show: whom the address or number names, and who is only near."""

import json
import subprocess
from collections.abc import Callable

import pytest

from closum.accounts import users
from closum.resources.lead import LEAD
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.people import ANA, PHONE_OF_ANA, counts, shared_number, told
from tests.support.writing import filled

Command = Callable[..., "subprocess.CompletedProcess[str]"]

MAIN = "+351212999001"


@pytest.fixture
def switchboard(session: Session, account: Account) -> None:
    """A main number, and two people at its extensions."""
    for number in ("212 999 001", "212 999 001 ext. 12", "212 999 001 ramal 34"):
        phone = {"extension": "351", "number": number}
        filled(session, account, {"name": number[12:] or None, "phone": phone})


@pytest.mark.usefixtures("switchboard")
def test_people_at_extensions_of_a_main_number_are_shown_and_stay(
    command: Command, session: Session, account: Account
) -> None:
    shown = command("person", "erase", MAIN, "--account", "Acme", "--dry-run").stdout
    erased, stay = shown.split(
        "These stay, because they belong to other people at extensions of the number:\n"
    )
    assert ("lead 1" in erased, "lead 2" in erased, "lead 3" in erased) == (True, False, False)
    assert "phone 2  351 212 999 001 ext. 12   lead 2 (ext. 12)\n" in stay
    assert "phone 3  351 212 999 001 ramal 34  lead 3 (ramal 34)\n" in stay
    done = command("person", "erase", MAIN, "--account", "Acme", "--yes")
    assert told(done.stdout) == "Erased 1 lead and 1 e-mail or phone record; backups keep theirs.\n"
    assert counts(session, account.id) == {"lead": 2, "email": 0, "phone": 2}
    none = command("person", "erase", MAIN, "--account", "Acme", "--yes")
    assert none.returncode == 1
    assert none.stderr == (
        f"closum: The account 'Acme' has nothing of '{MAIN}' itself; at its extensions there is '351 212 999 001 ext. 12',"
        " '351 212 999 001 ramal 34': name one with its extension\n"
    )
    one = command("person", "erase", f"{MAIN} x12", "--account", "Acme", "--yes")
    assert told(one.stdout) == "Erased 1 lead and 1 e-mail or phone record; backups keep theirs.\n"
    left = command("person", "show", f"{MAIN};ext=34")
    assert [lead["name"] for lead in json.loads(left.stdout)["leads"]] == ["ramal 34"]
    assert counts(session, account.id) == {"lead": 1, "email": 0, "phone": 1}


def test_a_number_that_begins_alike_is_nobody_at_an_extension(
    command: Command, session: Session, account: Account
) -> None:
    filled(session, account, *[{"phone": {"extension": "351", "number": f"21299900{one}"}} for one in (1, 2)])
    filled(session, account, {"phone": {"extension": "351", "number": "2129990011"}})
    shown = command("person", "erase", MAIN, "--account", "Acme", "--dry-run").stdout
    assert "extensions" not in shown
    assert "lead 3" not in shown


@pytest.mark.parametrize("text", ["+351", "00351", "-", "?", "351", "", "+351 12"])
def test_what_names_nobody_erases_nobody(
    command: Command, session: Session, account: Account, text: str
) -> None:
    for number in ("-", "?", "12"):
        filled(session, account, {"name": number, "phone": {"extension": "351", "number": number}})
    before = counts(session, account.id)
    for words in (("erase", text, "--account", "Acme", "--yes"), ("show", text)):
        done = command("person", *words)
        assert (done.returncode, done.stdout) == (1, "")
        assert "write ana@example.com, +351 912 345 678 or, at a switchboard, " in done.stderr
    assert counts(session, account.id) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Name whom to erase"),
        (("ana@example.com", "--from", "gone"), "--from FILE names whom to erase: give it alone"),
    ],
)
def test_it_says_what_is_missing(command: Command, words: tuple[str, ...], said: str) -> None:
    done = command("person", "erase", *words)
    assert (done.returncode, said in done.stderr) == (2, True)


def test_the_account_is_named_where_there_are_several(
    command: Command, session: Session, account: Account
) -> None:
    filled(session, account, ANA, ANA)
    words = ("person", "erase", "ana@example.com")
    shown = command(*words, "--dry-run")
    assert shown.stdout.startswith("Of the account 'Acme' these would be erased:\n")
    with session.write() as unit:
        users.add_account(unit, "Beta")
    done = command(*words, "--yes")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "closum: Say which account with --account NAME: 'Acme', 'Beta'\n"
    assert counts(session, account.id)["lead"] == 2


def test_show_prints_all_that_there_is_as_json(command: Command, session: Session, account: Account) -> None:
    shared_number(session, account)
    done = command("person", "show", " ANA@example.com ", "--account", "Acme")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert [lead["id"] for lead in found["leads"]] == [1, 2]
    assert found["leads"][0] | {"creation_date": ""} == dict.fromkeys(one.name for one in LEAD.fields) | {
        "id": 1,
        "name": "Ana Silva",
        "creation_date": "",
        "city_id": 213,
        "custom_data": None,
        "email": {"id": 1, "email": "ana@example.com"},
        "phone": {"id": 1, "extension": "351", "number": "912345678"},
    }
    assert found["account"] == "Acme"
    assert [one["email"] for one in found["emails"]] == ["ana@example.com"]
    assert [one["number"] for one in found["phones"]] == ["912345678", "913333333"]
    assert counts(session, account.id)["lead"] == 7


def test_show_of_nobody_says_so(command: Command, session: Session, account: Account) -> None:
    filled(session, account, ANA | {"phone": PHONE_OF_ANA})
    done = command("person", "show", "eva@example.com")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "closum: The account 'Acme' has nothing of 'eva@example.com'\n"
