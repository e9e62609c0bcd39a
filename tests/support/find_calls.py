"""Calls of the functions of the store that filter and search, for `tests/store/test_reading.py`, and what they give."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from closum.model import filters, query, when
from closum.model.cursor import Place
from closum.model.query import Query
from closum.resources.city import CITY
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store import (
    archive,
    begun,
    changed,
    filtered,
    history,
    integrity,
    integrity_search,
    meant,
    relevance,
    rows,
    times,
    usual,
    where,
    whole,
)
from closum.store.search import Wanted
from closum.store.sql import Sql, prepared, sql, value
from closum.store.unit import Stream, Unit


def asked(text: str, **more: Any) -> Query:
    pairs = [(name, value) for name, _, value in (one.partition("=") for one in text.split("&"))]
    return replace(query.parse(LEAD, pairs), **more)


def window_streamed(unit: Stream) -> tuple[list[int], Any]:
    shown: list[int] = []
    wanted = asked("cursor=&limit=1&sort=name&filter=name>a")
    return shown, rows.each_of_window(unit, LEAD, wanted, lambda record: shown.append(record["id"]))[1:]


def ids_streamed(unit: Stream) -> list[int]:
    orders = ("filter=name>a&sort=name&direction=desc", "q=ana", "q=a&sort=relevance")
    return [one for text in orders for some in filtered.ids(unit, LEAD, asked(text)) for one in some]


def pieces_streamed(unit: Stream) -> list[int]:
    """Ids of all records, in three orders."""
    orders = ("sort=id&direction=desc", "sort=name", "filter=city_id=40")
    found = (whole.pieces(unit, LEAD, asked(text), ("name", "id")) for text in orders)
    return [row[1] for several in found for piece in several for row in piece.rows]


def archived(unit: Stream) -> list[int]:
    """Ids of all leads."""
    (table,) = [one for one in archive.tables(unit, [LEAD]) if one.name == "lead"]
    return [row[0] for piece in archive.pieces(unit, table) for row in piece]


def selected(unit: Unit) -> list[int]:
    """Ids of the records of a search with a condition, by its parts."""
    search = asked("q=ana").words
    found = where.select(unit, LEAD, (), search)
    assert found.clauses == meant.clauses(unit, search)
    ids = unit.search.ids(unit, LEAD, found.wanted)
    hits = where.joined_hits(unit, LEAD, ids, "name", [Sql("city_id IS NULL")])
    first = where.first_hits(unit, LEAD, found, Wanted(found.clauses), 9)
    fits = where.fits(unit, LEAD, "walked.key", [Sql("name = 'Ana'")])
    fitting = sql("SELECT key FROM (SELECT {id} AS key) AS walked WHERE {fits}", id=value(1), fits=fits)
    of = [prepared(one, "account_id")(unit.account_id) for one in (hits, first, fitting)]
    tiers = relevance.page(unit, LEAD, asked("q=ana&sort=relevance"), found)
    return [row[0] for one in of for row in unit.all(*one)] + [key for key, _ in tiers]


def timed(unit: Unit) -> list[Any]:
    """What filters by time come to."""
    (one,) = asked("filter=email.register_date<2018-01-01").where
    stretch = ("2018-01-01T00:00:00+00:00", "2018-01-02T00:00:00+00:00")
    assert times.stretches(unit, one) == [stretch]
    made = (times.by_id(unit, EMAIL, one, "email_id"), times.fits(unit, one))
    return [
        times.first(unit, "email", "id", "register_date", stretch[0]),
        *((one.text, one.values) for one in made),
    ]


TIMED = [1, ("email_id < ?", (1,)), ("register_date < ?", ("2018-01-01T00:00:00+00:00",))]


READING: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "begun.ranges": (
        lambda unit: len(begun.ranges(unit, filters.parse(PHONE, ["number.begins=+351 934 5"])[0])),
        1,
    ),
    "changed.found": (
        lambda unit: rows.window(unit, LEAD, asked("filter=import=1")).records,
        [],
    ),
    "changed.since": (lambda unit: changed.since(unit, LEAD, when.read("today")).ids, None),
    "history.earliest": (lambda unit: type(history.earliest(unit)), str),
    "times.first": (timed, TIMED),
    "times.by_id": (timed, TIMED),
    "times.fits": (timed, TIMED),
    "times.stretches": (timed, TIMED),
    "usual.clauses": (
        lambda unit: [
            bool(one.lacks) for one in usual.clauses(unit, asked("filter=email.status>0").where[0])
        ],
        [True, False],
    ),
    "where.ranges": (
        lambda unit: where.ranges(unit, LEAD, where.select(unit, LEAD, asked("filter=id>1").where, ()).parts)[
            1
        ],
        (2, 2**63 - 1),
    ),
    "rows.each_of_window": (window_streamed, ([1], (2, ("ana", 1)))),
    "rows.window": (
        lambda unit: [
            [one["id"] for one in found.records]
            for found in (
                rows.window(unit, LEAD, asked("q=ana")),
                rows.window(unit, CITY, Query("id", cursor="", after=Place(300, 300))),
            )
        ],
        [[1], list(range(301, 309))],
    ),
    "filtered.rows": (
        lambda unit: filtered.rows(unit, LEAD, asked("filter=city_id=40&fields=id"), 9),
        ([(2, 1, 2, 2)], 1),
    ),
    "archive.tables": (
        lambda unit: [one.name for one in archive.tables(unit, [LEAD, EMAIL])][:2],
        ["email", "lead"],
    ),
    "archive.expected": (archive.expected, 15),
    "archive.is_empty": (lambda unit: archive.is_empty(unit, [LEAD]), False),
    "archive.pieces": (archived, [1, 2]),
    "archive.city_names": (lambda unit: [row[0] for row in archive.city_names(unit, LEAD)], [40]),
    "filtered.ids": (ids_streamed, [2, 1, 1, 1]),
    "whole.values_by_id": (lambda unit: len(whole.values_by_id(unit, CITY, "city_name")), 308),
    "whole.pieces": (pieces_streamed, [2, 1, 1, 2, 2]),
    "filtered.find": (lambda unit: filtered.find(unit, LEAD, asked("q=eva"), 9).total, 1),
    "where.select": (selected, [1, 1, 1, 1]),
    "meant.clauses": (selected, [1, 1, 1, 1]),
    "where.joined_hits": (selected, [1, 1, 1, 1]),
    "where.fits": (selected, [1, 1, 1, 1]),
    "where.first_hits": (selected, [1, 1, 1, 1]),
    "relevance.page": (selected, [1, 1, 1, 1]),
    "integrity_search.differing": (
        lambda unit: integrity_search.differing(
            unit, LEAD, integrity.batch(unit, LEAD, LEAD.columns, (0, 10))
        ),
        integrity_search.Differing({}, {}, []),
    ),
}
