"""Searching in PostgreSQL: the terms of each record as a text-search vector, in one GIN index without extensions.

Each term has a letter before it that says where it is; one more term has the account, so that the index finds nothing of
others.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from closum.model.resource import Resource
from closum.model.terms import Terms
from closum.model.words import Clause, Term
from closum.store.search import Found, Kept
from closum.store.sql import Bound, Sql, sql, value
from closum.store.statements import sizes
from closum.store.unit import Effect, Unit

_LETTERS = {"name": "n", "address": "a", "data": "d", "marks": ""}


def put(resource: Resource, account_id: int, records: Sequence[Found]) -> list[Effect]:
    effects: list[Effect] = []
    rest = iter(records)
    for size in sizes(len(records)):
        values: list[object] = []
        for _, (record_id, terms) in zip(range(size), rest, strict=False):
            values += (account_id, record_id, " ".join(map(_quoted, _kept(account_id, terms))))
        effects.append((_insert(resource, size), values, size))
    return effects


def drop(resource: Resource, account_id: int, ids: Iterable[int]) -> list[Bound]:
    return [
        (f"DELETE FROM {resource.name}_term WHERE account_id = ? AND id = ?", (account_id, one))
        for one in ids
    ]


def ids(unit: Unit, resource: Resource, clauses: Sequence[Clause]) -> Sql:
    """The account stands in the index, too, as a condition of its own: two make the planner expect so few records that it
    does not look through all those of the account beside."""
    return sql(
        f"SELECT id FROM {resource.name}_term WHERE account_id = {{account}} AND terms @@ CAST({{own}} AS tsquery)"
        " AND terms @@ CAST({wanted} AS tsquery)",
        account=value(unit.account_id),
        own=value(_quoted(_account(unit.account_id))),
        wanted=value(" & ".join(map(_any, clauses))),
    )


def kept(unit: Unit, resource: Resource, first: int, behind: int) -> dict[int, Kept]:
    rows = unit.all(
        f"SELECT id, array_to_string(tsvector_to_array(terms), ' ') FROM {resource.name}_term"
        " WHERE account_id = ? AND id >= ? AND id < ?",
        (unit.account_id, first, behind),
    )
    return {one: frozenset(terms.split(" ")) for one, terms in rows}


def wanted(account_id: int, terms: Terms) -> Kept:
    return frozenset(_kept(account_id, terms))


def accounts(unit: Unit, resource: Resource) -> list[int]:
    return [row[0] for row in unit.all(f"SELECT DISTINCT account_id FROM {resource.name}_term ORDER BY 1")]


def settle(unit: Unit) -> None:
    """The database does so itself."""


def is_damaged(unit: Unit, resource: Resource) -> bool:
    """The database has nothing that tells it of such an index."""
    return False


def rebuild(unit: Unit, resource: Resource) -> None:
    unit.run(f"REINDEX INDEX {resource.name}_term_terms")


def _kept(account_id: int, terms: Terms) -> Iterator[str]:
    yield _account(account_id)
    for place, found in terms._asdict().items():
        yield from (_LETTERS[place] + one for one in found)


def _account(account_id: int) -> str:
    return f"={account_id}"


def _any(clause: Clause) -> str:
    return f"{'!' if clause.negated else ''}({' | '.join(map(_one, clause.terms))})"


def _one(term: Term) -> str:
    return f"{_quoted(_LETTERS[term.place] + term.text)}{':*' if term.is_prefix else ''}"


def _quoted(text: str) -> str:
    """A lexeme: letters and digits, which nothing in it needs to be escaped for."""
    return f"'{text}'"


@lru_cache
def _insert(resource: Resource, number: int) -> str:
    rows = ", ".join(["(?, ?, CAST(? AS tsvector))"] * number)
    return (
        f"INSERT INTO {resource.name}_term (account_id, id, terms) VALUES {rows}"
        " ON CONFLICT (account_id, id) DO UPDATE SET terms = excluded.terms"
    )
