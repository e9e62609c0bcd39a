"""What a record was: each of its changes, with what its properties were before and after."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from closum.errors import NotFound
from closum.model.change import CREATE, DELETIONS, ERASE, PURGE, UPDATE
from closum.model.draft import MAX_ID
from closum.model.fields import Field
from closum.model.relations import Nested, Row
from closum.model.resource import Resource
from closum.model.user_fields import Users, listed
from closum.operations import authors, feed
from closum.operations.authors import Authors
from closum.operations.edit import kept_columns
from closum.store import api_keys, history, rows
from closum.store.history import Past
from closum.store.pages import PAGE_BYTES
from closum.store.unit import Unit

AT_ONCE = 100  # changes

Value = dict[str, Any]
"""`before` and `after` of a property; without one where it was not there, or is not kept."""


class Chain:
    """What one record was between its changes, as far as they tell: None where it was not there, else what is known."""

    def __init__(self, present: Row | None, past: Sequence[Past]) -> None:
        states = [present]
        for one in reversed(past):
            states.append(_before(states[-1], one))
        self._states = states[::-1]
        self._operations = [one.operation for one in past]

    def at(self, operation: int) -> Row | None:
        """Behind an operation."""
        return self._states[bisect_right(self._operations, operation)]


def _before(state: Row | None, one: Past) -> Row | None:
    if one.verb == CREATE:
        return None
    if one.before is None:  # forgotten, or damaged: nothing is known
        return {}
    return one.before if one.verb in DELETIONS else {**(state or {}), **one.before}


class Revisions(NamedTuple):
    """Some changes of a record, the newest first; those before the operation `next` follow, None where there are none."""

    changes: list[dict[str, Any]]
    next: int | None


def read(
    unit: Unit,
    resource: Resource,
    record_id: int,
    most: int,
    before: int | None = None,
    together: Iterable[Sequence[str]] = (),
) -> Revisions:
    """At most so many changes of a record, fewer where they are large; those before an operation, where one is given.

    Properties that are told `together` are all there where one of them differed, such as a number and its prefix.

    Raises NotFound for a record that never was, is purged or erased, or of which nothing is kept.
    """
    present, last = _present(unit, resource, record_id)
    if present is None and (last is None or last.verb in (ERASE, PURGE)):
        raise NotFound
    state, page, has_more = _page(unit, resource, record_id, present, last, most, before or MAX_ID)
    shown = _Shown(unit, resource, Chain(state, page[::-1]), page, [*together])
    return Revisions(_changes(unit, shown, page), page[-1].operation if has_more else None)


class Other(NamedTuple):
    """A change of a record, without its values: what it `changed`, where that is known."""

    record_id: int
    change: dict[str, Any]
    changed: Row


def of_others(unit: Unit, resource: Resource, ids: Iterable[int], before: int = MAX_ID) -> list[Other]:
    """The changes of some records before an operation, in no order, each by what its columns were before."""
    found = history.of_records(unit, resource, ids, 0)
    page = [one for some in found.values() for one in some if one.operation < before]
    who = authors.find(unit, (one.by for one in page))
    return [Other(one.id, _head(one, who) | {"properties": None}, one.before or {}) for one in page]


def created(unit: Unit, resource: Resource, record_id: int) -> tuple[dict[str, Any], int | None] | None:
    """The change that made a record, with its user's id alone, and the number of what caused it; None where it is not kept."""
    first = history.first_of_record(unit, resource, record_id)
    if first is None or first.verb != CREATE:
        return None
    by = first.by
    keys = api_keys.names(unit, {by.key_id}) if by.key_id is not None else {}
    return _head(first, Authors({}, keys)) | {"properties": None}, by.cause_id


def _head(one: Past, who: Authors) -> dict[str, Any]:
    return {
        "verb": feed.verb(one),
        "at": one.at,
        **who.shown(one.by),
        "cause": one.by.cause,
        "operation": one.operation,
    }


def _present(unit: Unit, resource: Resource, record_id: int) -> tuple[Row | None, Past | None]:
    """The record, and the last of its changes: of one moment, also beside those who write."""
    while True:
        last = _last(unit, resource, record_id)
        present = rows.rows_by(unit, resource, "id", [record_id]).get(record_id)
        if last == _last(unit, resource, record_id):
            return present, last


def _last(unit: Unit, resource: Resource, record_id: int) -> Past | None:
    return next(iter(history.of_record(unit, resource, record_id, MAX_ID, 1)), None)


def _page(
    unit: Unit,
    resource: Resource,
    record_id: int,
    state: Row | None,
    last: Past | None,
    most: int,
    before: int,
) -> tuple[Row | None, list[Past], bool]:
    """What the record was behind a page, the changes of the page, and whether there are older ones."""
    page: list[Past] = []
    size = 0
    for one in _back(unit, resource, record_id, last):
        if one.operation >= before:
            state = _before(state, one)
        elif len(page) == most or (page and size > PAGE_BYTES):
            return state, page, True
        else:
            page.append(one)
            size += sum(len(value) for value in (one.before or {}).values() if isinstance(value, str))
    return state, page, False


