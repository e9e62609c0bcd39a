"""What a list has of a model's records: a naive scan, written from the contract and the guide alone.

Nothing here may come from the product's own code for filters, words and order.
"""

import csv
import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.support.model.account import BELONGING, Account
from tests.support.model.past import Past
from tests.support.model.same import SPELLINGS, country, domain, key
from tests.support.model.texts import fold, scalar, words
from tests.support.model.touched import TOUCHES

Row = dict[str, Any]

PLACES = Path(__file__).parents[3] / "src/closum/resources/data/municipalities.csv"
CITIES = {
    int(one["id"]): one["city_name"]
    for one in csv.DictReader(PLACES.read_text(encoding="utf-8").splitlines())
}
CODES = ("351", "44", "1")
OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "~=")
EQUAL, ORDERED = OPERATORS[:2], OPERATORS[:6]
OF_EMAIL = ("id", "email", "domain", "status", "register_date")
OF_PHONE = ("id", "number", "extension", "is_valid", "country", "date_add")
OF_WORK = (
    *("contact_lifecycle_stage_id", "next_due", "first_contact", "owner_id"),
    *("consent_email", "consent_sms", "consent.email", "consent.sms"),
)
NAMES = {
    "lead": (
        *("id", "name", "city_id", "creation_date", "custom_data.<key>", "email", "phone", *OF_WORK),
        *TOUCHES,
        *(f"email.{name}" for name in OF_EMAIL),
        *(f"phone.{name}" for name in OF_PHONE),
    ),
    "email": OF_EMAIL,
    "phone": OF_PHONE,
    "city": ("id", "city_name"),
    "note": ("id", "lead_id", "kind", "text", "user_id", "creation_date"),
    "task": ("id", "lead_id", "text", "due", "user_id", "done", "creation_date"),
    "consent": ("id", "lead_id", "channel", "state", "user_id", "creation_date"),
}
"""What a filter of each resource may name."""
SORTS = {
    "lead": ("id", "name", "city_id", "creation_date", "email.email", "phone.number", "relevance"),
    "email": ("id", "email", "status", "register_date"),
    "phone": ("id", "number", "is_valid", "date_add"),
    "city": ("id", "city_name"),
    "note": ("id", "lead_id", "creation_date", "relevance"),
    "task": ("id", "lead_id", "due", "creation_date"),
    "consent": ("id", "lead_id", "creation_date"),
}
SEARCHED = ("lead", "note")
WORDED = ("name", "email", "email.email")
"""Properties of a lead, beside those of its custom data, that are asked for words."""
KINDS = {
    **dict.fromkeys(("id", "city_id", "status", "contact_lifecycle_stage_id"), "integer"),
    **dict.fromkeys(("lead_id", "user_id", "owner_id"), "integer"),
    **dict.fromkeys(TOUCHES, "touch"),
    **dict.fromkeys(("name", "city_name"), "text"),
    **dict.fromkeys(("kind", "channel", "state", "consent_email", "consent_sms"), "choice"),
    **dict.fromkeys(("consent.email", "consent.sms"), "consent"),
    "text": "exact",
    **dict.fromkeys(("creation_date", "register_date", "date_add"), "time"),
    **dict.fromkeys(("next_due", "first_contact", "due", "done"), "time"),
    **dict.fromkeys(("phone", "number"), "number"),
    "email": "address",
    "domain": "domain",
    "extension": "prefix",
    "is_valid": "flag",
    "country": "country",
}
FLAGS = {"1": 1, "0": 0, "true": 1, "false": 0}


READ = {
    "integer": r"-?\d+",
    "flag": "|".join(FLAGS),
    "country": "[a-z]{2}",
    "consent": r"\s*(given|withdrawn)\s*",
}
"""What values of a kind look like, in lower case."""


class Bad(Exception):
    """What the contract answers with 400."""


class Moment(NamedTuple):
    """When a call comes, in seconds since 1970, and the time zone of the account."""

    now: int
    zone: str


def kind(name: str) -> str:
    if name.startswith("custom_data."):
        return "custom"
    return KINDS[name if name.startswith("consent.") else name.rpartition(".")[2]]


def takes(resource: str, name: str) -> Sequence[str]:
    """The operators of a property."""
    if kind(name) == "custom" or (resource == "lead" and name in WORDED):
        return OPERATORS
    return EQUAL if kind(name) in ("domain", "prefix", "flag", "country", "consent", "touch") else ORDERED


