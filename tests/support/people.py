"""A person to erase, who shares a number with others; what a look at them shows, and what is left of them."""

import re
from typing import Any

from closum.accounts import users
from closum.operations import person
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.writing import filled

ANA = {"email": {"email": "ana@example.com"}}
PHONE_OF_ANA = {"extension": "351", "number": "913333333"}


def counts(session: Session, account_id: int) -> dict[str, int]:
    with session.read() as unit:
        return {
            resource.name: len(
                unit.all(f"SELECT id FROM {resource.name} WHERE account_id = ?", (account_id,))
            )
            for resource in (LEAD, EMAIL, PHONE)
        }


def looked(session: Session, account: Account, text: str = "ana@example.com") -> person.Plan:
    with session.read() as unit:
        return person.look(unit.of(account.id), text)


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


def many(session: Session, account: Account) -> None:
    phones = [{"extension": "351", "number": f"9123456{number}"} for number in range(10, 40)]
    filled(session, account, *[ANA | {"phone": phone} for phone in phones])


def listed(shown: str) -> tuple[int, int]:
    """How many leads and records are shown."""
    words = re.findall(r"^  (lead|email|phone) \d+  ", shown, re.MULTILINE)
    return words.count("lead"), len(words) - words.count("lead")


def told(stdout: str) -> str:
    """What a command says, without what it says at its end of copies."""
    head, _, places = stdout.partition(
        "What this command cannot know of (docs/guide/privacy.md has the steps):\n\n"
    )
    assert "snapshots of the disk\n" in places
    return head
