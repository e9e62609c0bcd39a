"""A record of a file becomes a lead that is ready to be written, or the reasons why it cannot."""

import re
from collections.abc import Container, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from closum.errors import BrokenRule, fault
from closum.formats.form import CSV, NDJSON, XLSX, Broken, Record
from closum.formats.guard import unguarded
from closum.model.draft import MAX_ID
from closum.model.fields import Field, Integer, text_of
from closum.model.relations import Row
from closum.model.text import is_unicode, sort_key, strip_invisible
from closum.model.touch import cut
from closum.operations.importing import cells as contents
from closum.operations.importing import countries, nothing, owners, sheet
from closum.operations.importing.cells import BrokenCell
from closum.operations.importing.contacts import Addresses, Numbers
from closum.operations.importing.custom import CustomData
from closum.operations.importing.feet import MESSAGES, Feet
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
    NAMED,
    OWNER,
    PHONE,
    PLAIN,
    TOUCHES,
)
from closum.operations.importing.mapping import Column, is_own
from closum.operations.importing.reading import (
    Fault,
    Faulty,
    LeftOut,
    Places,
    Reading,
    Ready,
    RowWarning,
    Taken,
)
from closum.operations.importing.towns import Cities
from closum.resources.lead import LEAD

__all__ = ("Cities", "Fault", "Faulty", "LeftOut", "Options", "Ready", "RowWarning", "Rows")

LEFT_OUT, CITY_UNKNOWN = "_left_out", "_city_unknown"

_NOBODY = "[not provided]"
TABLES = (CSV, XLSX)
"""Formats whose cells a spreadsheet may have written."""

_NAME = next(field for field in LEAD.fields if field.name == NAME)
_ID = Integer(ID)
_IDS = range(1, MAX_ID + 1)
_LEAST = fault("_atLeastOne", names=", ".join(LEAD.at_least_one))
_OF_LEADS = (
    *(NAME, FIRST, MIDDLE, LAST, EMAIL, PHONE, EXTENSION, COUNTRY, CITY, CITY_ID, *NAMED),
    *(OWNER, *TOUCHES, CREATED, ID),
)
_NOTHING_NAMED: Row = dict.fromkeys((*BY_NAME, OWNER, *TOUCHES))
_BLANK = (None, "")
_MOST_SHOWN = 60  # characters of a cell in a message


class Options(NamedTuple):
    """Two letters for the country of numbers without a prefix, of the import, else of the account, else None; the time,
    in seconds since 1970, that no record is later than; and the ids of the users of the account, by `owners.token`. Of a table that was exported from a page, the time zone of its moments without an offset.
    The ids of stages, by `sheet.stages`, and what those are called that a lead may get. What cells have that say nothing is `empty`."""

    country: str | None
    now: int
    users: Mapping[str, int] = MappingProxyType({})
    zone: str = "UTC"
    stages: Mapping[str, int] = MappingProxyType({})
    stage_names: Sequence[str] = ()
    empty: Sequence[str] = ()


