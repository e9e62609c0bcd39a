"""vCards as a table: a row for each card, and a column for each property."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from closum.errors import Refusal
from closum.formats import table, text
from closum.formats.form import VCARD, Broken, Form, Record
from closum.formats.vcard_line import Property, components, parsed, plain, unfolded

_ADDRESS = ("PO Box", "Extended", "Street", "City", "Region", "Postal Code", "Country")
_FIRST = (
    "FN", "N Prefix", "N Suffix", "EMAIL", "TEL", "TEL FAX", "TEL PAGER", *(f"ADR {part}" for part in _ADDRESS), "ADR OTHER",
)  # fmt: skip
"""Headings in the order in which they are shown, before all others."""

_MOBILE = {"cell", "mobile", "iphone"}
_UNCLOSED = "This card has no END:VCARD: the file is damaged, or only a part of it"
_TOO_LONG = "This card is above 1 MiB without its pictures: leave out what is not needed"
_OUTSIDE = "This line is outside of a card: look for BEGIN:VCARD"


class Card(NamedTuple):
    """A card: the line at which it begins, and what is in it."""

    line: int
    properties: list[Property]


def form(path: Path, encoding: str) -> Form:
    """How cards are read: a heading for each property that any of them has. Raises Refusal where there is no card."""
    found = dict[str, None]()
    for card in _cards(path, encoding):
        if isinstance(card, Card):
            found |= dict.fromkeys(_values(card.properties))
    if not found:
        raise Refusal("The file has no whole card: each begins with BEGIN:VCARD and ends with END:VCARD")
    headings = [*(one for one in _FIRST if one in found), *(one for one in found if one not in _FIRST)]
    return Form(VCARD, encoding, headings=tuple(headings[: table.MOST_COLUMNS]))


def read(path: Path, form: Form) -> Iterator[Record | Broken]:
    """The cards of a file, and each line of one that cannot be read."""
    places = table.places(form)
    for card in _cards(path, form.encoding):
        if isinstance(card, Broken):
            yield card
        elif values := _values(card.properties):
            yield table.placed(card.line, values, places)


def _cards(path: Path, encoding: str) -> Iterator[Card | Broken]:
    """Cards, and what cannot be read: a line loses only itself."""
    card, size = None, 0
    for line, written in unfolded(text.lines(path, encoding)):
        word = written.strip().upper()
        if word == "BEGIN:VCARD":
            if card:
                yield Broken(card.line, "_unclosed", _UNCLOSED)
            card, size = Card(line, []), 0
        elif word and not card:
            yield Broken(line, "_unreadable", _OUTSIDE)
        elif card and word == "END:VCARD":
            yield card if size <= text.LONGEST else Broken(card.line, "_maxLength", _TOO_LONG)
            card = None
        elif card and word:
            try:
                found = parsed(written)
            except ValueError as error:
                yield Broken(line, "_unreadable", f"Only this line is left out: {error}")
                continue
            size += len(written) if found else 0
            if found and size <= text.LONGEST:
                card.properties.append(found)
    if card:
        yield Broken(card.line, "_unclosed", _UNCLOSED)


def _values(properties: list[Property]) -> dict[str, str]:
    """By their headings; several values of one heading are lines of it, the preferred one first."""
    labels = {one.group: _label(one.value) for one in properties if one.name == "X-ABLABEL" and one.group}
    typed = [one._replace(types=one.types | {labels.get(one.group, "")}) for one in properties]
    found = dict[str, list[str]]()
    for one in sorted(typed, key=_rank):
        _add(found, _cells(one, found))
    if "FN" not in found:
        _add(found, [cell for one in properties if one.name == "N" for cell in _name(one.value)])
    return {heading: "\n".join(values) for heading, values in found.items()}


def _add(found: dict[str, list[str]], cells: list[tuple[str, str]]) -> None:
    for heading, value in cells:
        if value and value not in found.setdefault(heading, []):
            found[heading].append(value)


def _rank(one: Property) -> tuple[bool, int]:
    """Mobile numbers before others, then the preferred one."""
    return one.name == "TEL" and _MOBILE.isdisjoint(one.types), one.preference


def _cells(one: Property, found: dict[str, list[str]]) -> list[tuple[str, str]]:
    match one.name:
        case "N" | "X-ABLABEL":
            return []
        case "FN":
            return [("FN OTHER" if "FN" in found else "FN", plain(one.value))]
        case "TEL":
            kind = next((kind for kind in ("fax", "pager") if any(kind in of for of in one.types)), "")
            return [(f"TEL {kind}".rstrip().upper(), plain(one.value))]
        case "ADR" if any(heading.startswith("ADR") for heading in found):
            return [("ADR OTHER", ", ".join(filter(None, components(one.value))))]
        case "ADR":
            return [
                (f"ADR {part}", value) for part, value in zip(_ADDRESS, components(one.value), strict=False)
            ]
        case "ORG":
            return [("ORG", "; ".join(filter(None, components(one.value))))]
        case "BDAY":
            return [("BDAY", _birthday(one))]
    return [(one.name, plain(one.value))]


def _name(value: str) -> list[tuple[str, str]]:
    """Of the parts of a name: family, given, additional, prefix, suffix."""
    family, given, additional, prefix, suffix = (components(value) + [""] * 5)[:5]
    whole = " ".join(filter(None, (given, additional, family)))
    return [("FN", whole), ("N Prefix", prefix), ("N Suffix", suffix)]


def _birthday(one: Property) -> str:
    """`--04-25` where the card says that its year means nothing."""
    day, no_year = plain(one.value), one.parameters.get("X-APPLE-OMIT-YEAR", "")
    return f"-{day[len(no_year) :]}" if no_year and day.startswith(f"{no_year}-") else day


def _label(value: str) -> str:
    """The label that a program gives a group: `_$!<HomeFAX>!$_` is homefax."""
    return value.strip("_$!<> ").lower()
