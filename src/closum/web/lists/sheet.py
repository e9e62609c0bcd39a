"""A list as a table for people: the columns of the page under its headings, and what is in them in its language."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from closum.formats.guard import guarded
from closum.model import user_fields
from closum.model.number import prefix
from closum.model.resource import Resource
from closum.operations.exporting import Sheet
from closum.resources.phone import PHONE
from closum.store import identity
from closum.store.unit import Stream
from closum.web import telephone, titles
from closum.web.kinds import kind_of
from closum.web.lists import reading
from closum.web.lists.asked import ListQuery
from closum.web.lists.columns import USER, Column
from closum.web.locale import Locale
from closum.web.words import Words

ID = "id"
_WIDTHS = {
    "title": 32,
    "nested": 32,
    "phone": 20,
    "time": 17,
    "id": 12,
    "number": 10,
    "flag": 10,
    "validity": 10,
}
_USUAL_WIDTH = 22
_MINUTES = len("2026-11-29 11:36")
_NO_TEXTS = frozenset({"id", "number", "time", "phone"})
"""Kinds whose cells are no text that somebody typed, or that guard it themselves."""

Row = Sequence[Any]
Cell = Callable[[Row], Any]


def fields(asked: ListQuery) -> tuple[str, ...]:
    """What is read: the id, the title and what the columns show, each once."""
    return tuple(dict.fromkeys((ID, *(name for one in _columns(asked) for name in one.read))))


def of(asked: ListQuery, words: Words, locale: Locale, *, has_dates: bool) -> Sheet:
    """With `has_dates` moments are dates, else texts."""
    columns = _columns(asked)
    headings = tuple(_heading(asked, one, words) for one in columns)
    kinds = ("title", *(one.kind for one in columns[1:]))
    widths = [_WIDTHS.get(kind, _USUAL_WIDTH) for kind in kinds]
    return Sheet(
        headings,
        tuple(max(width, len(heading) + 2) for width, heading in zip(widths, headings, strict=True)),
        tuple(place for place, one in enumerate(columns) if one.kind not in _NO_TEXTS),
        lambda unit, names: _Making(unit, names, asked, words, locale, has_dates=has_dates).make,
        words.delimiter,
    )


def _columns(asked: ListQuery) -> list[Column]:
    """Those of the page, and behind them the number, unless it is among them."""
    found = [_title(asked.resource), *reading.shown_columns(asked)]
    if any(one.name == ID for one in found):
        return found
    return [*found, Column(ID, ID, "", (ID,))]


def _title(resource: Resource) -> Column:
    """What records are called by, and nothing else where one has none: an import would take it for that."""
    name = resource.called_by
    if name == ID:
        return Column(ID, ID, "", (ID,))
    if resource is PHONE:
        return Column(name, "phone", "", ("extension", name))
    field = next(one for one in resource.fields if one.name == name)
    return Column(name, kind_of(field), "", (name,))


def _heading(asked: ListQuery, column: Column, words: Words) -> str:
    return words.sheet_number if column.name == ID else words(asked.view.label(column.name))


class _Making:
    """Makes the rows of one file, a piece at a time."""

    def __init__(
        self,
        unit: Stream,
        names: Sequence[str],
        asked: ListQuery,
        words: Words,
        locale: Locale,
        *,
        has_dates: bool,
    ) -> None:
        self._unit, self._asked, self._words, self._locale = unit, asked, words, locale
        self._has_dates = has_dates
        self._places = {name: place for place, name in enumerate(names)}
        first, *others = _columns(asked)
        self._cells = [self._first(first), *map(self._cell, others)]

    def make(self, rows: Sequence[Row]) -> list[Row]:
        return [[cell(row) for cell in self._cells] for row in rows]

    def _first(self, column: Column) -> Cell:
        resource = self._asked.resource
        if not resource.fixed:
            return self._cell(column)
        return self._fixed(resource, self._places[ID], self._places[column.name])

    def _cell(self, column: Column) -> Cell:
        label = self._asked.view.label(column.name)
        places = [self._places[name] for name in column.fields]
        at = places[-1]
        if column.kind == "phone":
            return lambda row: _telephone(*(row[place] for place in places))
        if column.named == USER:
            return self._users(at)
        if isinstance(column.named, Resource) and column.named.fixed:
            return self._fixed(column.named, self._places[column.name], at)
        show = self._shown(column.kind, label)
        return (lambda row: None if row[at] is None else show(row[at])) if show else itemgetter(at)

    def _shown(self, kind: str, label: str) -> Callable[[Any], Any] | None:
        """What is made of a value that is there; None where it stays as it is."""
        words = self._words
        if kind == "time":
            return self._moment
        if kind in ("flag", "validity"):
            return lambda value: words.yes if value else words.no
        if kind == "choice":
            return lambda value: words(key) if (key := f"{label}.{value}") in words else value
        return None

    def _moment(self, stored: str) -> Any:
        there = self._locale.there(stored)
        return there if self._has_dates else there.isoformat(" ", "minutes")[:_MINUTES]

    def _users(self, at: int) -> Cell:
        called = _users(self._unit)

        def shown(row: Row) -> str | None:
            ids = row[at]
            if isinstance(ids, str):
                return ", ".join(called.get(one, str(one)) for one in user_fields.listed(ids))
            return None if ids is None else called.get(ids, str(ids))

        return shown

    def _fixed(self, resource: Resource, of_id: int, at: int) -> Cell:
        """What the page calls a record that every account has."""
        name, called = resource.name, self._words.called
        return lambda row: row[at] and called(name, row[of_id], row[at])


def _users(unit: Stream) -> Mapping[int, str]:
    """What the page calls users; by their addresses, which an import can tell apart, where it calls two alike."""
    called = titles.of_users(unit)
    number = Counter(name.casefold() for name in called.values())
    addresses = {one.id: one.email for one in identity.users(unit, unit.account_id)}
    return {
        one: name if number[name.casefold()] == 1 and not name.isdigit() else addresses[one]
        for one, name in called.items()
    }


def _telephone(extension: str | None, typed: str | None) -> str | None:
    """As the page shows it; what cannot be dialled has its prefix, without which an import would not know it."""
    if extension is None or typed is None:
        return None
    shown = telephone.shown(extension, typed)
    if shown.href:
        return shown.text
    code = None if typed.lstrip().startswith(("+", "00")) else prefix(extension)
    return guarded(f"+{code} {typed}" if code else typed)
