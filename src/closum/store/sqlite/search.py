"""Searching in SQLite: an index of FTS5, and beside it the terms of records that are not in it yet.

A new record in the index costs eight times as much by itself as among a thousand. So a write leaves terms in a plain table,
from which they are moved later, many at a time. What is there counts instead of what the index has of the record. Terms
are kept there with a space before, between and behind them, so that both are searched alike.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from closum.model.resource import Resource
from closum.model.terms import Terms
from closum.model.words import Clause, Term
from closum.store.search import AT_ONCE, INDEX, PENDING, Found, Kept
from closum.store.sql import Bound, Sql, joined, sql, value
from closum.store.statements import sizes
from closum.store.unit import Effect, Unit

ALL = "all"
"""A term of every record, so that it can be found by what it has not."""

_INDEXES = f"""
SELECT name FROM sqlite_schema AS index_table WHERE name GLOB '*{INDEX}' AND sql LIKE 'CREATE VIRTUAL TABLE % USING fts5 %'
AND EXISTS (SELECT 1 FROM sqlite_schema WHERE name = substr(index_table.name, 1, length(index_table.name) - {len(INDEX)}) || '{PENDING}')
"""
_CHANGES = "SELECT total_changes()"
LEAST_CHANGES = 2
"""A step of merging with fewer had nothing to do: the command itself counts for one."""
_BITS = 40  # of an id, in the number of a row of the index
_ID = (1 << _BITS) - 1


def put(resource: Resource, account_id: int, records: Sequence[Found]) -> list[Effect]:
    effects: list[Effect] = []
    rest = iter(records)
    for size in sizes(len(records)):
        values: list[object] = []
        for _, (record_id, terms) in zip(range(size), rest, strict=False):
            values += (account_id, record_id, *_kept(terms))
        effects.append((_insert(resource, size), values, size))
    return effects


def drop(resource: Resource, account_id: int, ids: Iterable[int]) -> list[Bound]:
    name = resource.name
    statements: list[Bound] = []
    for one in ids:
        statements.append((f"DELETE FROM {name}_pending WHERE account_id = ? AND id = ?", (account_id, one)))
        statements.append((f"DELETE FROM {name}_term WHERE rowid = ?", (row_of(account_id, one),)))
    return statements


def ids(unit: Unit, resource: Resource, clauses: Sequence[Clause]) -> Sql:
    name, account = resource.name, unit.account_id
    indexed = sql(
        f"SELECT rowid & {_ID} AS id FROM {name}_term WHERE {name}_term MATCH {{match}} AND rowid BETWEEN {{first}} AND {{last}}",
        match=value(_match(clauses)),
        first=value(row_of(account, 0)),
        last=value(row_of(account, _ID)),
    )
    if not unit.one(f"SELECT 1 FROM {name}_pending WHERE account_id = ? LIMIT 1", (account,)):
        return indexed
    pending = sql(
        f"SELECT id FROM {name}_pending WHERE account_id = {{account}} AND {{fits}}",
        account=value(account),
        fits=joined(" AND ", map(_fits, clauses)),
    )
    return sql(
        f"{{indexed}} AND rowid NOT IN (SELECT (account_id << {_BITS}) | id FROM {name}_pending WHERE account_id = {{account}})"
        " UNION ALL {pending}",
        indexed=indexed,
        account=value(account),
        pending=pending,
    )


def kept(unit: Unit, resource: Resource, first: int, behind: int) -> dict[int, Kept]:
    name, account = resource.name, unit.account_id
    indexed = unit.all(
        f"SELECT rowid & {_ID}, name, address, data, marks FROM {name}_term WHERE rowid >= ? AND rowid < ?",
        (row_of(account, first), row_of(account, behind)),
    )
    pending = unit.all(
        f"SELECT id, name, address, data, marks FROM {name}_pending WHERE account_id = ? AND id >= ? AND id < ?",
        (account, first, behind),
    )
    return {row[0]: row[1:] for row in (*indexed, *pending)}


def wanted(account_id: int, terms: Terms) -> Kept:
    return _kept(terms)


def accounts(unit: Unit, resource: Resource) -> list[int]:
    name = resource.name
    found = {row[0] for row in unit.all(f"SELECT DISTINCT account_id FROM {name}_pending")}
    after = 0
    while row := unit.one(f"SELECT rowid FROM {name}_term WHERE rowid >= ? LIMIT 1", (row_of(after, 0),)):
        found.add(row[0] >> _BITS)
        after = (row[0] >> _BITS) + 1
    return sorted(found)


def settle(unit: Unit) -> None:
    while move(unit, AT_ONCE):
        pass


def is_damaged(unit: Unit, resource: Resource) -> bool:
    return unit.all(f"PRAGMA integrity_check({resource.name}_term)") != [("ok",)]


def rebuild(unit: Unit, resource: Resource) -> None:
    unit.run(f"INSERT INTO {resource.name}_term ({resource.name}_term) VALUES ('rebuild')")


def waits(unit: Unit, more_than: int = 0) -> bool:
    """Whether the terms of more than so many records of one kind are not in their index yet."""
    return any(
        unit.one(f"SELECT 1 FROM {name}_pending LIMIT 1 OFFSET ?", (more_than,)) for name in names(unit)
    )


def move(unit: Unit, most: int) -> int:
    """Move the terms of at most so many records, of any account, into their index; how many they were."""
    left = most
    for name in names(unit):
        left -= _move(unit, name, left)
    return most - left


def _move(unit: Unit, name: str, most: int) -> int:
    found = unit.all(
        f"SELECT account_id, id, name, address, data, marks FROM {name}_pending ORDER BY account_id, id LIMIT ?",
        (most,),
    )
    rows = [(row_of(account, one), *terms) for account, one, *terms in found]
    unit.run_many(f"DELETE FROM {name}_term WHERE rowid = ?", [row[:1] for row in rows])
    unit.run_many(f"INSERT INTO {name}_term (rowid, name, address, data, marks) VALUES (?, ?, ?, ?, ?)", rows)
    unit.run_many(f"DELETE FROM {name}_pending WHERE account_id = ? AND id = ?", [row[:2] for row in found])
    return len(found)


class Merge:
    """The merging of an index into one, in steps of about so many pages, after which it has no words of rows that were
    deleted before the first step."""

    def __init__(self, name: str, pages: int) -> None:
        self._name, self._pages = name, -pages  # negative, it begins with all that there is
        self.ended = False

    def step(self, unit: Unit) -> None:
        before = unit.all(_CHANGES)[0][0]
        unit.run(
            f"INSERT INTO {self._name}{INDEX} ({self._name}{INDEX}, rank) VALUES ('merge', ?)", (self._pages,)
        )
        self._pages = abs(self._pages)
        self.ended = unit.all(_CHANGES)[0][0] - before < LEAST_CHANGES


def names(unit: Unit) -> list[str]:
    """The resources that have terms."""
    return [name.removesuffix(INDEX) for (name,) in unit.all(_INDEXES)]


def row_of(account_id: int, record_id: int) -> int:
    """The number of a record's row in the index."""
    return (account_id << _BITS) + record_id