class Rows:
    """Reads the records of one file, of a format, by the columns of a mapping."""

    def __init__(
        self,
        headings: Sequence[str],
        columns: Sequence[Column],
        options: Options,
        cities: Cities,
        format: str = CSV,
    ) -> None:
        by_target = dict[str, list[int]]()
        for one in columns:
            by_target.setdefault(one.to, []).append(one.column - 1)
        self._places, self._width, self._now = Places(headings, by_target), len(headings), options.now
        self._is_export, self._format, self._cities = is_own(headings), format, cities
        extension = countries.extension(options.country) if options.country else None
        self._addresses = Addresses(self._places, self._is_export)
        self._numbers = Numbers(self._places, extension, self._is_export)
        self._custom = CustomData(self._places, columns, format != NDJSON)
        feet = Feet(headings, self._all_of(EMAIL, PHONE), self._all_of(NAME, FIRST, MIDDLE, LAST))
        self._feet = feet if format in TABLES and not self._is_export else None
        self._names, self._parts = (
            self._places.of(NAME),
            [self._places.one(one) for one in (FIRST, MIDDLE, LAST)],
        )
        self._parts = [place for place in self._parts if place >= 0]
        self._only_name = -1 if self._parts or len(self._names) != 1 else self._names[0]
        self._towns, self._city = self._places.of(CITY), self._places.one(CITY_ID)
        self._id = self._places.one(ID)
        self._users, self._owner = options.users, self._places.one(OWNER)
        self._touches = [(name, place) for name in TOUCHES if (place := self._places.one(name)) >= 0]
        self._consents = [(name, place) for name in CONSENTS if (place := self._places.one(name)) >= 0]
        self._named = [(name, place) for name in NAMED if (place := self._places.one(name)) >= 0]
        self._plain = [(one, place) for one in PLAIN if (place := self._places.one(one.name)) >= 0]
        self._zone, self._stages = ZoneInfo(options.zone), options.stages
        self._stage_names = options.stage_names
        self._is_sheet = sheet.is_sheet(headings)
        self._created, self._reading = self._places.one(CREATED), Reading()
        self._targets = {one.column - 1: one.to for one in columns}
        self._texts = [(place, one) for one in _OF_LEADS for place in self._places.of(one)]
        self._empty = frozenset(map(nothing.key, options.empty))
        self._can_be_empty = self._all_of(*nothing.COLUMNS) if self._empty else []

    def read(self, record: Record | Broken) -> Ready | Taken | Faulty | LeftOut | None:
        """What a record is; None for one without anything."""
        if isinstance(record, Broken):
            broken = Fault(0, "", record.rule, record.reason)
            return Faulty(record.line, [broken], (), ())
        row = self._row(record)
        if row is None:
            return None
        if self._feet and not row.faults and (reason := self._feet.reason(len(record.cells), row.cells)):
            return _left_out(row, reason)
        return self._read(record, row)

    def _all_of(self, *targets: str) -> list[int]:
        return [place for one in targets for place in self._places.of(one)]

    def _read(self, record: Record, row: Reading) -> Ready | Taken | Faulty:
        nested: dict[str, Row] = {}
        if address := self._addresses.of(row):
            nested[EMAIL] = address
        if number := self._numbers.of(row):
            nested[PHONE] = number
        values: Row = {NAME: self._name(row), CITY_ID: self._city_id(row), **_NOTHING_NAMED}
        self._add_named(row, values)
        values[CUSTOM] = self._custom.of(row)
        if LEAD.touch and not row.faults:
            given = {name: cut(row.cells[place]) for name, place in self._touches if row.cells[place]}
            values |= LEAD.touch.of_new({CUSTOM: values[CUSTOM], **given})
        if not row.faults and not nested and values[NAME] is None:
            row.faults = [Fault(0, NAME, rule, str(message)) for rule, message in _LEAST.items()]
        if row.faults:
            return refused(record, row)
        values |= LEAD.derive(values)
        return Ready(row.line, values, nested, row.warnings or ())

    def _add_named(self, row: Reading, values: Row) -> None:
        """What columns of their own have, where they are there and not empty."""
        for name, place in self._named:
            if row.cells[place]:
                values[name] = (
                    self._stage(row, place)
                    if self._stages and name == sheet.STAGE
                    else self._number(row, place, name)
                )
        for field, place in self._plain:
            if row.cells[place] not in _BLANK:
                values[field.name] = self._parsed(row, place, field, row.cells[place])
        if self._created >= 0 and row.cells[self._created]:
            values[CREATED] = self._moment(row)
        if self._id >= 0 and row.cells[self._id]:
            values[ID] = self._number(row, self._id, ID)
        if self._owner >= 0 and row.cells[self._owner]:
            values[OWNER] = self._owner_id(row)
        for name, place in self._consents:
            if row.cells[place] not in _BLANK:
                values[name] = self._state(row, place, name)

    def _row(self, record: Record) -> Reading | None:
        """The cells of a record, filled up to all columns; None where all are empty."""
        cells = list(record.cells)
        behind: Sequence[Any] = ()
        if len(cells) != self._width:
            cells, behind = cells[: self._width], cells[self._width :]
            cells += [""] * (self._width - len(cells))
        row = self._reading
        row.begin(record.line, cells)
        if self._format == NDJSON:
            self._clean_values(row)
            texts = [cell for cell in row.cells if type(cell) is str]
        else:
            texts = row.cells = self._exported(cells) if self._is_export else contents.plain(cells)
        for place in self._can_be_empty:
            if isinstance(row.cells[place], str) and nothing.key(row.cells[place]) in self._empty:
                row.cells[place] = ""
        if behind:
            self._read_behind(row, behind)
        text = "".join(texts)
        if "\0" in text or not is_unicode(text):
            self._check_characters(row)
        if text or row.faults or not all(cell in _BLANK for cell in row.cells):
            return row
        return None

    def _read_behind(self, row: Reading, behind: Sequence[Any]) -> None:
        """Cells without a heading: of delimited text all of the row may be in wrong columns."""
        for column, text in enumerate(contents.plain(behind), self._width + 1):
            if text and self._format == CSV:
                row.blame(-1, "", BrokenCell("_columns"))
                return
            if text:
                row.keep(f"Column {column}", text)

    def _check_characters(self, row: Reading) -> None:
        """Empties cells with characters that no text may have, and notes the faults."""
        for place, cell in enumerate(row.cells):
            if isinstance(cell, str) and ("\0" in cell or not is_unicode(cell)):
                row.blame(place, self._targets.get(place, ""), BrokenCell("_character"))
                row.cells[place] = ""

    def _exported(self, cells: Sequence[str]) -> list[str]:
        """Cells of our own export: names and documents have the white space that they had."""
        texts = [*map(unguarded, cells)]
        for place, name in self._texts:
            if name != NAME:
                texts[place] = strip_invisible(texts[place])
        return texts

    def _clean_values(self, row: Reading) -> None:
        """JSON values as texts where a lead has texts; those of custom data stay as they are."""
        for place, name in self._texts:
            try:
                text = _text(row.cells[place])
                row.cells[place] = text if self._is_export and name == NAME else strip_invisible(text)
            except BrokenRule as broken:
                row.blame(place, name, broken)
                row.cells[place] = ""

    def _name(self, row: Reading) -> str | None:
        if self._only_name >= 0 and (text := row.cells[self._only_name])[:1] != "[":
            return self._parsed_name(row, self._only_name, text) if text else None
        places = [place for place in self._names if self._is_name(row.cells[place])]
        parts = [place for place in self._parts if self._is_name(row.cells[place])]
        if not places:
            text = " ".join([row.cells[place] for place in parts])
            return self._parsed_name(row, parts[0], text) if parts else None
        first, *others = places
        text = row.cells[first]
        for place in (*others, *parts):
            if not _is_within(row.cells[place], text):
                row.keep(self._places.headings[place], row.cells[place])
        return self._parsed_name(row, first, text)

    def _is_name(self, text: str) -> bool:
        return text != "" and (self._is_export or text.lower() != _NOBODY)

    def _parsed_name(self, row: Reading, place: int, text: str) -> str | None:
        name: str | None = self._parsed(row, place, _NAME, text)
        return name

    def _parsed(self, row: Reading, place: int, field: Field, value: Any) -> Any:
        try:
            return contents.value(field, value, self._now, self._zone.key)
        except BrokenRule as broken:
            row.blame(place, field.name, broken)
            return None

    def _city_id(self, row: Reading) -> int | None:
        """By its id, else by the first name that is known; other names are kept."""
        given = row.cells[self._city] if self._city >= 0 else ""
        chosen = self._number(row, self._city, CITY_ID, self._cities.ids) if given else None
        for place in self._towns:
            if name := row.cells[place]:
                found = self._cities.find(name)
                chosen = found if chosen is None and not given else chosen
                if found is None or found != chosen:
                    row.keep(self._places.headings[place], name)
                if found is None:
                    row.warn(CITY_UNKNOWN, f"city unknown: {_shown(name)}; it is kept in the custom data")
        return chosen

    def _number(self, row: Reading, place: int, name: str, known: Container[int] = _IDS) -> int | None:
        """An id that is known."""
        try:
            number = _ID.parse(row.cells[place])
            if number not in known:
                raise BrokenRule("_existsIn")
        except BrokenRule as broken:
            row.blame(place, name, broken)
            return None
        return number

    def _owner_id(self, row: Reading) -> int | None:
        """A user of the account, by the id, the address or the name."""
        found = self._users.get(owners.token(row.cells[self._owner]))
        if found is None:
            row.blame(self._owner, OWNER, BrokenRule("_existsIn"))
        return found

    def _stage(self, row: Reading, place: int) -> int | None:
        """The stage that is called so, or, in a file that no page has exported, the one with this number."""
        text = row.cells[place]
        if not self._is_sheet and text.isdecimal():
            return self._number(row, place, sheet.STAGE)
        found = sheet.stage(text, self._stages)
        if found is None:
            message = contents.NO_STAGE.format(names=", ".join(self._stage_names))
            row.faults += (Fault(place + 1, sheet.STAGE, "_existsIn", message),)
        return found

    def _state(self, row: Reading, place: int, name: str) -> str | None:
        try:
            given = row.cells[place]
            return contents.consent(
                sheet.state(given) if self._is_sheet and isinstance(given, str) else given
            )
        except BrokenRule as broken:
            row.blame(place, name, broken)
            return None

    def _moment(self, row: Reading) -> str | None:
        try:
            return contents.moment(row.cells[self._created], self._now, self._zone)
        except BrokenRule as broken:
            row.blame(self._created, CREATED, broken)
            return None


def refused(record: Record, row: Reading) -> Faulty:
    """A row with the faults that were noted."""
    return Faulty(row.line, row.faults, record.cells, row.warnings or ())


def _left_out(row: Reading, reason: str) -> LeftOut:
    text = _shown(" ".join(cell for cell in row.cells if cell))
    return LeftOut(row.line, reason, text, RowWarning(row.line, LEFT_OUT, f"{MESSAGES[reason]}: {text}"))


def _text(value: Any) -> str:
    """A JSON value as text, those of an array in lines. Raises BrokenRule."""
    if isinstance(value, list):
        return "\n".join(map(_text, value))
    return "" if value is None else text_of(value)


def _is_within(part: str, name: str) -> bool:
    """Whether a name has each word of another."""
    return set(_words(part)) <= set(_words(name))


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", sort_key(name) or "")


def _shown(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
