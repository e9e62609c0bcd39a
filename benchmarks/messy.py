"""Leads as they are found in life, to measure filters and searches on: many names, domains and keys, over three years.

    python -m benchmarks.messy sqlite:////tmp/messy.db 1000000

Which leads they are follows from their number alone: 200 000 different names and 30 000 domains, of which a few are
frequent and most are rare; 200 keys of custom data; and dates in the order of the ids.
"""

import itertools
import random
import sys
from collections.abc import Iterator
from typing import Any

from benchmarks.data import PASSWORD, Data, email_of
from closum.accounts import passwords, users
from closum.model import draft
from closum.model.draft import Draft
from closum.operations import cities, records
from closum.resources.lead import LEAD
from closum.store.opening import open_session
from closum.store.session import Session
from closum.store.unit import timestamp

NAMES, DOMAINS, KEYS, CITIES = 200_000, 30_000, 200, 308
YEARS = 3 * 365 * 24 * 3600  # seconds
SET = 1_000

_STARTS = ("ma", "jo", "an", "sil", "fer", "cos", "pe", "ri", "lu", "te", "car", "gon", "ro", "be", "san")
_MIDDLES = (
    "ri",
    "a",
    "na",
    "vei",
    "rei",
    "ta",
    "dro",
    "be",
    "ís",
    "re",
    "los",
    "çal",
    "dri",
    "a",
    "to",
    "lé",
)
_ENDS = ("a", "o", "s", "ra", "da", "gues", "nto", "ves", "ão", "ria", "nes", "lho", "to", "que", "és")
_WORDS = ["".join(parts) for parts in itertools.product(_STARTS, _MIDDLES, _ENDS)]
random.Random(0).shuffle(_WORDS)  # noqa: S311 - so that frequent ones do not begin alike
_SOURCES = ("fair", "web", "newsletter", "partner", "phone call", "summer sale")


def rare(choice: random.Random, most: int) -> int:
    """A number below `most`, the small ones far more often than the large ones."""
    return min(int(most ** choice.random()) - 1, most - 1)


def name(number: int) -> str:
    """Two or three words, so that each number has a name of its own."""
    size = len(_WORDS)
    parts = [_WORDS[number % 400], _WORDS[(number // 400 + number * 31) % size]]
    if number % 3 == 0:
        parts.append(_WORDS[number * 7 % size])
    return " ".join(part.capitalize() for part in parts)


def domain(number: int) -> str:
    return (
        "example.com"
        if number == 0
        else f"{_WORDS[number % len(_WORDS)]}{number}.example".encode("idna").decode()
    )


def body(number: int) -> dict[str, Any]:
    """The lead with a number."""
    choice = random.Random(number)  # noqa: S311 - no secret
    made: dict[str, Any] = {"name": name(rare(choice, NAMES))}
    if choice.random() < 0.9:
        local = f"{_WORDS[number % 1_000]}.{number}".encode("ascii", "ignore").decode()
        made["email"] = {"email": f"{local}@{domain(rare(choice, DOMAINS))}"}
    if choice.random() < 0.8:
        made["phone"] = {"extension": "351", "number": str(910_000_000 + number * 7_919 % 9_999_991)}
    if choice.random() < 0.9:
        made["city_id"] = 1 + rare(choice, CITIES)
    made["custom_data"] = {f"key_{rare(choice, KEYS)}": _custom(choice) for _ in range(choice.randrange(4))}
    return made


def _custom(choice: random.Random) -> str | int:
    return choice.choice(_SOURCES) if choice.random() < 0.5 else choice.randrange(1_000)


def drafts(first: int, count: int, total: int, now: int) -> Iterator[Draft]:
    """Leads `first` to `first + count` of `total`, with their dates up to now."""
    for number in range(first, first + count):
        made = draft.parse(LEAD, body(number))
        made.values["creation_date"] = timestamp(now - YEARS + YEARS * number // total)
        yield made


def fill(url: str, data: Data) -> None:
    """A new database with accounts of so many leads, and a user of each account."""
    hashed = passwords.hashed(PASSWORD)
    with open_session(url, create=True) as session:
        with session.setup() as unit:
            cities.seed(unit)
            now = unit.now
        for _, called, size in data.named():
            with session.setup() as unit:
                account = users.add_account(unit, called)
                users.add_user(unit, account, email_of(called), hashed)
            _fill(session, account.id, size, now)


def _fill(session: Session, account_id: int, total: int, now: int) -> None:
    for first in range(0, total, SET):
        with session.write(account_id) as unit:
            records.create_many(unit, LEAD, list(drafts(first, min(SET, total - first), total, now)))


if __name__ == "__main__":
    fill(sys.argv[1], Data({"messy": [int(sys.argv[2])]}))
