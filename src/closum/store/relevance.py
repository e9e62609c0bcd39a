"""The order of a search by what it has found: names that have every word, names with words that begin so, and the rest.

Within each of the three, records come by their ids.
"""

from collections.abc import Iterator

from closum.model.query import Query
from closum.model.resource import Resource
from closum.model.words import Clause, Term, Word
from closum.store import where
from closum.store.search import Wanted
from closum.store.sql import prepared, sql
from closum.store.unit import Unit
from closum.store.where import Selection

Found = tuple[int, int]
"""The id of a record, and the number of its tier."""

Tier = tuple[int, Wanted]


def page(unit: Unit, resource: Resource, query: Query, selection: Selection) -> list[Found]:
    """What is shown of a page, and one more where there is one. A tier is looked for when those before have not filled it."""
    found = list[Found]()
    most = query.window.offset + query.window.limit + 1
    for rank, wanted in _left(_tiers(query, selection), query):
        if len(found) < most:
            hits = where.first_hits(unit, resource, selection, wanted, most - len(found))
            direction = "DESC" if query.descending else "ASC"
            ordered = sql(f"SELECT key FROM ({{hits}}) AS hits ORDER BY key {direction}", hits=hits)
            rows = unit.all(*prepared(ordered, "account_id")(unit.account_id))
            found += [(row[0], rank) for row in rows]
    return found[query.window.offset :]


def _tiers(query: Query, selection: Selection) -> list[Wanted]:
    """The clauses of the words come first in those of a selection."""
    found, rest = selection.clauses[: len(query.words)], selection.clauses[len(query.words) :]
    exact = [_in_name(word, is_prefix=False) for word in query.words]
    begins = [_in_name(word, is_prefix=True) for word in query.words]
    return [
        Wanted([*exact, *rest]),
        Wanted([*begins, *rest], but=exact),
        Wanted([*found, *rest], but=begins),
    ]


def _in_name(word: Word, *, is_prefix: bool) -> Clause:
    """What is typed in groups may be a number, which is in no name."""
    return Clause((Term("name", word.text, is_prefix), *word.whole))


def _left(tiers: list[Wanted], query: Query) -> Iterator[Tier]:
    """Those behind the place that was come to."""
    numbered = list(enumerate(tiers))
    for rank, wanted in reversed(numbered) if query.descending else numbered:
        here = wanted._replace(descending=query.descending)
        if query.after is None or (rank < query.after.rank if query.descending else rank > query.after.rank):
            yield rank, here
        elif rank == query.after.rank:
            yield rank, here._replace(after=query.after.id)
