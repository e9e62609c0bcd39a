"""What a record was: each of its changes, with what its properties were before and after."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from closum.errors import NotFound
from closum.model.change import CREATE, DELETE, ERASE, UPDATE
from closum.model.resource import Nested, Resource, Row
from closum.operations import feed
from closum.store import history, identity, rows
from closum.store.history import Past
from closum.store.unit import Unit

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
    return one.before if one.verb == DELETE else {**(state or {}), **one.before}


def read(
    unit: Unit, resource: Resource, record_id: int, most: int, before: int | None = None
) -> list[dict[str, Any]]:
    """At most so many changes of a record, the newest first; those before an operation, where one is given.

    Raises NotFound for a record that never was, is erased, or of which nothing is kept.
    """
    present = rows.rows_by(unit, resource, "id", [record_id]).get(record_id)
    past = history.of_records(unit, resource, [record_id], 0).get(record_id, [])
    if present is None and (not past or past[-1].verb == ERASE):
        raise NotFound
    chain = Chain(present, past)
    page = [one for one in past if before is None or one.operation < before][-most:][::-1]
    shown = _Shown(unit, resource, chain, page)
    emails = identity.emails(unit, {one.by.user_id for one in page if one.by.user_id is not None})
    return [
        {
            "verb": feed.verb(one),
            "at": one.at,
            "user": feed.who(one, emails),
            "cause": one.by.cause,
            "operation": one.operation,
            "properties": shown.values(one),
        }
        for one in page
    ]


class _Shown:
    """The changes of a page as clients see the record: with what it showed of others at that time."""

    def __init__(self, unit: Unit, resource: Resource, chain: Chain, page: Sequence[Past]) -> None:
        self._resource, self._chain = resource, chain
        self._others = {one.name: self._linked(unit, one, page) for one in resource.nested}

    def _linked(self, unit: Unit, nested: Nested, page: Sequence[Past]) -> Mapping[int, Chain]:
        ends = [end for one in page for end in (one.operation - 1, one.operation)]
        links = {(self._chain.at(end) or {}).get(nested.link) for end in ends} - {None}
        ids = [link for link in links if link is not None]
        present = rows.rows_by(unit, nested.resource, "id", ids)
        past = history.of_records(unit, nested.resource, ids, min(ends, default=0))
        return {one: Chain(present.get(one), past.get(one, [])) for one in ids}

    def values(self, one: Past) -> dict[str, Value] | None:
        """Of each property that differed; None where the change keeps nothing any more."""
        if one.before is None and one.verb != CREATE:
            return None
        before, after = self._view(one.operation - 1), self._view(one.operation)
        return dict(self._differing(one, before, after))

    def _differing(self, one: Past, before: Row, after: Row) -> Iterator[tuple[str, Value]]:
        named = set(feed.names(one) or ())
        for name in dict.fromkeys((*before, *after)):
            ends = {"before": before, "after": after}
            value = {end: view[name] for end, view in ends.items() if name in view}
            both = len(value) == len(ends)
            if value["before"] != value["after"] if both else (one.verb != UPDATE or name in named):
                yield name, value

    def _view(self, operation: int) -> Row:
        """What is known of the record behind an operation, by the names of its properties."""
        state = self._chain.at(operation) or {}
        view = {field.name: state[field.name] for field in self._resource.fields if field.name in state}
        for nested in self._resource.nested:
            view |= self._view_of(nested, state, operation)
        return view

    def _view_of(self, nested: Nested, state: Row, operation: int) -> Row:
        if nested.link not in state:
            return {}
        link = state[nested.link]
        if link is None:
            return {f"{nested.name}.{name}": None for name in ("id", *nested.shows)}
        other = self._others[nested.name][link].at(operation) or {}
        shown = {f"{nested.name}.{name}": other[name] for name in nested.shows if name in other}
        return {f"{nested.name}.id": link} | shown
