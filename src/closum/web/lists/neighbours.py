"""Which records are before and behind one in a list: by the order of the list, not by the place in it."""

from dataclasses import replace
from typing import NamedTuple

from closum.model.cursor import Place
from closum.model.query import Page, Query
from closum.model.resource import Resource
from closum.store import rows
from closum.store.unit import Unit
from closum.web.lists.asked import ListQuery
from closum.web.lists.reading import ordered


class Neighbours(NamedTuple):
    """The ids of the records before and behind one, None at the ends; its place from 1 on, where the address says it, and how
    many records the list has."""

    previous: int | None
    next: int | None
    place: int | None
    total: int


NOBODY = Neighbours(None, None, None, 0)


def neighbours(unit: Unit, asked: ListQuery, record_id: int) -> Neighbours:
    """Those of a record, also of one that the filters of the list have left out since; NOBODY of one that is not there."""
    resource = asked.resource
    query = ordered(unit, resource, asked.query(("id",)))
    row = rows.rows_by(unit, resource, "id", [record_id]).get(record_id)
    if row is None:
        return NOBODY
    place = Place(row[resource.listing.sorts[query.sort]], record_id)
    behind = _behind(query, place)
    found = rows.window(unit, resource, behind)
    before = replace(behind, descending=not query.descending, counted=False)
    at = asked.at if asked.at and asked.at <= (found.total or 0) else None
    return Neighbours(_first(unit, resource, before), _id(found), at, found.total or 0)


def _behind(query: Query, place: Place) -> Query:
    return replace(query, window=Page(1, 1), cursor="after", after=place)


def _first(unit: Unit, resource: Resource, query: Query) -> int | None:
    return _id(rows.window(unit, resource, query))


def _id(found: rows.Window) -> int | None:
    return found.records[0]["id"] if found.records else None