def _kept(terms: Terms) -> tuple[str, ...]:
    name, address, data, marks = map(" ".join, terms)
    return f" {name} ", f" {address} ", f" {data} ", f" {ALL} {marks} "


def _match(clauses: Sequence[Clause]) -> str:
    wanted = " AND ".join(f"({_any(one)})" for one in clauses if not one.negated) or f"marks : {ALL}"
    return " NOT ".join([f"({wanted})", *(f"({_any(one)})" for one in clauses if one.negated)])


def _any(clause: Clause) -> str:
    places: dict[tuple[str, bool], list[str]] = {}
    for place, text, is_prefix in clause.terms:
        places.setdefault((text, is_prefix), []).append(place)
    return " OR ".join(
        f'{{{" ".join(names)}}} : "{text}"{" *" if is_prefix else ""}'
        for (text, is_prefix), names in places.items()
    )


def _fits(clause: Clause) -> Sql:
    found = joined(" OR ", map(_has, clause.terms))
    return sql("NOT ({found})" if clause.negated else "({found})", found=found)


def _has(term: Term) -> Sql:
    return sql(
        f"instr({term.place}, {{text}}) > 0", text=value(f" {term.text}{'' if term.is_prefix else ' '}")
    )


@lru_cache
def _insert(resource: Resource, number: int) -> str:
    rows = ", ".join(["(?, ?, ?, ?, ?, ?)"] * number)
    return f"INSERT OR REPLACE INTO {resource.name}_pending (account_id, id, name, address, data, marks) VALUES {rows}"
