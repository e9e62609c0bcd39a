"""A page of the records that filters and a search leave, with their exact count, by its number or behind a place.

The hits are counted first; by that it is decided how a page is found in an order that is not that of the search. Few: all
are fetched and sorted. Many: the index of the order is walked, and each record on it looked at, until the page is full;
where that has not filled it soon, since hits lie close together, each is looked up among all hits instead.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from closum.model.query import RELEVANCE, Query
from closum.model.resource import Resource
from closum.model.view import list_view
from closum.model.words import Clause
from closum.store import keyset, pages, relevance, where
from closum.store.keyset import Range
from closum.store.scope import scope_of
from closum.store.search import ANY, Ids, Wanted
from closum.store.sql import Bound, Sql, joined, prepared, sql, value
from closum.store.unit import Result, Stream, Unit
from closum.store.where import Part

FEW = 20_000  # hits that are fetched and sorted
WALKED = 30_000  # records on an index that are looked at one by one, at most
SPREAD = 20  # times as many as would be looked at if the hits were spread evenly

# What keeps planners from walking the index of the order for a few hits, and from reading all hits for a few records.
_SORTED = {
    "sqlite": "SELECT key, +place AS place FROM ({hits}) AS hits WHERE {behind}",
    "postgres": "SELECT key, place FROM ({hits} OFFSET 0) AS hits WHERE {behind}",
}
_AMONG = {"sqlite": "walked.key IN ({ids})", "postgres": "(walked.key IN ({ids})) IS TRUE"}


_AT_ONCE = """
WITH hits AS MATERIALIZED ({hits}),
page AS (SELECT key, place FROM hits WHERE {behind} ORDER BY {order} LIMIT {limit} OFFSET {offset})
SELECT count, key, place FROM (SELECT COUNT(*) AS count FROM hits) AS counted LEFT JOIN page ON 1 = 1
"""
"""Each row has the count; without any on the page there is one of it alone."""


class Found(NamedTuple):
    """The statement of a page, one record more than it has, and how many records there are, None if nobody asks.

    Behind its columns a row has `key` and `place`, its id and what it is ordered by.
    """

    statement: Bound
    total: int | None


def find(unit: Unit, resource: Resource, query: Query, most_bytes: int) -> Found:
    """What a filtered page is read by."""
    asked = Asked(unit, resource, query)
    return Found(asked.page(most_bytes), asked.total if query.counted else None)


def ids(unit: Stream, resource: Resource, query: Query) -> Iterator[list[int]]:
    """The ids of all hits, in their order, some at a time."""
    asked = Asked(unit, resource, query)
    if query.sort == RELEVANCE:
        yield [row[0] for row in asked.by_relevance()]
        return
    for rows in unit.pieces(*asked.in_order(), FEW):
        yield [row[0] for row in rows]


def rows(unit: Unit, resource: Resource, query: Query, most_bytes: int) -> tuple[list[Result], int | None]:
    """Those of a page, one more where there is one, and how many records there are, None if nobody asks."""
    if query.counted and query.is_at_once(resource):
        return _at_once(Asked(unit, resource, query), most_bytes)
    statement, count = find(unit, resource, query, most_bytes)
    return ([] if count == 0 else unit.all(*statement)), count


def _at_once(asked: "Asked", most_bytes: int) -> tuple[list[Result], int]:
    """By one statement, unless the page is empty and not the first: then the count is asked for by itself."""
    found = asked.unit.all(*asked.page(most_bytes, asked.counting))
    if found:
        return found, int(found[0][-3])
    return [], 0 if asked.is_first else asked.count


class Asked:
    """One page, and what is known of the hits."""

    def __init__(self, unit: Unit, resource: Resource, query: Query) -> None:
        self.unit, self._resource, self._query = unit, resource, query
        self._selection = where.select(unit, resource, query.where, query.words)
        self._scope = scope_of(resource)
        self.column = query.column(resource)
        self._most = (
            query.window.offset + query.window.limit + 1
        )  # one more tells whether there is another page

    def page(self, most_bytes: int, *more: Sql) -> Bound:
        """The statement; its rows have `more` between the columns and the place."""
        column = "place" if self._query.sort == RELEVANCE else self.column
        view = list_view(self._resource, self._query.fields)
        of: tuple[Sql | str, ...] = (*more, "keys.key", "keys.place")
        shown = pages.shown_in_order(self._resource, view, column, self.keys(), self._query.descending, *of)
        return prepared(shown, "account_id", "most")(self.unit.account_id, most_bytes)

    def in_order(self) -> Bound:
        """The statement of the ids of all hits."""
        order = pages.order_by("place", "key", self._query.descending)
        hits = self._hits(self.column)
        statement = sql("SELECT key FROM ({hits}) AS hits ORDER BY {order}", hits=hits, order=order)
        return prepared(statement, "account_id")(self.unit.account_id)

    def by_relevance(self) -> list[relevance.Found]:
        """The ids of the page."""
        return relevance.page(self.unit, self._resource, self._query, self._selection)

    @property
    def is_first(self) -> bool:
        """Whether nothing comes before the page."""
        return self._query.window.offset == 0 and self._query.after is None

    @property
    def counting(self) -> Sql:
        """How many hits there are, as a value."""
        return sql("(SELECT COUNT(*) FROM ({hits}) AS hits)", hits=self._ids())

    @property
    def total(self) -> int:
        """Of the hits, as far as somebody asks for it."""
        most = self._query.most
        if most is None:
            return self.count
        is_short = (self.unit.search.IN_ORDER and self._is_in_order()) or self._is_on_its_index()
        return self._counted_to(most) if is_short else min(self.count, most + 1)

    @cached_property
    def count(self) -> int:
        """Of the hits; where nobody asks for it exactly, only so far that it is known whether they are few."""
        if self._is_looked_up():
            return int(self._pass[0][0])
        if not self._is_counted:
            return self._counted_to(FEW)
        return self._number(sql("SELECT COUNT(*) FROM ({hits}) AS hits", hits=self._ids()))

    def _counted_to(self, most: int) -> int:
        """Of the hits; more are one more."""
        hits = sql(
            "SELECT COUNT(*) FROM ({hits} LIMIT {most}) AS hits", hits=self._ids(), most=value(most + 1)
        )
        return self._number(hits)

    @property
    def _is_counted(self) -> bool:
        """Whether somebody asks for the exact count."""
        return self._query.counted and self._query.most is None

    def _is_looked_up(self) -> bool:
        """Whether each record that the search finds is looked at to tell whether it is a hit."""
        return bool(self._selection.clauses and self._selection.parts)

    @cached_property
    def _pass(self) -> list[Result]:
        """The count, and the keys of the page, by one look at each record; where nobody asks for the exact count, at a few."""
        hits, window = self._hits(self.column), self._query.window
        if not self._is_counted:
            hits += sql(" LIMIT {most}", most=value(FEW + 1))
        statement = sql(
            _AT_ONCE,
            hits=hits,
            behind=keyset.behind(self._query.after, self._query.descending),
            order=pages.order_by("place", "key", self._query.descending),
            limit=value(window.limit + 1),
            offset=value(window.offset),
        )
        return self.unit.all(*prepared(statement, "account_id")(self.unit.account_id))

    @cached_property
    def _total(self) -> int:
        """Of all records."""
        return self._number(sql("SELECT {count}", count=self._scope.count))

    def _number(self, statement: Sql) -> int:
        row = self.unit.one(*prepared(statement, "account_id")(self.unit.account_id))
        return int(row[0] or 0) if row else 0

    def _ids(self) -> Sql:
        """The ids of all hits (`id`)."""
        if self._selection.clauses and not self._selection.parts:
            found: Sql = self.unit.search.ids(self.unit, self._resource, self._selection.wanted)
            return found
        return sql("SELECT key AS id FROM ({hits}) AS hits", hits=self._hits("id"))

    def _hits(self, column: str) -> Sql:
        """Every hit, with what it is ordered by: one look into the table for each."""
        conditions, source = self._selection.conditions, self._selection.source
        if self._selection.clauses:
            ids = self.unit.search.ids(self.unit, self._resource, self._selection.wanted)
            return where.joined_hits(self.unit, self._resource, ids, column, conditions)
        if source and source.ids:
            rest = [part.sql for part in self._selection.parts if part is not source]
            return where.joined_hits(self.unit, self._resource, source.ids, column, rest)
        select = "SELECT id AS key, {column} AS place FROM {table} WHERE {where}"
        each = [self._scope.where(*conditions) for conditions in self._selection.each_range()]
        arms = [sql(select, column=column, table=self._resource.name, where=one) for one in each]
        return joined(" UNION ALL ", arms)

    def keys(self) -> Sql:
        """Ids (`key`) of the page, and what they are ordered by (`place`)."""
        if self._query.sort == RELEVANCE:
            return self._listed(self.by_relevance(), "BIGINT")
        if self._is_looked_up() and (self._is_counted or self.count <= FEW):
            return self._listed([row[1:] for row in self._pass if row[1] is not None], self._kind)
        if found := self._found():
            return self._window(found)
        walked = self._walked()
        return self._window(self._among()) if walked is None else self._listed(walked, self._kind)

    def _window(self, found: Sql) -> Sql:
        """What is shown of the first records, and one more where there is one."""
        window = self._query.window
        return sql(
            "SELECT key, place FROM ({found}) AS found ORDER BY {order} LIMIT {limit} OFFSET {offset}",
            found=found,
            order=pages.order_by("place", "key", self._query.descending),
            limit=value(window.limit + 1),
            offset=value(window.offset),
        )

    def _found(self) -> Sql | None:
        """The first records of what is asked for, at least as many as are skipped and shown; None where all would have to be
        sorted, which are many."""
        if self._is_in_order():
            return self._first()
        if self._is_on_one_index():
            return self._from_index()
        if self._is_on_its_index():
            return self._walk(Sql("TRUE"))
        if self._query.is_at_once(self._resource) or self.count <= FEW:
            return self._sorted()
        return None

    def _sorted(self) -> Sql:
        behind = keyset.behind(self._query.after, self._query.descending)
        return sql(_SORTED[self.unit.engine], hits=self._hits(self.column), behind=behind)

    def _among(self) -> Sql:
        """By a set of all hits. Their ids need none to be in order: the first ones are taken of them as they come."""
        if self.column == "id":
            return self._sorted()
        return self._walk(sql(_AMONG[self.unit.engine], ids=self._ids()))

    def _is_in_order(self) -> bool:
        """Whether the search itself has them in the order that is asked for."""
        in_order = self.unit.search.IN_ORDER or self.count <= FEW
        return self.column == "id" and not self._selection.parts and in_order

    def _first(self) -> Sql:
        after = self._query.after.id if self._query.after else None
        wanted = self._selection.wanted._replace(after=after, descending=self._query.descending)
        ids = self.unit.search.first(self.unit, self._resource, wanted, self._most)
        return sql("SELECT id AS key, id AS place FROM ({ids}) AS ids", ids=ids)

    def _is_on_one_index(self) -> bool:
        """Whether an index has what the only filter leaves, in the order that is asked for."""
        parts = self._selection.parts
        alone = self.column == "id" and not self._selection.clauses and len(parts) == 1
        return alone and parts[0].in_order

    def _is_on_its_index(self) -> bool:
        """Whether the ranges to which the only filter comes are of the index of the order."""
        parts = self._selection.parts
        return not self._selection.clauses and len(parts) == 1 and self._arms != []

    @property
    def _arms(self) -> Sequence[Sql]:
        """The ranges of the index of the order to which a filter comes."""
        ranged = self._selection.ranged
        return ranged.arms if ranged and ranged.column == self.column else []

    def _from_index(self) -> Sql:
        (one,) = self._ranges
        return sql(
            "SELECT id AS key, id AS place FROM {table} WHERE {where} ORDER BY {order} LIMIT {most}",
            table=self._resource.name,
            where=self._scope.where(*self._selection.conditions, one.condition),
            order=pages.order_by("id", "id", self._query.descending),
            most=value(self._most),
        )

    def _walked(self) -> list[Result] | None:
        """The page, as a walk of bounded length has found it; None where it would not fill the page, or has not."""
        if self._most * self._total > WALKED * self.count:
            return None
        walk = self._window(self._walk(self._fits(), self._bound))
        found = self.unit.all(*prepared(walk, "account_id")(self.unit.account_id))
        return found if len(found) > self._query.window.limit or self._is_at_end() else None

    @property
    def _bound(self) -> int:
        """How many records a walk looks at before it is given up."""
        return min(WALKED, SPREAD * self._most * self._total // max(self.count, 1))

    @property
    def _kind(self) -> str:
        """The type of what the list is ordered by."""
        return "BIGINT" if keyset.is_number(self._resource, self.column) else "TEXT"

    def _listed(self, found: Sequence[Result], kind: str) -> Sql:
        """What has been found, with its type: a prepared statement keeps that of the first value."""
        if not found:
            return sql("SELECT id AS key, id AS place FROM {table} WHERE 1 = 0", table=self._resource.name)
        row = f"({{key}}, CAST({{place}} AS {kind}))"
        listed = joined(", ", [sql(row, key=value(key), place=value(place)) for key, place in found])
        return sql("SELECT column1 AS key, column2 AS place FROM (VALUES {listed}) AS listed", listed=listed)

    def _is_at_end(self) -> bool:
        """Whether the walk has come to the end of the list."""
        beyond = sql(" LIMIT 1 OFFSET {most}", most=value(self._bound))
        walked = (one for one in self._ranges if not (one.is_null and self._empty))
        return not any(self._number(self._on_index(one) + beyond) for one in walked)

    def _walk(self, fits: Sql, most: int | None = None) -> Sql:
        """Records on the index of the order, of which it looks at no more than so many in each range of it."""
        return joined(" UNION ALL ", [self._arm(one, fits, most) for one in self._ranges])

    def _arm(self, one: Range, fits: Sql, most: int | None) -> Sql:
        if one.is_null and self._empty:
            return self._without_value(self._empty)
        looked_at = self._on_index(one)
        if most is not None:
            looked_at += sql(" LIMIT {most}", most=value(most))
        return sql(
            "SELECT key, place FROM (SELECT key, place FROM ({walked}) AS walked WHERE {fits} LIMIT {most}) AS arm",
            walked=looked_at,
            fits=fits,
            most=value(self._most),
        )

    def _without_value(self, empty: Clause) -> Sql:
        """Hits that have nothing to be ordered by: they come by their ids, as the search finds them."""
        after = self._query.after
        behind = after.id if after and after.value is None else None
        wanted = Wanted([*self._selection.clauses, empty], after=behind, descending=self._query.descending)
        hits = where.first_hits(self.unit, self._resource, self._selection, wanted, self._most)
        return sql("SELECT key, CAST(NULL AS TEXT) AS place FROM ({hits}) AS hits", hits=hits)

    @cached_property
    def _empty(self) -> Clause | None:
        """What fits the hits that have nothing to be ordered by, if it need not be looked for on the index."""
        return where.shows_nothing(self._resource, self.column) if self._selection.clauses else None

    @cached_property
    def _ranges(self) -> list[Range]:
        of = (self._resource, self.column, self._query.after, self._query.descending)
        found = keyset.ranges(*of, split=self._empty is not None)
        if not self._arms:
            return found
        each = [(one, arm) for one in found if not one.is_null for arm in self._arms]
        return [one._replace(condition=joined(" AND ", [one.condition, arm])) for one, arm in each]

    @cached_property
    def _within(self) -> Ids:
        """The ids that ranges come to, also those of dates that go with them."""
        return where.ranges(self.unit, self._resource, self._conditions)[1]

    @property
    def _conditions(self) -> list[Part]:
        return [*self._selection.parts, *self._selection.ranges]

    def _on_index(self, one: Range) -> Sql:
        own = [part.sql for part in self._conditions if part.column == self.column and not part.arms]
        if self.column == "id" and self._within != ANY:
            least, most = map(value, self._within)
            own.append(sql("id BETWEEN {least} AND {most}", least=least, most=most))
        return sql(
            "SELECT id AS key, {column} AS place FROM {table} WHERE {where} ORDER BY {order}",
            column=self.column,
            table=self._resource.name,
            where=self._scope.where(one.condition, *own),
            order=pages.order_by(self.column, "id", self._query.descending),
        )

    def _fits(self) -> Sql:
        """Whether a record on the index is a hit: one look into the table, one into the terms."""
        parts = [part.sql for part in self._selection.parts if part.column != self.column]
        tests = []
        if self._selection.ranges:
            least, most = map(value, self._selection.within)
            tests.append(sql("walked.key BETWEEN {least} AND {most}", least=least, most=most))
        if parts:
            tests.append(where.fits(self.unit, self._resource, "walked.key", parts))
        if self._selection.clauses:
            tests.append(
                self.unit.search.fits(self.unit, self._resource, self._selection.clauses, "walked.key")
            )
        return joined(" AND ", tests) if tests else Sql("TRUE")
