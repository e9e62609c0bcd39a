"""What a page of a list reads, in one read: the records, their number, what they name, and the views of the user."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import Any, NamedTuple

from closum.model.property import IMPORT
from closum.model.query import Page, Query
from closum.model.resource import Resource
from closum.model.view import list_view, most_bytes
from closum.store import imports, rows, saved_views, tally
from closum.store.pages import LEAST_LONG
from closum.store.rows import TooLong
from closum.store.saved_views import SavedView
from closum.store.unit import Unit
from closum.web import titles
from closum.web.called import referred
from closum.web.lists import columns, controls, using
from closum.web.lists.asked import MOST_COUNTED, Filter, ListQuery
from closum.web.lists.columns import Column, Named
from closum.web.lists.using import Leads
from closum.web.locale import Locale
from closum.web.words import Words

Names = Mapping[str, Mapping[int, str]]
"""By the name of a property, what those records or users are called that it names."""


class Listed(NamedTuple):
    """`total` is how many records fit, as `asked` counts them; where the page is beyond the last one it has no `records`.

    `names` are those of what its columns name, `named` of what the records are called by; `leads` are those whose they are.
    """

    records: list[Any]
    total: int
    names: Names
    named: Mapping[tuple[str, int], str]
    leads: Leads
    views: list[SavedView]


def shown_columns(asked: ListQuery) -> list[Column]:
    """Those that the page has beside the title, in the order of its address."""
    known = columns.offered(asked.resource)
    return [known[name] for name in asked.columns]


def read(unit: Unit, asked: ListQuery, words: Words, user_id: int) -> Listed:
    shown = shown_columns(asked)
    records, total = _page(unit, asked, shown)
    return Listed(
        records,
        total,
        _names(unit, asked, shown, records),
        referred(unit, asked.resource, records, words),
        using.read(unit, asked.resource, records),
        saved_views.of_user(unit, user_id, asked.resource.name),
    )


def _page(unit: Unit, asked: ListQuery, shown: Iterable[Column]) -> tuple[list[Any], int]:
    resource = asked.resource
    fields = ("id", *titles.properties(resource), *(name for one in shown for name in one.read))
    query = ordered(unit, resource, asked.query(tuple(dict.fromkeys(fields))))
    try:
        return _found(unit, resource, query)
    except TooLong:
        return _found(unit, resource, replace(query, fields=_short(resource, query.fields)))


def ordered(unit: Unit, resource: Resource, query: Query) -> Query:
    """The same in the order of ids, where that is the order of the dates: a search has them in this order already."""
    is_dated = query.is_filtered and resource.dated and query.column(resource) == resource.dated
    return replace(query, sort="id") if is_dated and tally.has_dates_by_ids(unit, resource) else query


def _found(unit: Unit, resource: Resource, query: Query) -> tuple[list[Any], int]:
    """A plain list does not count where the page is beyond its last one."""
    records, total = rows.page(unit, resource, query)
    if records or query.is_filtered or query.window.number == 1:
        return records, total
    first = Query("id", window=Page(1, 1), cursor="", fields=("id",))
    return [], rows.window(unit, resource, first).total or 0


def _short(resource: Resource, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Those whose values are never long."""

    def is_short(name: str) -> bool:
        return all(most_bytes(resource, one) <= LEAST_LONG for one in list_view(resource, (name,)).columns)

    return tuple(name for name in fields if is_short(name))


def last_page(asked: ListQuery, total: int) -> int:
    """Of the records that were counted."""
    return max(1, ceil((MOST_COUNTED if asked.is_most(total) else total) / asked.limit))


def number(asked: ListQuery, total: int, locale: Locale) -> str:
    """How many records a list has, for people: `1,000+` where they were counted no further."""
    return locale.up_to(MOST_COUNTED, total) if asked.most_counted else locale.number(total)


def _names(unit: Unit, asked: ListQuery, shown: Iterable[Column], records: list[Any]) -> Names:
    """What is named in the columns, but for what the records were read with, and in the filters."""
    named = dict[str, tuple[Named, set[int]]]()
    for one in shown:
        if one.named and one.fields == (one.name,):
            named[one.name] = one.named, {*_ids(record[one.name] for record in records)}
    return names(unit, asked.resource, asked.filters, named)


def names(
    unit: Unit,
    resource: Resource,
    filters: Sequence[Filter],
    named: Mapping[str, tuple[Named, set[int]]] | None = None,
) -> Names:
    """What filters name, and others of which the ids are `named`."""
    wanted = {**(named or {})}
    for each in filters:
        if other := controls.named(resource, each.name):
            ids = wanted.setdefault(each.name, (other, set()))[1]
            ids.update(_ids(each.condition(resource).values))
    found = {name: called(unit, *of) for name, of in wanted.items()}
    numbers = [one.condition(resource).values[0] for one in filters if one.name == IMPORT]
    return found | ({IMPORT: _imports(unit, numbers)} if numbers else {})


def _imports(unit: Unit, numbers: Iterable[int]) -> Mapping[int, str]:
    """What the files of imports are called."""
    known = (imports.find(unit, number) for number in numbers)
    return {one.id: one.name or str(one.id) for one in known if one}


def _ids(values: Iterable[Any]) -> Iterable[int]:
    for value in values:
        yield from value if isinstance(value, list) else () if value is None else (value,)


def called(unit: Unit, named: Named, ids: Iterable[int]) -> Mapping[int, str]:
    """What some records, or the users of the account, are called."""
    return titles.of_users(unit) if isinstance(named, str) else titles.of_records(unit, named, ids)
