"""Which column of a file becomes what of a lead: as its headings say, or as a person says."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from closum.errors import Faults, Invalid, fault
from closum.formats.guard import unguarded
from closum.model import projection
from closum.model.text import sort_key
from closum.operations.importing import headings as words
from closum.operations.importing import sheet
from closum.operations.importing.headings import (
    BY_NAME,
    CITY,
    CITY_ID,
    CONSENTS,
    COUNTRY,
    CREATED,
    CUSTOM,
    EMAIL,
    EXTENSION,
    FIRST,
    ID,
    LAST,
    MIDDLE,
    NAME,
    OWNER,
    PHONE,
    TOUCHES,
    Meaning,
)
from closum.resources.lead import LEAD

LEFT_OUT = ""
KEY = f"{CUSTOM}."
TEXT, NUMBER, BOOLEAN, JSON = "text", "number", "boolean", "json"
TYPES = (TEXT, NUMBER, BOOLEAN, JSON)
TARGETS = (
    *(NAME, FIRST, MIDDLE, LAST, EMAIL, PHONE, EXTENSION, COUNTRY, CITY, CITY_ID, *BY_NAME),
    *(OWNER, *TOUCHES, *CONSENTS, CREATED, ID, CUSTOM),
)
"""Beside `custom_data.<key>`."""

SEVERAL = frozenset((NAME, EMAIL, PHONE, CITY))
"""What several columns may become: a lead gets that of the first one, and what others have is kept."""
_OTHER_NAMES = {"email.email": EMAIL, "phone.number": PHONE}
_EXPORTED = {
    one: one
    for one in (NAME, EMAIL, PHONE, EXTENSION, CITY_ID, *BY_NAME, OWNER, *TOUCHES, *CONSENTS, CREATED, CUSTOM)
} | _OTHER_NAMES
_CITY_NAME = "city.city_name"
_TELLING = frozenset(("email.email", "phone.number", EXTENSION, CUSTOM))
_TELLING_ALONE = frozenset((CITY_ID, *BY_NAME, OWNER, *CONSENTS, CREATED))
OF_REFUSED = frozenset(words.REFUSED.values())
_MOST_NAMED = 30  # headings in a message
_OF_LEADS = frozenset((NAME, FIRST, MIDDLE, LAST, EMAIL, PHONE, ID))
_NOTHING = (
    "No column becomes the name, the address or the number of a lead: say which one does, or in which line the headings are"
    " (0 where the file has none)"
)
_NOTHING_AT_ALL = "No column becomes a property: say which one does, or in which line the headings are (0 where the file has none)"


class Targets(NamedTuple):
    """What columns can become: properties, of which `several` take more than one column; with `keys` also `custom_data.<key>`."""

    names: Sequence[str]
    several: frozenset[str] = frozenset()
    keys: bool = False

    def have(self, to: str) -> bool:
        return to in self.names or (self.keys and _is_key(to) and to.isprintable())


OF_LEADS = Targets(TARGETS, SEVERAL, keys=True)


class Column(NamedTuple):
    """A column of a file, from 1, and what it becomes: one of the targets, `custom_data.<key>`, or "" where it is left out.

    `type` is one of TYPES; only a key of custom data has another one than `text`.
    """

    column: int
    heading: str
    to: str
    type: str = TEXT


def is_known(heading: str) -> bool:
    """Whether a heading says what its column is, so that its row may be a header."""
    return words.meaning(heading) is not None or heading in _EXPORTED or sheet.is_number(heading)


def is_own(headings: Sequence[str]) -> bool:
    """Whether a file is one of our own exports: its cells are taken as they are."""
    return is_export(headings) or sheet.is_sheet(headings)


def is_export(headings: Sequence[str]) -> bool:
    """Whether a file has the headings of an export with the names of the API."""
    found = set(headings)
    if _TELLING & found:
        return True
    return bool(_TELLING_ALONE & found) and found <= {*projection.known(LEAD)}


def propose(headings: Sequence[str]) -> list[Column]:
    """What the headings say: every column, those of one target in the order in which they are tried."""
    if is_export(headings):
        meanings = [_exported(heading, headings) for heading in headings]
    elif sheet.is_sheet(headings):
        meanings = [_of_sheet(heading) for heading in headings]
    else:
        meanings = _agreed([words.meaning(heading) for heading in headings], headings)
    for place in range(2 if tuple(headings[:2]) in OF_REFUSED else 0):
        meanings[place] = Meaning(LEFT_OUT)
    numbered = list(enumerate(zip(headings, meanings, strict=True), 1))
    taken, columns = set[str](), list[Column]()
    for number, (heading, found) in sorted(numbered, key=_order):
        to = found.to if found and (found.to in SEVERAL or found.to not in taken) else None
        taken |= {to} if to else set()
        columns.append(custom(number, heading) if to is None else Column(number, heading, to))
    return columns


def changed(proposed: Sequence[Column], wanted: Any, targets: Targets = OF_LEADS) -> list[Column]:
    """The proposal with what a person wants instead: `[{"heading": "E-mail", "to": "email"}, …]`, in the order of trial.

    Raises Invalid with the faults of each entry by its place, from 0.
    """
    if not isinstance(wanted, list):
        raise Invalid({"mapping": fault("_array")})
    chosen, faults = dict[int, Column](), Faults()
    for place, entry in enumerate(wanted):
        read = _read(proposed, chosen, entry, targets)
        if isinstance(read, Column):
            chosen[read.column] = read
        else:
            faults[str(place)] = read
    if faults:
        raise Invalid({"mapping": faults})
    taken = {one.to for one in chosen.values() if not _is_key(one.to)} - targets.several - {LEFT_OUT}
    rest = [one for one in proposed if one.column not in chosen]
    return [*chosen.values(), *(_freed(one, targets) if one.to in taken else one for one in rest)]


def _freed(column: Column, targets: Targets) -> Column:
    """A column of which another one becomes what it was to become."""
    return custom(column.column, column.heading) if targets.keys else column._replace(to=LEFT_OUT)


def column_of(columns: Sequence[Column], name: str, cells: Sequence[Any]) -> int:
    """The column that a property of a record has its value from, the first one with something in it; 0 where none has."""
    to, found = _OTHER_NAMES.get(name, name), list[Column]()
    while to and not (found := [one for one in columns if one.to == to]):
        to = to.rpartition(".")[0]
    filled = (one.column for one in found if cells[one.column - 1 : one.column] not in ([], [""]))
    return next(filled, found[0].column if found else 0)


def of_refused(columns: Sequence[Column], start: Sequence[str]) -> list[Column]:
    """The columns of the file of refused rows, by those of the file that was sent and the headings before them."""
    before = [Column(number, heading, LEFT_OUT) for number, heading in enumerate(start, 1)]
    return [*(one._replace(column=one.column + len(before)) for one in columns), *before]


def with_id(columns: Sequence[Column]) -> list[Column]:
    """A column that is headed as ids are becomes the id of the lead that a row means, where no other does."""
    if any(one.to == ID for one in columns):
        return [*columns]
    return [one._replace(to=ID, type=TEXT) if _is_of_ids(one.heading) else one for one in columns]


def check_any(columns: Sequence[Column]) -> None:
    """Raises Invalid where no column becomes anything."""
    if not any(one.to for one in columns):
        raise Invalid({"mapping": {"_required": _NOTHING_AT_ALL}})


def check(columns: Sequence[Column], match: Sequence[str]) -> None:
    """Raises Invalid where no row can become a lead, or none has what its lead is found by."""
    targets = {one.to for one in columns}
    if not targets & _OF_LEADS:
        raise Invalid({"mapping": {"_required": _NOTHING}})
    for one in match:
        if (one == ID or _is_key(one)) and not targets & {one, CUSTOM if _is_key(one) else ID}:
            raise Invalid({"match": {"_existsIn": f"No column becomes '{one}': say which one does"}})


def _order(numbered: tuple[int, tuple[str, Meaning | None]]) -> tuple[int, int, int, int]:
    column, (_, found) = numbered
    if found is None or found.to == LEFT_OUT:
        return len(TARGETS), 0, 0, column
    return TARGETS.index(found.to), found.rank, found.number, column


def custom(column: int, heading: str) -> Column:
    """A column that becomes a value of custom data under its heading."""
    return Column(column, heading, f"{KEY}{unguarded(heading)}")


def _is_of_ids(heading: str) -> bool:
    return sort_key(heading.strip()) == ID or sheet.is_number(heading)


def _of_sheet(heading: str) -> Meaning | None:
    to = sheet.meaning(heading)
    return words.meaning(heading) if to is None else Meaning(to)


def _exported(heading: str, headings: Sequence[str]) -> Meaning | None:
    """Of our own export; what a lead has by itself, such as its id, is left out."""
    if to := _EXPORTED.get(heading):
        return Meaning(to)
    if heading == _CITY_NAME and CITY_ID not in headings:
        return Meaning(CITY)
    return Meaning(LEFT_OUT) if heading in projection.known(LEAD) else words.meaning(heading)


def _agreed(meanings: list[Meaning | None], headings: Sequence[str]) -> list[Meaning | None]:
    """What headings mean beside each other: `Nome` beside `Apelido` is a first name, `Apelido` beside `Sobrenome` a
    nickname."""
    found = {one.to for one in meanings if one}
    keys = [sort_key(heading) for heading in headings]
    if "sobrenome" in keys:
        meanings = [None if key == "apelido" else one for key, one in zip(keys, meanings, strict=True)]
    if LAST not in found or FIRST in found:
        return meanings
    short = [words.is_short_name(heading) for heading in headings]
    return [Meaning(FIRST) if is_short else one for is_short, one in zip(short, meanings, strict=True)]


def _read(
    proposed: Sequence[Column], chosen: Mapping[int, Column], entry: Any, targets: Targets
) -> Column | Faults:
    if not isinstance(entry, dict):
        return fault("_object")
    column, faults = _named(proposed, entry)
    to, of_target = _target(entry, targets)
    kind, of_type = _type(entry, to)
    faults = faults | of_target | of_type
    if column and column.column in chosen:
        faults["heading"] = {"_isTwice": "Name each column once: this one is repeated"}
    is_one = to not in targets.several and not _is_key(to)
    if to and is_one and any(one.to == to for one in chosen.values()):
        faults["to"] = {"_isTwice": f"Only one column can become '{to}': leave the others out"}
    return faults if faults or not column else Column(column.column, column.heading, to, kind)


def _named(proposed: Sequence[Column], entry: Mapping[str, Any]) -> tuple[Column | None, Faults]:
    """The column that an entry names by its number or by its heading."""
    number, heading = entry.get("column"), entry.get("heading")
    if number is None and heading is None:
        return None, {"heading": fault("_required")}
    name, value = ("heading", heading) if number is None else ("column", number)
    if found := next(_matching(proposed, name, value), None):
        return found, {}
    known = [one.heading for one in sorted(proposed)]
    more = " …" if len(known) > _MOST_NAMED else ""
    named = ", ".join(known[:_MOST_NAMED]) + more
    return None, {name: {"_existsIn": f"The file has no such column: it has {named}"}}


def _matching(proposed: Sequence[Column], name: str, value: Any) -> Iterator[Column]:
    if name == "column":
        yield from (one for one in proposed if type(value) is int and one.column == value)
    elif isinstance(value, str):
        yield from (one for one in proposed if one.heading == value)
        yield from (one for one in proposed if sort_key(one.heading) == sort_key(value.strip()))


def _target(entry: Mapping[str, Any], targets: Targets) -> tuple[str, Faults]:
    if "to" not in entry:
        return LEFT_OUT, {"to": fault("_required")}
    to = entry["to"] or LEFT_OUT
    to = _OTHER_NAMES.get(to, to) if isinstance(to, str) else None
    if to == LEFT_OUT or (to and targets.have(to)):
        return to, {}
    names = (*targets.names, *(("custom_data.<key>",) if targets.keys else ()), "null")
    return LEFT_OUT, {"to": fault("_inList", names=", ".join(names))}


def _type(entry: Mapping[str, Any], to: str) -> tuple[str, Faults]:
    kind = entry.get("type") or TEXT
    if kind not in TYPES:
        return TEXT, {"type": fault("_inList", names=", ".join(TYPES))}
    if kind != TEXT and not _is_key(to):
        return TEXT, {"type": {"_inList": "Only custom_data.<key> has another type than text"}}
    return kind, {}


def _is_key(to: str) -> bool:
    return to.startswith(KEY) and to != KEY