def rows(account: Account, past: Past, resource: str) -> list[Row]:
    """Records with what they show, and what is known of that."""
    if resource == "city":
        return [{"id": one, "city_name": name} for one, name in CITIES.items()]
    return [row(account, past, resource, one) for one in getattr(account, resource)]


def row(account: Account, past: Past, resource: str, record_id: int) -> Row:
    view = past.views[resource, record_id]
    if resource == "email":
        return {"id": record_id, **view, "domain": domain(view["email"])}
    if resource == "phone":
        return {"id": record_id, **view, "country": country(view)}
    if resource in BELONGING:
        return {"id": record_id, **view}
    shown = {
        table: row(account, past, table, view[f"{table}.id"]) if view[f"{table}.id"] else None
        for table in ("email", "phone")
    }
    document = json.loads(view["custom_data"] or "null")
    own = {name: value for name, value in view.items() if "." not in name}
    return {"id": record_id, **own, **kept(account, past, record_id), **shown, "document": document}


def kept(account: Account, past: Past, lead_id: int) -> Row:
    """When the first open task of a lead is due, and the date of the first note of a contact."""
    due = [one["due"] for one in account.of_lead("task", lead_id).values() if one["due"] and not one["done"]]
    notes = account.of_lead("note", lead_id).items()
    contacts = [past.views["note", one]["creation_date"] for one, row in notes if row["kind"] != "note"]
    return {"next_due": min(due, default=None), "first_contact": min(contacts, default=None)}


def value_of(one: Row, name: str) -> Any:
    """The value of a property that a filter names; None is null."""
    start, _, rest = name.partition(".")
    if start == "consent":
        return one[f"consent_{rest}"]
    if start == "custom_data":
        document = one["document"]
        return document.get(rest) if isinstance(document, dict) else None
    if start in ("email", "phone") and "custom_data" in one and not isinstance(one.get(start), str):
        other = one.get(start)
        return other and other[rest or {"email": "email", "phone": "number"}[start]]
    return one[name]


def number(text: str) -> Fraction | None:
    """The number that a text is, whole ones to the last digit."""
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text.strip()):
        return None
    return Fraction(int(text)) if re.fullmatch(r"[+-]?\d+", text.strip()) else Fraction(float(text))


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def stretch(text: str, moment: Moment) -> tuple[datetime, datetime]:
    """From which time to before which other one a text means."""
    zone = ZoneInfo(moment.zone)
    here = datetime.fromtimestamp(moment.now, zone)
    days = {"yesterday": -1, "today": 0, "tomorrow": 1}.get(text)
    if away := re.fullmatch(r"([+-]\d+)([dh])", text):
        if away[2] == "h":
            start = datetime.fromtimestamp(moment.now + 3600 * int(away[1]), UTC)
            return start, start + timedelta(seconds=1)
        days = int(away[1])
    try:
        day = date.fromisoformat(text) if days is None else here.date() + timedelta(days=days)
    except ValueError:
        return second(text, zone)
    ends = [datetime.combine(one, datetime.min.time(), zone) for one in (day, day + timedelta(days=1))]
    return ends[0], ends[1]


