"""Which records are before and behind one in a list: by the order of the list, not by the place in it."""

from dataclasses import replace
from typing import NamedTuple

from closum.model.cursor import Place
from closum.model.query import Page, Query
from closum.store import rows
from closum.store.unit import Unit
from closum.web.lists.asked import ListQuery
from closum.web.lists.reading import ordered


class Neighbours(NamedTuple):
    """The ids of the records before and behind one, None at the ends; its place from 1 on, where the address says it, how many
    records the list has, and whether this is one of them still."""

    previous: int | None
    next: int | None
    place: int | None
    total: int
    is_in: bool = True

    @property
    def place_of_next(self) -> int | None:
        """What has left the list has no place in it: the next one has taken that."""
        return self.place and self.place + self.is_in


NOBODY = Neighbours(None, None, None, 0)


def neighbours(unit: Unit, asked: ListQuery, record_id: int) -> Neighbours:
    """Those of a record, also of one that the filters of the list have left out since; NOBODY of one that is not there."""
    resource = asked.resource
    query = ordered(unit, resource, asked.query(("id",)))
    row = rows.rows_by(unit, resource, "id", [record_id]).get(record_id)
    if row is None:
        return NOBODY
    value = row[query.column(resource)]
    found = rows.window(unit, resource, _behind(query, Place(value, record_id)))
    here = Place(value, record_id + (-1 if query.descending else 1))
    back = replace(_behind(query, here), window=Page(1, 2), descending=not query.descending, counted=False)
    ids = [one["id"] for one in rows.window(unit, resource, back).records]
    is_in, before = record_id in ids, [one for one in ids if one != record_id]
    total = found.total or 0
    at = asked.at if asked.at and asked.at <= total + (not is_in) else None
    return Neighbours(next(iter(before), None), _id(found), at, total, is_in)


def _behind(query: Query, place: Place) -> Query:
    return replace(query, window=Page(1, 1), cursor="after", after=place)


def _id(found: rows.Window) -> int | None:
    return found.records[0]["id"] if found.records else None
