"""The address of a list: the parameters of the API, and `columns`. Its canonical form leaves out what is usual or empty."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from closum.errors import Malformed
from closum.model import begun, filters, number, query, terms, words
from closum.model.filters import Condition
from closum.model.property import BEGINNING, WORDS, properties
from closum.model.query import DEFAULT_LIMIT, Query
from closum.model.resource import Resource
from closum.model.text import is_unicode
from closum.resources.phone import PHONE
from closum.web.lists import columns
from closum.web.views import View

MOST_ROWS = 100
MOST_COUNTED = 1_000  # records that a search finds
_BEHIND = "\U0010fffd"
"""Behind it comes no text that anybody searches for."""

_ONCE = ("q", "sort", "direction", "limit", "page", "columns", "at", "from")
_MOST_FROM = 10  # records that one came by
_UNSAFE = "=<>!~%"
_AFTER_OPERATOR = ("=", "<", ">", "~")
_NOTHING = ("filter", "id<1")
"""Finds no record, as words without a letter or a digit do."""

Pairs = Sequence[tuple[str, str]]


class Filter(NamedTuple):
    """A property compared with a value, as it is typed; "" means none."""

    name: str
    operator: str
    value: str

    @property
    def pair(self) -> tuple[str, str]:
        """As a parameter: a value that begins as an operator does is that of the property as a parameter of its own."""
        if self.operator == "=" and self.value[:1] in _AFTER_OPERATOR and self.value:
            return self.name, self.value
        group, dot, key = self.name.partition(".")
        name = f"{group}{dot}{''.join(quote(one) if one in _UNSAFE else one for one in key)}"
        apart = " " if self.operator == WORDS and self.value[:1] in _AFTER_OPERATOR else ""
        return "filter", f"{name}{self.operator}{apart}{self.value}"

    @property
    def is_wordless(self) -> bool:
        """Whether it asks for words, and has none: no letter and no digit."""
        return self.operator == WORDS and bool(self.value) and not terms.words(self.value)

    def condition(self, resource: Resource) -> Condition:
        """Raises Malformed."""
        name, text = self._replace(value="a").pair if self.is_wordless else self.pair
        given, plain = ([text], []) if name == "filter" else ([], [self.pair])
        (found,) = filters.parse(resource, given, plain)
        return found


@dataclass(frozen=True)
class ListQuery:
    """Which records of a list are shown, in which order, with which columns; `at` is the place in it of a record, from 1 on,
    and `trail` are the records by which one came to it, the last one first.

    `refused` are the parts of an address that mean nothing here: they are left out, and the page says so.
    """

    view: View
    q: str = ""
    filters: tuple[Filter, ...] = ()
    sort: str = ""
    descending: bool = False
    limit: int = DEFAULT_LIMIT
    page: int = 1
    columns: tuple[str, ...] = ()
    at: int | None = None
    trail: tuple[int, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def resource(self) -> Resource:
        return self.view.resource

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.filters)

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The canonical parameters, without `at` and `trail`."""
        return tuple(self._pairs())

    def _pairs(self) -> Iterator[tuple[str, str]]:
        usual_sort, usual_direction = columns.usual_order(self.resource)
        if self.q:
            yield "q", self.q
        yield from (one.pair for one in self.filters)
        if (self.sort, self.descending) != (usual_sort, usual_direction):
            yield "sort", self.sort
            if self.descending:
                yield "direction", "desc"
        if self.limit != DEFAULT_LIMIT:
            yield "limit", str(self.limit)
        if self.page != 1:
            yield "page", str(self.page)
        if self.columns != columns.usual(self.resource):
            yield "columns", ",".join(self.columns)

    @cached_property
    def text(self) -> str:
        """The canonical query string, "" for the usual list."""
        return urlencode(self.pairs)

    def having(self, **parts: Any) -> "ListQuery":
        """The same with other parts, from its first page on unless they name one."""
        return replace(self, **{"page": 1, "at": None, "trail": (), "refused": (), **parts})

    def without(self, one: Filter) -> "ListQuery":
        return self.having(filters=tuple(each for each in self.filters if each != one))

    @cached_property
    def cleared(self) -> "ListQuery":
        """Without any filter or search."""
        return self.having(q="", filters=())

    @cached_property
    def _of_records(self) -> str:
        return self.having().text

    def list_url(self) -> str:
        """The path of the list, without what the server is served below; with `at`, the page on which that place is."""
        asked = self if self.at is None else self.having(page=(self.at - 1) // self.limit + 1)
        return address(self.view.path, asked.pairs)

    def record_url(self, record_id: int, at: int | None, trail: Sequence[int] = ()) -> str:
        """The path of a record in it, which knows its place, and by which records one came to it."""
        came = ".".join(map(str, trail[:_MOST_FROM]))
        parts = [
            one for one in (self._of_records, f"at={at}" if at else "", f"from={came}" if came else "") if one
        ]
        return f"{self.view.path}/{record_id}{'?' if parts else ''}{'&'.join(parts)}"

    def url(self, name: str, *more: tuple[str, str]) -> str:
        """The path of another page about the list, such as `filters`, which leads back to it."""
        return address(f"{self.view.path}/{name}", (*self.pairs, *more))

    @property
    def wordless(self) -> str:
        """What asks for words, and has no letter and no digit; "" where nothing does."""
        of_q = [self.q] if self.resource.terms and not terms.words(self.q) else []
        return next(filter(None, (*of_q, *(one.value for one in self.filters if one.is_wordless))), "")

    @property
    def api_pairs(self) -> list[tuple[str, str]]:
        """The parameters by which the API lists the same records."""
        found = [_NOTHING if one.is_wordless else one.pair for one in self.filters]
        if self.q and self.resource.terms and not terms.words(self.q):
            found.append(_NOTHING)
        elif self.q and self.resource.terms:
            found.append(("q", self.q))
        elif self.q:
            found += [one.pair for one in _beginning(self.resource, self.q)]
        return found

    def query(self, fields: tuple[str, ...] = ()) -> Query:
        """What the store reads."""
        direction = "desc" if self.descending else "asc"
        window = {"sort": self.sort, "direction": direction, "limit": str(self.limit), "page": str(self.page)}
        return replace(
            query.parse(self.resource, [*self.api_pairs, *window.items()]),
            fields=fields,
            most=self.most_counted,
            shown=True,
        )

    @property
    def most_counted(self) -> int | None:
        """A search finds a great part of all records while the first letters of a word are typed: nobody waits for their number."""
        return MOST_COUNTED if self.q else None

    def is_most(self, total: int) -> bool:
        """Whether a number of records is as far as they were counted."""
        return self.most_counted is not None and total > self.most_counted


def address(path: str, pairs: Pairs) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _short(resource: Resource, name: str) -> str:
    """The name of a property; what makes another record that is shown one goes by the name of that, as `email`."""
    keys = {f"{one.name}.{one.key}": one.name for one in resource.nested}
    return keys.get(name, name)


def can_search(resource: Resource) -> bool:
    """Whether a list has a field to search by: all words of its records, else how their title begins."""
    title = properties(resource).get(resource.called_by)
    return resource.terms is not None or (title is not None and ">=" in title.operators)


def _beginning(resource: Resource, text: str) -> tuple[Filter, ...]:
    """A number is found by its first digits, and one that somebody copied whole, however it was typed."""
    name = resource.called_by
    if resource is PHONE and begun.is_begun(text):
        return (Filter(BEGINNING, "=", text),)
    if resource is PHONE and (prefix := number.agreeing(None, text)) and number.parse(prefix, text)[1]:
        return (Filter(name, "=", text),)
    return Filter(name, ">=", text), Filter(name, "<", f"{text}{_BEHIND}")


def parse(view: View, pairs: Pairs) -> ListQuery:
    """What the decoded parameters of an address ask for. Nothing is raised: what means nothing is among the `refused`."""
    return _Reader(view).read(pairs)


def of_text(view: View, text: str) -> ListQuery:
    """Likewise of a query string."""
    return parse(view, parse_qsl(text, keep_blank_values=True, errors="replace"))


class _Reader:
    """Reads the parameters of one address."""

    def __init__(self, view: View) -> None:
        self._view, self._resource = view, view.resource
        self._refused: list[str] = []

    def read(self, pairs: Pairs) -> ListQuery:
        given, filters_ = dict[str, str](), list[Filter]()
        for name, value in pairs:
            if not is_unicode(f"{name}{value}") or "\0" in f"{name}{value}":
                self._refuse(name, "")
            elif name in _ONCE:
                given[name] = f"{given[name]},{value}" if name == "columns" and name in given else value
            elif not name.startswith("_"):
                filters_ += self._filter(name, value)
        sort, descending = self._order(given)
        return ListQuery(
            self._view,
            self._q(given.get("q", "")),
            self._few(filters_),
            sort,
            descending,
            min(self._number(given, "limit") or DEFAULT_LIMIT, MOST_ROWS),
            self._number(given, "page") or 1,
            self._columns(given.get("columns", "")),
            self._number(given, "at"),
            self._trail(given.get("from", "")),
            tuple(self._refused),
        )

    def _refuse(self, name: str, value: str) -> None:
        self._refused.append(f"{name}={value}" if is_unicode(f"{name}{value}") else "?")

    def _filter(self, name: str, value: str) -> list[Filter]:
        if name == "filter" and not value:
            return []
        try:
            found = Filter(*filters.split(value)) if name == "filter" else Filter(name, "=", value)
            found = found._replace(name=_short(self._resource, found.name))
            if found.operator == WORDS:
                found = found._replace(value=found.value.strip())
            found.condition(self._resource)
        except Malformed:
            self._refuse(name, value)
            return []
        return [found]

    def _few(self, found: list[Filter]) -> tuple[Filter, ...]:
        different = tuple(dict.fromkeys(found))
        for one in different[filters.MOST :]:
            self._refuse(*one.pair)
        return different[: filters.MOST]

    def _q(self, text: str) -> str:
        text = text.strip()
        if not text:
            return ""
        try:
            if self._resource.terms and len(text) <= words.MOST_CHARACTERS and not terms.words(text):
                return text
            if self._resource.terms:
                words.parse(text)
            elif can_search(self._resource) and len(text) <= words.MOST_CHARACTERS:
                for one in _beginning(self._resource, text):
                    one.condition(self._resource)
            else:
                raise Malformed("")
        except Malformed:
            self._refuse("q", text)
            return ""
        return text

    def _order(self, given: dict[str, str]) -> tuple[str, bool]:
        """An order that is named ascends, as in the API."""
        sort, descending = columns.usual_order(self._resource)
        named = given.get("sort", "")
        if named in self._resource.listing.sorts:
            sort, descending = named, False
        elif named:
            self._refuse("sort", named)
        direction = given.get("direction", "")
        if direction in ("asc", "desc"):
            return sort, direction == "desc"
        if direction:
            self._refuse("direction", direction)
        return sort, descending

    def _number(self, given: dict[str, str], name: str) -> int | None:
        text = given.get(name, "")
        if not text:
            return None
        try:
            return query.number(name, text, 1)
        except Malformed:
            self._refuse(name, text)
            return None

    def _trail(self, text: str) -> tuple[int, ...]:
        numbers = text.split(".") if text else []
        if not all(one.isascii() and one.isdigit() and len(one) < 19 for one in numbers):
            self._refuse("from", text)
            return ()
        return tuple(map(int, numbers[:_MOST_FROM]))

    def _columns(self, text: str) -> tuple[str, ...]:
        known = columns.offered(self._resource)
        named = dict.fromkeys(filter(None, (one.strip() for one in text.split(","))))
        for one in named:
            if one not in known:
                self._refuse("columns", one)
        return tuple(one for one in named if one in known) or columns.usual(self._resource)