def second(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise Bad from None
    start = (start if start.tzinfo else start.replace(tzinfo=zone)).astimezone(UTC)
    return start, start + timedelta(seconds=1)


def check(resource: str, name: str, operator: str, text: str, moment: Moment) -> None:
    """Raises Bad for a filter that is refused."""
    if operator not in takes(resource, name) or (not text and operator not in EQUAL):
        raise Bad
    if operator == "~=" and not words(text):
        raise Bad
    if not text or operator == "~=":
        return
    if kind(name) == "time":
        stretch(text, moment)
    elif not re.fullmatch(READ.get(kind(name), "(?s).*"), text.lower()):
        raise Bad


def holds(one: Row, name: str, operator: str, texts: Sequence[str], moment: Moment) -> bool:
    """Whether a record fits a filter; several texts are those of `=`."""
    value = value_of(one, name)
    if operator == "=":
        return any(is_same(one, name, value, text, moment) for text in texts)
    (text,) = texts
    if operator == "!=":
        return not is_same(one, name, value, text, moment)
    if operator == "~=":
        return has_words(words(text), words(scalar(value)))
    return value is not None and is_ordered(kind(name), value, operator, text, moment)


def has_words(asked: Sequence[str], there: Sequence[str]) -> bool:
    return all(any(word.startswith(start) for word in there) for start in asked)


def is_same(one: Row, name: str, value: Any, text: str, moment: Moment) -> bool:
    if value is None or not text:
        return value is None and not text
    of = kind(name)
    if of == "custom":
        return number(text) == Fraction(value) if is_number(value) else is_text(scalar(value), text)
    if of == "number":
        return key(one.get("phone") or one) in SPELLINGS.get(text, ())
    if of == "time":
        start, end = stretch(text, moment)
        return start <= datetime.fromisoformat(value) < end
    return bool(SAME[of](value, text))


def is_text(value: str | None, text: str) -> bool:
    return value is not None and fold(value) == fold(text)


SAME: dict[str, Any] = {
    "integer": lambda value, text: value == int(text),
    "text": is_text,
    "address": lambda value, text: value.lower() == text.strip().lower(),
    "domain": lambda value, text: value == domain(text.lower()) or value == domain(f"josé@{text}".lower()),
    "prefix": lambda value, text: re.sub("^(00|[+])", "", value) == re.sub("^(00|[+])", "", text),
    "flag": lambda value, text: value == FLAGS[text.lower()],
    "country": lambda value, text: value == text.upper(),
    "choice": is_text,
    "touch": is_text,
    "consent": lambda value, text: value == text.strip().lower(),
    "exact": lambda value, text: value == text,
}


def is_ordered(of: str, value: Any, operator: str, text: str, moment: Moment) -> bool:
    """Of the inequalities."""
    if of == "time":
        start, end = stretch(text, moment)
        at = datetime.fromisoformat(value)
        return {"<": at < start, "<=": at < end, ">": at >= end, ">=": at >= start}[operator]
    if of == "custom" and (is_number(value) != (number(text) is not None) or not scalar_in_order(value)):
        return False
    is_numeric = of == "integer" or is_number(value)
    folded = str if of == "exact" else fold
    left: Any = value if is_numeric else folded(value)
    right: Any = number(text) if is_numeric else folded(text)
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator])


def scalar_in_order(value: Any) -> bool:
    """Texts and numbers come in an order, true and false do not."""
    return isinstance(value, str) or is_number(value)


def texts(document: Any) -> list[str]:
    """Every text and number of custom data, however deep."""
    if isinstance(document, dict | list):
        inner = document.values() if isinstance(document, dict) else document
        return [text for one in inner for text in texts(one)]
    return [] if document is None or isinstance(document, bool) else [str(document)]


def found_by(one: Row) -> list[str]:
    """The words of a note, or of a lead."""
    return words(one["text"]) if "text" in one else lead_words(one)


def lead_words(lead: Row) -> list[str]:
    address, city = (lead["email"] or {}).get("email"), CITIES.get(lead["city_id"])
    return words(" ".join(filter(None, (lead["name"], address, city, *texts(lead["document"])))))


def has_number(lead: Row, digits: str) -> bool:
    """Whether its number begins with these digits, behind its calling code or, behind a +, with that, or ends in them. Zeros in
    front are those of a prefix, where at least four digits are left.
    """
    there = re.sub("[^0-9]", "", (lead.get("phone") and key(lead["phone"])) or "")
    code = next((one for one in CODES if there.startswith(one)), "")
    national, bare = there.removeprefix(code), digits.lstrip("+0")
    behind = bare.removeprefix(code).lstrip("0") if code and bare.startswith(code) else ""
    if len(behind) >= 4 and national.startswith(behind):
        return True
    asked = () if digits.startswith("+") else (digits, bare)
    return any(
        len(one) >= 4 and (there.endswith(one) or (code and national.startswith(one))) for one in asked
    )


def is_found(one: Row, word: str) -> bool:
    """By a word of a search, or its digits."""
    return has_words([word], found_by(one)) or (word.isdigit() and has_number(one, word))


def tier(one: Row, asked: Sequence[str]) -> int:
    """How well a name, or the text of a note, is what a search means."""
    name = words(one.get("name", one.get("text")))
    if all(word in name for word in asked):
        return 0
    return 1 if has_words(asked, name) else 2


def place(one: Row, sort: str) -> Any:
    """What a record is ordered by, before its id."""
    value = value_of(one, sort)
    return fold(value) if isinstance(value, str) and kind(sort) != "time" else value
