"""What is asked for: drawn from the leads themselves, so that what is frequent is asked for more often, and each has an answer."""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from benchmarks import messy
from closum.model.text import sort_key

SORTS = ("id", "name", "city_id", "creation_date", "email.email", "phone.number")
DIRECTIONS = ("asc", "desc")
QUERIES = 200
"""Of each kind, of which a round asks any."""
RANDOM = 300
PER_ORDER = 2

Lead = Mapping[str, Any]
Pairs = list[tuple[str, str]]


class Question(NamedTuple):
    """The query string of closum, and PocketBase's filter."""

    closum: str
    pocketbase: str


def several(make: Callable[[random.Random, Lead], Question], leads: int) -> list[Question]:
    """So many of a kind, about any leads of an account, the same in each run."""
    choice = random.Random(make.__name__)  # noqa: S311 - no secret
    return [make(choice, messy.body(choice.randrange(leads))) for _ in range(QUERIES)]


def city(choice: random.Random, _: Lead) -> Question:
    number = 1 + messy.rare(choice, messy.CITIES)
    return Question(f"city_id={number}", f"city_id={number}")


def address(choice: random.Random, lead: Lead) -> Question:
    text = _address(lead) or _address(messy.body(choice.randrange(100)))
    return Question(urlencode({"email": text}), f"email.email={_quoted(text)}")


def name(choice: random.Random, lead: Lead) -> Question:
    """The first two words of a name, as people write them."""
    text = " ".join(lead["name"].split()[:2])
    return Question(urlencode({"q": text}), f"name_sort~{_quoted(_key(text))}")


def word(choice: random.Random, lead: Lead) -> Question:
    """A word of a name, the local part of an address or the end of a number, in any of four properties."""
    words = [_key(one) for one in lead["name"].split()[:2]]
    words += [_address(lead).partition("@")[0], lead.get("phone", {}).get("number", "")[-6:]]
    text = choice.choice([one for one in words if one])
    within = ("name_sort", "email.email", "phone.number", "custom_data")
    return Question(urlencode({"q": text}), "||".join(f"{one}~{_quoted(text)}" for one in within))


def custom(choice: random.Random, _: Lead) -> Question:
    """A key of the custom data and its value, as another lead has them."""
    key, value = _custom(choice)
    return Question(urlencode({f"custom_data.{key}": value}), f"custom_data.{key}={json.dumps(value)}")


KINDS: Mapping[str, Callable[[random.Random, Lead], Question]] = {
    "filter by city": city,
    "filter by address": address,
    "a name": name,
    "a word in four properties": word,
    "a custom key": custom,
}


def any_search(leads: int) -> list[str]:
    """Query strings of closum: one to three words or beginnings of one lead's words, and up to two filters that it fits."""
    choice = random.Random("any")  # noqa: S311 - no secret
    return [_any_search(choice, messy.body(choice.randrange(leads))) for _ in range(RANDOM)]


def _any_search(choice: random.Random, lead: Lead) -> str:
    words = [*lead["name"].split(), *_address(lead).replace("@", " ").split()]
    words += [str(value) for value in lead["custom_data"].values()]
    asked = choice.sample(words, min(len(words), choice.randint(1, 3)))
    text = " ".join(one if choice.random() < 0.5 else one[: choice.randint(1, 4)] for one in asked)
    fitting = list(_fitting(lead))
    return urlencode([("q", text), *choice.sample(fitting, min(len(fitting), choice.randrange(3)))])


def _fitting(lead: Lead) -> Iterator[tuple[str, str]]:
    """Filters that a lead fits."""
    if "city_id" in lead:
        yield "city_id", str(lead["city_id"])
    if text := _address(lead):
        yield "email.domain", text.partition("@")[2]
    if "phone" in lead:
        yield "phone.country", "PT"
    for key, value in lead["custom_data"].items():
        yield f"custom_data.{key}", str(value)
    yield "filter", f"name~={lead['name'][:2]}"


def any_order(leads: int) -> list[str]:
    """Query strings of closum: each kind of filter in each order, with different values."""
    return _in_each_order(_filters, leads)


def broad(leads: int) -> list[str]:
    """As `any_order`, of two filters together that each find many leads."""
    return _in_each_order(_broad, leads)


def _in_each_order(make: Callable[[random.Random, Lead], Iterator[Pairs]], leads: int) -> list[str]:
    choice = random.Random("orders")  # noqa: S311 - no secret
    return [
        urlencode([*pairs, ("sort", sort), ("direction", direction)])
        for _ in range(PER_ORDER)
        for sort in SORTS
        for direction in DIRECTIONS
        for pairs in make(choice, messy.body(choice.randrange(leads)))
    ]


def _broad(choice: random.Random, lead: Lead) -> Iterator[Pairs]:
    words, day = lead["name"].split(), choice.randrange(1, messy.YEARS // 86_400)
    yield [("phone.country", "PT"), ("filter", f"name<{words[1]}")]
    yield [("filter", "phone.is_valid=1"), ("filter", f"creation_date>=-{day}d")]


def _filters(choice: random.Random, lead: Lead) -> Iterator[Pairs]:
    """One of each kind, from those that find nearly everybody to those that find one."""
    number, (key, value) = 1 + messy.rare(choice, messy.CITIES), _custom(choice)
    words, day = lead["name"].split(), choice.randrange(1, messy.YEARS // 86_400)
    yield [("city_id", str(number))]
    yield [("filter", f"city_id!={number}")]
    yield [("filter", "city_id=")]
    yield [("filter", f"name~={words[0][:3]}")]
    yield [("filter", f"name>={words[1]}")]
    yield [("email", _address(lead) or "nobody@example.com")]
    yield [("email.domain", messy.domain(messy.rare(choice, messy.DOMAINS)))]
    yield [("filter", "email=")]
    yield [("filter", "phone.is_valid=1")]
    yield [("phone.country", "PT")]
    yield [("filter", f"creation_date>=-{day}d")]
    yield [("filter", f"creation_date>=-{day}d"), ("filter", f"creation_date<=-{day // 2}d")]
    yield [(f"custom_data.{key}", str(value))]
    yield [("filter", f"custom_data.{key}!=")]
    yield [("filter", f"custom_data.{key}>=500")]
    yield [("q", " ".join(words[:2]))]
    yield [("q", words[0]), ("city_id", str(number))]


def _address(lead: Lead) -> str:
    return str(lead.get("email", {}).get("email", ""))


def _custom(choice: random.Random) -> tuple[str, object]:
    while not (found := messy.body(choice.randrange(10_000))["custom_data"]):
        pass
    key = choice.choice(sorted(found))
    return key, found[key]


def _key(text: str) -> str:
    return sort_key(text) or ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def asked(questions: Sequence[Question], product: str) -> list[str]:
    """The query strings of a product: `closum`'s or `pocketbase`'s."""
    if product == "closum":
        return [one.closum for one in questions]
    return [f"filter={quote(f'({one.pocketbase})')}" for one in questions]
