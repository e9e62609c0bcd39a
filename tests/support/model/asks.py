"""Random lists that clients ask for: filters of every property, searches, orders and shapes."""

import random
from collections.abc import Iterator

from tests.support.model import scan
from tests.support.model.account import BELONGING
from tests.support.model.asked import LISTED, MEANT, Asked, Filter, Search
from tests.support.model.bodies import ADDRESSES, TEXTS_OF_WORK
from tests.support.model.same import SPELLINGS
from tests.support.model.touched import TOUCHES

KEYS = ("a", "A", "b", "a>=b", "k%3D", "é", "a.b", 'q"\\', "~", "none")
HELD = (
    *(("a", text) for text in ("1", "12", "1.2e1", "agueda", "TRUE", "9007199254740993", "9007199254740992")),
    *(("b", text) for text in ("-3", ".5", "12", "zoe")),
    *(("a>=b", "x"), ("k%3D", "12"), ("a.b", "b"), ('q"\\', "agueda"), ("~", "12"), ("é", "summer")),
)
"""Keys of custom data with a value that some leads have there, or nearly."""
NAMES = ("ana", "ÁNA", "Ana  Maria", "silva", "b", "m", "Lukasz", "12", "strasse 7", "rita", "שלום", "!")
TIMES = (
    *("today", "yesterday", "-0d", "-1d", "-3d", "-24h", "-1h", "-30h", "tomorrow", "+1d", "+24h"),
    *("2026-03-28", "2026-03-29", "2026-03-30", "2026-01-01"),
    *("2026-03-29T00:30:00+00:00", "2026-03-29T12:00:00", "2026-03-28T23:00:00-05:00", "soon"),
)
TEXTS: dict[str, tuple[str, ...]] = {
    "integer": ("1", "2", "3", "0", "-1", "40", "213", "99999999999999999999", "x"),
    "text": NAMES,
    "time": TIMES,
    "number": (*SPELLINGS, "9", "+", "a"),
    "address": (*ADDRESSES, "ANA@example.com", "nobody@example.com", "ana", "b", "exam jos", "news"),
    "domain": (
        "example.com",
        "EXAMPLE.com",
        "@example.com",
        "exämple.com",
        "sub.example.org",
        "none.example",
    ),
    "prefix": ("351", "+351", "00351", "1", "001", "44", "999"),
    "flag": ("1", "0", "true", "FALSE", "2"),
    "country": ("PT", "pt", "US", "gb", "FR", "P"),
    "choice": ("call", "CALL", "note", "given", "Withdrawn", "email", "sms", "x"),
    "consent": ("given", " GIVEN", "withdrawn", "x"),
    "touch": ("fair", "FAIR", "call", "agueda", "12", "2026", "google", "x"),
    "exact": (*TEXTS_OF_WORK, "call back", "b"),
    "custom": (
        *("1", "12", "12.0", "1.2e1", ".5", "-3", "+1", "9007199254740993", "9007199254740992"),
        *("ÁGUEDA", "agueda", "sale", "sum sal", "b", "true", "False", "1e1", "x", "[1]", "!"),
    ),
}
WORDS = (
    "ana",
    "ÁN",
    "sil",
    "mar",
    "lukas",
    "o'x",
    "exam",
    "news",
    "beja",
    "abr",
    "sum",
    "12",
    "0999",
    "5678",
)
DIGITS = ("00351", "0678", "0912345678", "351912345678", "7890", "999", "9123", "3519123")
GROUPS = (
    ("912 345 678", "912345678"),
    ("+351 912-345-679", "+351912345679"),
    ("912 34", "91234"),
    ("+351 9123", "+3519123"),
    ("+44 (0)20 79", "+442079"),
    ("(201) 555 0123", "2015550123"),
    ("00351 912 340 999", "+351912340999"),
    ("020 7946 0018", "02079460018"),
)
FIELDS = {
    "lead": (
        *("id", "name", "custom_data", "creation_date", "city_id", "*", "email", "phone", "city", "email.*"),
        *("email.id", "email.email", "email.status", "phone.number", "phone.is_valid", "phone.date_add"),
        *("city.city_name", "phone.*", "contact_lifecycle_stage_id", "next_due", "first_contact"),
        *("consent_email", "consent_sms", "owner_id", *TOUCHES),
    ),
    "email": (*LISTED["email"], "*"),
    "phone": (*LISTED["phone"], "*"),
    **{name: (*LISTED[name], "*") for name in ("city", *BELONGING)},
}


def lists(choice: random.Random, number: int) -> Iterator[Asked]:
    """So many lists; of leads, as a rule."""
    for _ in range(number):
        yield a_list(choice, choice.choice((*("lead",) * 8, "email", "phone", "city", *BELONGING)))


def a_list(choice: random.Random, resource: str) -> Asked:
    search = a_search(choice) if resource in scan.SEARCHED and choice.random() < 0.3 else None
    sorts = [one for one in scan.SORTS[resource] if one != "relevance"] + ["relevance"] * (3 if search else 0)
    shown = choice.choices(FIELDS[resource], k=choice.randrange(1, 5)) if choice.random() < 0.3 else []
    return Asked(
        resource,
        several(choice, resource),
        search,
        choice.choice((None, *sorts)),
        choice.random() < 0.5,
        choice.choice((1, 2, 3, 7, 25, 1000, 1000)),
        choice.choice((1, 1, 1, 1, 2, 3)),
        choice.random() < 0.8,
        tuple(shown),
    )


def several(choice: random.Random, resource: str) -> tuple[Filter, ...]:
    """Up to three, and a second value of `=` beside some."""
    number = choice.choices((0, 1, 2, 3), (1, 6, 2, 1))[0]
    found = [a_filter(choice, resource) for _ in range(number)]
    if found and found[0].operator == "=" and choice.random() < 0.5:
        texts = (*TEXTS[scan.kind(found[0].name)], "")
        name = choice.choice((found[0].name, MEANT.get(found[0].name, found[0].name)))
        found.append(found[0]._replace(name=name, text=choice.choice(texts)))
    return tuple(found)


def a_filter(choice: random.Random, resource: str) -> Filter:
    """As a rule with an operator that its property takes."""
    name, held = choice.choice(scan.NAMES[resource]), ""
    if name == "custom_data.<key>" or (resource == "lead" and choice.random() < 0.3):
        key, held = choice.choice(HELD) if choice.random() < 0.7 else (choice.choice(KEYS), "")
        name = f"custom_data.{key}"
    operator = choice.choice(scan.takes(resource, name) if choice.random() < 0.97 else scan.OPERATORS)
    is_null = operator in scan.EQUAL and choice.random() < 0.15
    text = "" if is_null else held or choice.choice(TEXTS[scan.kind(name)])
    return Filter(name, operator, text, choice.random() < 0.5)


def a_search(choice: random.Random) -> Search:
    """Digits that stand beside digits would be one number."""
    form = choice.random()
    if form < 0.2:
        return Search(choice.choice(((), ("ana",), ("exam",))), choice.choice(GROUPS))
    if form < 0.4:
        return Search((choice.choice(DIGITS),))
    words = choice.sample(WORDS, choice.choice((1, 1, 2, 3)))
    if sum(map(str.isdigit, words)) > 1:
        return Search(("!",))
    return Search(tuple(words))
