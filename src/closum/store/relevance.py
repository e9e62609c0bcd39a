"""The order of a search by what it has found: names that have every word, names with words that begin so, and the rest.

Within each of the three, records come by their ids.
"""

from collections.abc import Iterator

from closum.model.query import Query
from closum.model.resource import Resource
from closum.model.words import Clause, Term, Word
from closum.store import where
from closum.store.search import Wanted
from closum.store.sql import Sql, joined, sql, value
from closum.store.unit import Unit
from closum.store.where import Selection

Tier = tuple[int, Wanted]


def keys(unit: Unit, resource: Resource, query: Query, selection: Selection, most: int) -> Sql:
    """The first of what is asked for, at most so many of each tier: ids (`key`), and the numbers of tiers (`place`)."""
    arms = [_arm(unit, resource, selection, tier, most) for tier in _left(_tiers(query, selection), query)]
    return joined(" UNION ALL ", arms)


def _tiers(query: Query, selection: Selection) -> list[Wanted]:
    """The clauses of the words come first in those of a selection."""
    found, rest = selection.clauses[: len(query.words)], selection.clauses[len(query.words) :]
    exact = [_in_name(word, one, is_prefix=False) for word, one in zip(query.words, found, strict=True)]
    begins = [_in_name(word, one, is_prefix=True) for word, one in zip(query.words, found, strict=True)]
    return [
        Wanted([*exact, *rest]),
        Wanted([*begins, *rest], but=exact),
        Wanted([*found, *rest], but=begins),
    ]


def _in_name(word: Word, found: Clause, *, is_prefix: bool) -> Clause:
    """A number that is typed in groups is in no name."""
    return found if word.is_number else Clause((Term("name", word.text, is_prefix),))


def _left(tiers: list[Wanted], query: Query) -> Iterator[Tier]:
    """Those behind the place that was come to."""
    for rank, wanted in enumerate(tiers):
        here = wanted._replace(descending=query.descending)
        if query.after is None or (rank < query.after.rank if query.descending else rank > query.after.rank):
            yield rank, here
        elif rank == query.after.rank:
            yield rank, here._replace(after=query.after.id)


def _arm(unit: Unit, resource: Resource, selection: Selection, tier: Tier, most: int) -> Sql:
    rank, wanted = tier
    if not selection.parts:
        ids = unit.search.first(unit, resource, wanted, most)
        return sql(f"SELECT id AS key, {rank} AS place FROM ({{ids}}) AS tier", ids=ids)
    ids = unit.search.ids(unit, resource, wanted.clauses, wanted.but)
    than, direction = ("<", "DESC") if wanted.descending else (">", "ASC")
    behind = Sql("TRUE") if wanted.after is None else sql(f"key {than} {{id}}", id=value(wanted.after))
    return sql(
        f"SELECT key, {rank} AS place FROM (SELECT key FROM ({{hits}}) AS hits WHERE {{behind}}"
        f" ORDER BY key {direction} LIMIT {{most}}) AS tier",
        hits=where.joined_hits(unit, resource, ids, "id", selection.conditions),
        behind=behind,
        most=value(most),
    )
