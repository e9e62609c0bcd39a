"""The cells of people's files: what is in one, and what it means as an address, a number, a date or a value."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any

from closum.errors import BrokenRule
from closum.formats.guard import MARK, unguarded
from closum.model import document, numbering
from closum.model.consents import GIVEN, STATES, WITHDRAWN
from closum.model.document import Fraction
from closum.model.fields import Field, Flag
from closum.model.moments import Local
from closum.model.text import strip_invisible

RULES = {
    "_character": "This cell has a character that no text may have (NUL, or half of a surrogate pair): remove it",
    "_columns": "This row has more cells than there are headings: put a cell that has the delimiter in it into quotes",
    "_consent": "This value must be given or withdrawn, or yes or no: correct the cell or empty it",
    "_country": "This country is not known: write its name, or two letters of ISO 3166, such as PT",
    "_damaged": (
        "A spreadsheet has cut off the last digits of this number: write the whole number into the cell, which you format"
        " as text before"
    ),
    "_date": "This value must be a date that is past, with the year first: 2025-01-31, or 2025-01-31T17:05:44+00:00",
    "_number": "This is no phone number, since it has no digit: correct the cell or empty it",
    "_prefix": "No country has this dialling prefix: correct the number",
    "_required": "This number has no dialling prefix: write it as +351 912 345 678, or say which country the import is of",
    "_type": "This value is no {type}: correct the cell, or import its column as text",
}
"""Messages of the rules that cells of a file break, beside those of the API."""

NO_STAGE = "No stage is called so: write its number, or one of these names: {names}"

MOST_PARTS = 100
"""Addresses or numbers in one cell."""

_MARKS = "'=(\uff08"
"""What cells begin with that are not what they seem."""
_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
_ALERT = re.compile(
    r"[(\uff08](?:Security Alert:|[^()\uff08\uff09]{0,300}contactform7\.com/)[^()\uff08\uff09]{0,300}[)\uff09]\s*(?=[=+\-@])"
)
_EMAIL_CUT = re.compile(r" ::: |[;,\r\n]")
_QUOTED_CUT = re.compile(r'"(?:[^"\\]|\\.)*"|( ::: |[;,\r\n])')
_LONGEST_QUOTED, _LONGEST_CELL = 2_000, 65_536
_PHONE_CUT = re.compile(r" ::: |, |;(?!\s*(?:ext|isub|phone-context)\b)| / |[\r\n]", re.IGNORECASE)
_LABEL = re.compile(r"(?:p|tel):\s*", re.IGNORECASE)
_DAMAGED = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
_FLOAT = re.compile(r"(\+?[0-9]+)\.0")
_INTERNATIONAL = re.compile(r"[^\w+\uff0b]*(?:\+|\uff0b|00)")
_PLAIN = re.compile(r"\+?[1-9][0-9]{2}[0-9 ]*[0-9]")
_LABELLED = re.compile(r"[^\d+]{1,20}(\+.*)", re.DOTALL)
_PUNCTUATION = re.compile(r"[\s)\].\-/\u2010-\u2015\u2212\u00b7]*")
_DATE = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)?\s?([Zz]|UTC|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_CURRENCY = re.compile(r"(?:R?\$|[€£])\s*|\s*[€£$]")
_AMOUNT = re.compile(r"([+-]?)\s?([0-9]+(?:[.,\s'][0-9]+)*)")
_LONGEST_AMOUNT = 40
_NAMES = {"number": "plain number, such as 1234.5", "boolean": "yes or no", "json": "JSON"}
_YES, _NO = (
    ["true", "yes", "y", "sim", "s", "1", "on", "verdadeiro"],
    ["false", "no", "n", "nao", "não", "0", "off", "falso"],
)


Number = tuple[str, str]
"""A phone number: its prefix, "" where it has none, and what people write behind it."""


class BrokenCell(BrokenRule):
    """A cell breaks one of RULES."""

    def __init__(self, rule: str, **values: object) -> None:
        self.faults = {rule: RULES[rule].format(**values)}
        Exception.__init__(self, rule)


def plain(texts: Iterable[str]) -> list[str]:
    """What is in the cells of a table: without white space round them, and without what spreadsheets and exports put
    before it so that nothing comes alive."""
    return [
        text if (edges := text[:1] + text[-1:]).isalnum() else edges and _plain(strip_invisible(text))
        for text in texts
    ]


def _plain(text: str) -> str:
    if text[:1] not in _MARKS:
        return text
    if text.startswith(MARK):
        return strip_invisible(unguarded(text))
    if formula := _FORMULA.fullmatch(text):
        return strip_invisible(formula[1].replace('""', '"'))
    return _ALERT.sub("", text, 1) if _ALERT.match(text) else text


def addresses(cell: str) -> list[str]:
    """The e-mail addresses of a cell; no cut is made inside quotes, as of a local part. Raises BrokenRule for too many."""
    if '"' not in cell or len(cell) > _LONGEST_QUOTED:
        return _parts(cell, _EMAIL_CUT, "addresses")
    ends = [(found.start(), found.end()) for found in _QUOTED_CUT.finditer(cell) if found[1]]
    starts = [0, *(end for _, end in ends)]
    texts = [
        cell[start:end] for start, end in zip(starts, [*(start for start, _ in ends), None], strict=True)
    ]
    return _few(texts, "addresses")


def plain_number(cell: str) -> Number | None:
    """What `number` gives, of digits and spaces alone, perhaps behind a + and a prefix: in a third of the time."""
    if _PLAIN.fullmatch(cell) is None:
        return None
    if cell[0] != "+":
        return "", cell
    code = _code(cell[1:4])
    return (f"00{code}", cell[1:].removeprefix(str(code)).lstrip()) if code else None


def has_several_numbers(cell: str) -> bool:
    return _PHONE_CUT.search(cell) is not None


def numbers(cell: str) -> list[str]:
    """The phone numbers of a cell. Raises BrokenRule for too many."""
    return _parts(cell, _PHONE_CUT, "numbers")


def _parts(cell: str, cut: re.Pattern[str], name: str) -> list[str]:
    if len(cell) > _LONGEST_CELL:
        raise BrokenRule("_maxLength", limit=f"{_LONGEST_CELL} characters in a cell")
    return _few(cut.split(cell), name)


def _few(parts: Iterable[str], name: str) -> list[str]:
    found = [part for one in parts if (part := strip_invisible(one))]
    if len(found) > MOST_PARTS:
        raise BrokenRule("_maxLength", limit=f"{MOST_PARTS} {name} in a cell")
    return found


def is_damaged(text: str) -> bool:
    """Whether a spreadsheet has made 9,12346E+11 of a long number."""
    return "e" in text.lower() and _DAMAGED.fullmatch(text) is not None


def has_digit(text: str) -> bool:
    return any(map(str.isdecimal, text))


def number(text: str) -> Number:
    """A phone number with the prefix that it begins with, written `00351`. Raises BrokenRule."""
    text = _LABEL.sub("", text, 1) if text[:1] in "pPtT" else text
    if whole := _FLOAT.fullmatch(text):
        text = whole[1]
    if is_damaged(text):
        raise BrokenCell("_damaged")
    if not has_digit(text):
        raise BrokenCell("_number")
    if start := _INTERNATIONAL.match(text):
        return _international(text, text[start.end() :])
    if labelled := _LABELLED.fullmatch(text):
        return _international(text, labelled[1][1:])[0], text
    return "", text


def _international(text: str, rest: str) -> Number:
    """A number from `rest` on, which follows its + or 00."""
    first = rest[:3]
    code = _code(first if first.isascii() and first.isdigit() else _digits(rest))
    if code is None:
        raise BrokenCell("_prefix")
    behind = _behind(code).match(rest)
    national = rest[behind.end() :] if behind else text
    if not has_digit(national):
        raise BrokenCell("_number")
    return f"00{code}", national


@lru_cache(maxsize=1_024)
def _code(digits: str) -> int | None:
    return numbering.calling_code(digits)


@lru_cache(maxsize=256)
def _behind(code: int) -> re.Pattern[str]:
    """Matches a calling code and the punctuation up to what follows it; a bracket may open there."""
    return re.compile("[^0-9]*" + "[^0-9]*".join(str(code)) + _PUNCTUATION.pattern, re.ASCII)


def _digits(text: str) -> str:
    """The first three digits, in any script."""
    return "".join(str(int(one)) for one in text[:30] if one.isdecimal())[:3]


def moment(text: str, now: int, zone: tzinfo = UTC) -> str:
    """A time up to now, in seconds since 1970, in the form in which times are stored; without an offset it is of the zone.

    Raises BrokenRule.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        raise BrokenCell("_date")
    offset = (match[3] or "").upper().replace("UTC", "Z").replace("Z", "+00:00")
    try:
        found = datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}{offset}")
        found = (found if offset else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BrokenCell("_date") from None
    if found.timestamp() > now:
        raise BrokenCell("_date")
    return found.isoformat()


def consent(value: Any) -> str:
    """The state of a consent, by its name or by yes or no. Raises BrokenRule."""
    value = strip_invisible(value).lower() if isinstance(value, str) else value
    if value in STATES:
        return str(value)
    found = _boolean(value)
    if found is None:
        raise BrokenCell("_consent")
    return GIVEN if found else WITHDRAWN


def value(field: Field, cell: Any, now: int, zone: str) -> Any:
    """What a property gets of a cell, as the API reads it: a time without an offset is of the zone, and a flag may be yes or no.

    Raises BrokenRule.
    """
    flag = _boolean(cell) if isinstance(field, Flag) else None
    found = field.parse(cell if flag is None else flag)
    if isinstance(found, Local):
        return found.settled(zone, datetime.fromtimestamp(now, UTC).isoformat())
    return found


def typed(value: Any, kind: str) -> Any:
    """A value of custom data as one of the types of a mapping. Raises BrokenRule."""
    if kind == "json":
        return _json(value)
    found = _amount(value) if kind == "number" else _boolean(value) if kind == "boolean" else value
    if found is None:
        raise BrokenCell("_type", type=_NAMES[kind])
    return found


def _amount(value: Any) -> int | Fraction | None:
    """A number as written, where it is plain which sign is that of decimals: 12,5 or 1.234,50, and not 1.234."""
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or len(value) > _LONGEST_AMOUNT:
        return None
    match = _AMOUNT.fullmatch(strip_invisible(_CURRENCY.sub("", value, 1)))
    digits = match and _point(match[2])
    if not match or not digits:
        return None
    written = f"{match[1].strip('+')}{digits}"
    return document.read(written)  # type: ignore[no-any-return]  # a number


def _point(text: str) -> str | None:
    """The digits of an amount with a point before its decimals, None where more than one reading is possible."""
    groups = re.split(r"[.,\s']", text)
    signs = [sign for sign in text if not sign.isdecimal()]
    whole, decimals = groups[:-1], groups[-1]
    if not signs:
        return _whole(text)
    if len(set(signs)) == 1 and (len(signs) > 1 or signs[0] not in ".,"):
        return _thousands(groups)
    if len(set(signs)) == 1:
        is_plain = len(decimals) != 3 or len(whole[0]) > 3 or whole[0] == "0"
        return f"{_whole(whole[0])}.{decimals}" if is_plain else None
    if len(set(signs[:-1])) > 1 or signs[-1] not in ".," or signs[-1] in signs[:-1]:
        return None
    thousands = _thousands(whole)
    return f"{thousands}.{decimals}" if thousands else None


def _thousands(groups: list[str]) -> str | None:
    first, *others = groups
    return _whole("".join(groups)) if len(first) <= 3 and all(len(one) == 3 for one in others) else None


def _whole(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    word = str(value).lower() if isinstance(value, str | int) else ""
    return True if word in _YES else False if word in _NO else None


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return document.read(value)
    except document.DocumentError:
        raise BrokenCell("_type", type=_NAMES["json"]) from None
