"""What imports say of files, rows and cells, in the language of the page."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from closum import errors
from closum.operations.importing import nothing
from closum.operations.importing.cells import NO_STAGE
from closum.operations.importing.counting import NOT_VALID, NOTHING, REMARKS
from closum.operations.importing.headings import OWNER
from closum.operations.importing.rows import CITY_UNKNOWN
from closum.resources.contact_lifecycle_stage import LABELS
from closum.resources.lead import LEAD
from closum.store.imports import Import
from closum.web.locale import said
from closum.web.records.faults import address
from closum.web.words import Words

LONGEST = 80
"""Characters of a cell that a table shows."""

_NUMBERS = re.compile(r"[0-9]+")
_CITY = re.compile(r"city unknown: (.*); it is kept in the custom data", re.DOTALL)
_STAGES = re.compile(NO_STAGE.replace("{names}", "(.*)"), re.DOTALL)
_REFUSALS = (
    (r"protected by a password", "protected"),
    (r"is empty|there is no row", "empty"),
    (r"grows to more|above 4|too many parts|too much memory", "bomb"),
    (r"damaged|document type", "damaged"),
    (r"is called|has the type", "renamed"),
    (r"more than [0-9]+ columns", "columns"),
    (r"can be the header|begins at line", "header"),
    (r"not text", "not_table"),
    (r"PDF document", "pdf"),
    (r"a picture", "picture"),
    (r"old Office|OpenDocument|Numbers|binary spreadsheet", "old"),
    (r"compressed with|archive", "packed"),
    (r"no known encoding", "encoding"),
    (r"no known format|leave out the format", "format"),
    (r"no sheet", "sheet"),
    (r"JSON", "json"),
    (r"BEGIN:VCARD", "vcard"),
    (r"send it again", "gone"),
    (r"^The file is ", "not_table"),
)
"""What is in the reason of a file that cannot be read, and the key of the text that says it."""


_OF_LEADS = frozenset(("_ambiguous", "_atLeastOne", "_isUnique", "_required"))
"""Rules of which imports say what holds for leads alone."""

_FOR_GOOD = frozenset(("protected", "bomb", "damaged", "pdf", "picture", "old", "packed", "vcard", "gone"))
"""Keys of files that are read in no way."""


class Fault(NamedTuple):
    """Why a row is not taken: what its column is called, what is in the cell, and the reason."""

    column: str
    text: str
    why: Markup


def refused(reason: str, words: Words) -> str:
    """Why a file cannot be read, and what to do."""
    return words(f"refused.{_refusal(reason)}")


def is_readable_otherwise(reason: str) -> bool:
    """Whether a file may be one that is only read in a wrong way."""
    return _refusal(reason) not in _FOR_GOOD


def _refusal(reason: str) -> str:
    return next((key for pattern, key in _REFUSALS if re.search(pattern, reason)), "other")


def faults(found: Import, cells: Sequence[Any], wrong: Sequence[Sequence[Any]], words: Words) -> list[Fault]:
    """What is wrong with a row, cell by cell."""
    return [_fault(found, cells, one, words) for one in wrong]


def _fault(found: Import, cells: Sequence[Any], one: Sequence[Any], words: Words) -> Fault:
    column, name, rule, message = one
    cell = cells[column - 1] if 0 < column <= len(cells) else " ".join(map(str, filter(None, cells)))
    own = cell if 0 < column <= len(cells) else None
    why = _of_address(own, rule, message, words) or plain(found, (name, rule, message), words)
    return Fault(_heading(found, column or name, words), short(cell), escape(why))


def _of_address(cell: Any, rule: str, message: str, words: Words) -> str:
    """What forms say of an address; "" of anything else, and of a cell that says more."""
    text = str(cell or "").strip()
    if rule != "_email" or not text or len(text.split()) > 1:
        return ""
    reason = dict(errors.values(rule, message)).get("reason", "")
    return words("rule._email").format(reason=address(reason, text, words))


class Reason(NamedTuple):
    """For how many rows a column is not taken, what that is called, and the reason."""

    number: int
    column: str
    why: str


def reasons(found: Import, counted: Sequence[Sequence[Any]], words: Words) -> list[Reason]:
    """Why rows are not taken, what most have first."""
    told = [
        Reason(number, _heading(found, column, words), _in_general(found, column, rule, message, words))
        for column, rule, message, number in counted
    ]
    return sorted(told, key=lambda one: -one.number)


def _in_general(found: Import, column: int | str, rule: str, message: str, words: Words) -> str:
    """A reason without what differs from row to row."""
    if _says(found, rule) and f"fault_in_general.{rule}" in words:
        return words(f"fault_in_general.{rule}")
    name = (
        column
        if isinstance(column, str)
        else next((to for at, _, to, _ in found.mapping if at == column), "")
    )
    return plain(found, (name, rule, message), words)


def _says(found: Import, rule: str) -> bool:
    """Whether what imports say of a rule holds for these records, and not only for leads."""
    return found.resource == LEAD.name or rule not in _OF_LEADS


def _heading(found: Import, column: int | str, words: Words) -> str:
    """What a column is called, or a property that no column becomes."""
    if isinstance(column, str):
        return label(found, column, words)
    headings = (found.form or {}).get("headings") or []
    return headings[column - 1] if 0 < column <= len(headings) else ""


def label(found: Import, name: str, words: Words) -> str:
    """What a property is called of a record that is no lead: rows of leads are refused as a whole."""
    key = f"{found.resource}.{name}"
    return words(key) if found.resource != LEAD.name and key in words else ""


def plain(found: Import, broken: tuple[str, str, str], words: Words) -> str:
    """Why a value is not taken, by its property, the rule that it breaks and the message; as the server says it where the pages have
    no text of their own."""
    name, rule, message = broken
    if found_stages := _STAGES.fullmatch(message):
        return words("fault_stage").format(names=_stages(found_stages[1], words))
    if (name, rule) == (OWNER, "_existsIn"):
        return words("fault_owner")
    if f"fault.{rule}" in words and _says(found, rule):
        return words(f"fault.{rule}").format(n=", ".join(_NUMBERS.findall(message)))
    key = "" if found.resource == LEAD.name else f"{found.resource}.{name}"
    return _of_forms(key, rule, message, words) or message


def _stages(names: str, words: Words) -> str:
    """Names of stages, those that all accounts have as pages call them."""
    return ", ".join(
        words(f"contact_lifecycle_stage.{LABELS.index(one) + 1}") if one in LABELS else one
        for one in names.split(", ")
    )


def _of_forms(key: str, rule: str, message: str, words: Words) -> str:
    """What forms say of a rule of the API, with the values of the message; "" where they say nothing. Choices are called as pages do,
    where the `key` of their property is given: files of leads have their values."""
    if rule not in errors.RULES or f"rule.{rule}" not in words:
        return ""
    text, values = words(f"rule.{rule}"), dict(errors.values(rule, message))
    if rule == "_inList" and key and values:
        names = [(f"{key}.{one}", one) for one in values["names"].split(", ")]
        values["names"] = ", ".join(words(key) if key in words else one for key, one in names)
    return text.format(**values) if values or "{" not in text else ""


def warned(rule: str, message: str, words: Words) -> Markup:
    """What was noticed of a row that is taken; without a message what it is of several."""
    if rule == NOT_VALID:
        return said(words("warned.number"))
    if rule == CITY_UNKNOWN:
        found = _CITY.fullmatch(message)
        return said(words("warned.city"), name=found[1]) if found else said(words("warned.cities"))
    return escape(message)


class Remark(NamedTuple):
    """What was noticed of so many rows that are taken, and the lines of the first ones; whether it is of numbers."""

    is_of_numbers: bool
    text: Markup
    number: int
    lines: Sequence[int]


def remarks(counted: Sequence[Sequence[Any]], words: Words) -> list[Remark]:
    """What was noticed, that of most rows first."""
    found = [
        Remark(rule == NOT_VALID, warned(rule, message, words), *rest) for rule, message, *rest in counted
    ]
    return sorted(found, key=lambda one: -one.number)


def unknown(counted: Mapping[str, Any]) -> list[tuple[str, int]]:
    """What cells call cities that nobody knows, and in how many rows; not what is too long to be told whole, nor what rows are
    refused for since it may say nothing: that is asked of all their columns."""
    asked = {text for text, _ in counted.get(NOTHING, [])}
    found = [
        (named[1], number)
        for rule, message, number, _ in counted.get(REMARKS, [])
        if rule == CITY_UNKNOWN
        and (named := _CITY.fullmatch(message))
        and not named[1].endswith("…")
        and nothing.key(named[1]) not in asked
    ]
    return sorted(found, key=lambda one: -one[1])


class Left(NamedTuple):
    """A row that is no record: its line, what is in it, and why."""

    line: int
    text: str
    why: str


def left(counted: Sequence[Sequence[Any]], words: Words) -> list[Left]:
    """The rows that are left out."""
    return [Left(line, short(text), words(f"left_out.{reason}")) for line, reason, text in counted]


def short(value: Any, longest: int = LONGEST) -> str:
    """On one line, of at most so many characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