def _back(unit: Unit, resource: Resource, record_id: int, last: Past | None) -> Iterator[Past]:
    """Every change up to the last one, the newest first."""
    some = [] if last is None else [last]
    while some:
        yield from some
        some = history.of_record(unit, resource, record_id, some[-1].position, AT_ONCE)


def _changes(unit: Unit, shown: "_Shown", page: Sequence[Past]) -> list[dict[str, Any]]:
    who = authors.find(unit, (one.by for one in page))
    return [_head(one, who) | {"properties": shown.values(one)} for one in page]


def states(unit: Unit, resource: Resource, record_id: int, operations: Collection[int]) -> dict[int, Row]:
    """What is known of what a record was behind each of some operations."""
    chain = _chains(unit, resource, [record_id], min(operations) - 1)[record_id]
    return {one: chain.at(one) or {} for one in operations}


def _chains(unit: Unit, resource: Resource, ids: Iterable[int], after: int) -> dict[int, Chain]:
    """What records were behind a position: of one moment, also beside those who write."""
    while True:
        past = history.of_records(unit, resource, ids, after)
        present = rows.rows_by(unit, resource, "id", ids)
        if past == history.of_records(unit, resource, ids, after):
            return {one: Chain(present.get(one), past.get(one, [])) for one in ids}


class _Shown:
    """The changes of a page as clients see the record: with what it showed of others at that time."""

    def __init__(
        self,
        unit: Unit,
        resource: Resource,
        chain: Chain,
        page: Sequence[Past],
        together: Sequence[Sequence[str]],
    ) -> None:
        self._resource, self._chain, self._together = resource, chain, together
        asked = [name for names in together for name in names]
        self._shows = {one.name: _names_shown(one, asked) for one in resource.nested}
        shown = {*resource.listing.listed, *resource.listing.retrieved}
        self._unasked = {one.name for one in resource.fields if one.name not in shown}
        # What others keep in the record is in no change of it: the chain would have it from the beginning.
        self._fields = [one for one in resource.fields if one.name not in kept_columns(resource)]
        self._others = {one.name: self._linked(unit, one, page) for one in resource.nested}

    def _linked(self, unit: Unit, nested: Nested, page: Sequence[Past]) -> Mapping[int, Chain]:
        ends = [end for one in page for end in (one.operation - 1, one.operation)]
        links = {(self._chain.at(end) or {}).get(nested.link) for end in ends} - {None}
        ids = [link for link in links if link is not None]
        return _chains(unit, nested.resource, ids, min(ends, default=0))

    def values(self, one: Past) -> dict[str, Value] | None:
        """Of each property that differed; None where the change keeps nothing any more."""
        if one.before is None and one.verb != CREATE:
            return None
        before, after = self._view(one.operation - 1), self._view(one.operation)
        found = dict(self._differing(one, before, after))
        for names in self._together:
            if any(name in found for name in names):
                found |= {name: _ends(name, before, after) for name in names}
        return found

    def _differing(self, one: Past, before: Row, after: Row) -> Iterator[tuple[str, Value]]:
        named = set(feed.names(one) or ())
        for name in dict.fromkeys((*before, *after)):
            value = _ends(name, before, after)
            if name in self._unasked and not any(one is not None for one in value.values()):
                continue
            both = len(value) == 2
            if value["before"] != value["after"] if both else (one.verb != UPDATE or name in named):
                yield name, value

    def _view(self, operation: int) -> Row:
        """What is known of the record behind an operation, by the names of its properties."""
        state = self._chain.at(operation) or {}
        view = {field.name: _value(field, state) for field in self._fields if field.name in state}
        for nested in self._resource.nested:
            view |= self._view_of(nested, state, operation)
        return view

    def _view_of(self, nested: Nested, state: Row, operation: int) -> Row:
        if nested.link not in state:
            return {}
        link = state[nested.link]
        if link is None:
            return {f"{nested.name}.{name}": None for name in ("id", *self._shows[nested.name])}
        other = self._others[nested.name][link].at(operation) or {}
        shown = {f"{nested.name}.{name}": other[name] for name in self._shows[nested.name] if name in other}
        return {f"{nested.name}.id": link} | shown


def _names_shown(nested: Nested, asked: Iterable[str]) -> list[str]:
    """What a record shows of another one, and what else of it was asked for."""
    beside = (name.partition(".") for name in asked)
    return [*dict.fromkeys((*nested.shows, *(name for group, _, name in beside if group == nested.name)))]


def _ends(name: str, before: Row, after: Row) -> Value:
    """What a property was before and after a change, where it was there."""
    ends = {"before": before, "after": after}
    return {end: view[name] for end, view in ends.items() if name in view}


def _value(field: Field, state: Row) -> Any:
    """A value as answers have it."""
    value = state[field.name]
    return listed(value) if isinstance(field, Users) and value is not None else value
