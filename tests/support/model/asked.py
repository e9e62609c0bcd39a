"""Lists that a client asks for, and what they have by a scan of the model."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Any, NamedTuple
from urllib.parse import quote

from tests.support.model import scan
from tests.support.model.account import Account
from tests.support.model.past import Past
from tests.support.model.scan import Bad, Moment, Row
from tests.support.model.texts import words

Pairs = list[tuple[str, str]]


class Filter(NamedTuple):
    """One filter; `is_plain`: in the form of a parameter of its own."""

    name: str
    operator: str
    text: str
    is_plain: bool = False

    @property
    def pair(self) -> tuple[str, str]:
        if self.is_plain and self.operator == "=":
            return self.name, self.text
        return "filter", quoted(self.name) + self.operator + self.text


class Search(NamedTuple):
    """`q`: words, and a number in groups, as its text and its digits."""

    words: tuple[str, ...]
    number: tuple[str, str] | None = None

    @property
    def text(self) -> str:
        return " ".join((*self.words, *((self.number[0],) if self.number else ())))


class Asked(NamedTuple):
    """A list. `since` is a date, or the number of changes behind which it begins, with the text of that position."""

    resource: str
    filters: tuple[Filter, ...] = ()
    search: Search | None = None
    sort: str | None = None
    descending: bool = False
    limit: int = 25
    page: int = 1
    counted: bool = True
    fields: tuple[str, ...] = ()
    since: tuple[int | None, str] | None = None

    @property
    def pairs(self) -> Pairs:
        """The parameters, without page and cursor."""
        given: dict[str, Any] = {
            "q": self.search.text if self.search else None,
            "sort": self.sort,
            "direction": "desc" if self.descending else None,
            "limit": None if self.limit == 25 else self.limit,
            "count": None if self.counted else "false",
            "fields": ",".join(self.fields) or None,
            "changed_since": self.since[1] if self.since else None,
        }
        plain = [(name, str(value)) for name, value in given.items() if value is not None]
        return [*(one.pair for one in self.filters), *plain]


class Model(NamedTuple):
    """What an account is when a call comes."""

    account: Account
    past: Past
    moment: Moment


def quoted(name: str) -> str:
    """A key with the characters of operators, percent-encoded once more."""
    return "".join(quote(one) if one in "=!<>%" else "%7E" if one == "~" else one for one in name)


def hits(asked: Asked, model: Model) -> list[Row]:
    """All records that a list has, in its order. Raises Bad."""
    refuse(asked, model.moment)
    found = [one for one in scan.rows(model.account, model.past, asked.resource) if fits(one, asked, model)]
    return sorted(found, key=lambda one: order(one, asked), reverse=asked.descending)


def refuse(asked: Asked, moment: Moment) -> None:
    for one in asked.filters:
        scan.check(asked.resource, one.name, one.operator, one.text, moment)
    if asked.search and (asked.resource not in scan.SEARCHED or not words(asked.search.text)):
        raise Bad
    if (asked.sort == "relevance" and not asked.search) or (asked.since and asked.resource == "city"):
        raise Bad
    if asked.since and asked.since[0] is None:
        scan.check("lead", "creation_date", ">=", asked.since[1], moment)


MEANT = {"phone.number": "phone", "email.email": "email"}
"""Properties of a lead that have two names."""


def fits(one: Row, asked: Asked, model: Model) -> bool:
    equal: dict[str, list[str]] = {}
    for name, operator, text, _ in asked.filters:
        if operator == "=":
            equal.setdefault(MEANT.get(name, name), []).append(text)
        elif not scan.holds(one, name, operator, [text], model.moment):
            return False
    if not all(scan.holds(one, name, "=", texts, model.moment) for name, texts in equal.items()):
        return False
    return is_since(one, asked, model) and (asked.search is None or is_found(one, asked.search))


def is_found(lead: Row, search: Search) -> bool:
    """A number by its digits, or as words that stand in a text."""
    said = [word for text in search.words for word in words(text)]
    if search.number and not scan.has_number(lead, search.number[1]):
        said += words(search.number[0])
    return all(scan.is_found(lead, word) for word in said)


def is_since(one: Row, asked: Asked, model: Model) -> bool:
    if asked.since is None:
        return True
    number, text = asked.since
    key = asked.resource, one["id"]
    if number is not None:
        return any(event.key == key for event in model.past.events[number:])
    at = datetime.fromisoformat(model.past.modified[key])
    return at >= scan.stretch(text, model.moment)[0]


def order(one: Row, asked: Asked) -> tuple[bool, Any, int]:
    """Null is the smallest; what is alike comes by its id."""
    if asked.sort == "relevance" and asked.search:
        said = [word for text in asked.search.words for word in words(text)]
        return True, scan.tier(one, said), one["id"]
    default = "city_name" if asked.resource == "city" else "id"
    value = scan.place(one, asked.sort or default)
    return value is not None, 0 if value is None else value, one["id"]


def pagination(asked: Asked, count: int, *, has_next: bool, is_walk: bool, is_first: bool) -> dict[str, Any]:
    """The member of the answer, but for `next_cursor`."""
    return {
        "page_count": max(1, ceil(count / asked.limit)) if asked.counted else None,
        "current_page": None if is_walk else asked.page,
        "has_next_page": has_next,
        "has_prev_page": not is_first,
        "count": count if asked.counted else None,
        "limit": None if asked.limit == 25 else asked.limit,
    }


LISTED = {
    "lead": ("id", "name", "city_id", "custom_data", "creation_date", "phone", "email"),
    "email": ("id", "email", "status", "register_date"),
    "phone": ("id", "extension", "number", "is_valid", "date_add"),
    "city": ("id", "city_name"),
    "note": ("id", "lead_id", "kind", "text", "user_id", "creation_date"),
    "task": ("id", "lead_id", "text", "due", "user_id", "done", "creation_date"),
    "consent": ("id", "lead_id", "channel", "state", "environment", "user_id", "creation_date"),
}
PARTS = {"email": ("email",), "phone": ("extension", "number")}
WHOLE = {name: LISTED[name] for name in ("email", "phone", "city")}


def shown(one: Row, resource: str, fields: Sequence[str] = ()) -> dict[str, Any]:
    """A record as a list shows it, its properties in their order."""
    found: dict[str, Any] = {}
    for name in fields or ("*",):
        for each in LISTED[resource] if name == "*" else (name,):
            start, _, rest = each.partition(".")
            if resource == "lead" and start in WHOLE:
                names = {"": PARTS.get(start, WHOLE[start]), "*": WHOLE[start]}.get(rest, (rest,))
                add(found, start, other(one, start), names)
            else:
                found[each] = one[each]
    return found


def other(lead: Row, name: str) -> Row | None:
    """The record that a lead shows, or refers to."""
    if name != "city":
        record: Row | None = lead[name]
        return record
    return lead["city_id"] and {"id": lead["city_id"], "city_name": scan.CITIES[lead["city_id"]]}


def add(found: dict[str, Any], start: str, record: Row | None, names: Sequence[str]) -> None:
    part = {} if record is None else {name: record[name] for name in names}
    found[start] = None if record is None else (found.get(start) or {}) | part
