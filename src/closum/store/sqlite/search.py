"""Searching in SQLite: an index of FTS5, and beside it the terms of records that are not in it yet.

A new record in the index costs eight times as much by itself as among a thousand, and so does one that leaves it. So a write
leaves terms in a plain table, from which they are moved later, many at a time; of a record that is gone it leaves a row without
any (GONE). What is there counts instead of what the index has of the record. Terms are kept there with a space before, between
and behind them, so that both are searched alike.

The index has an entry of its own for the first one to four characters of each term. Marks are never found by so few: all
of them begin with the same four, which no word has, so that these entries are few and those of words have words alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from closum.model.resource import Resource
from closum.model.terms import Terms
from closum.model.words import Clause, Term
from closum.store.search import AT_ONCE, INDEX, NONE, PENDING, Found, Ids, Kept, Texts, Wanted
from closum.store.sql import Bound, Sql, joined, sql, value
from closum.store.statements import sizes
from closum.store.unit import Effect, Unit

ALL = "all"
"""A term of every record, so that it can be found by what it has not."""

GONE = ("", "", "", "")
"""What waits of a record that is to leave the index: no terms, not even those that every record has."""

IN_ORDER = True
_MARK = "____"
_EVERY = f'marks : "{_MARK}{ALL}"'
_PENDING = {name: name for name in Terms._fields}
_CONTENT = {name: f"c{place}" for place, name in enumerate(Terms._fields)}
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


def put_new(unit: Unit, resource: Resource, records: Sequence[Texts]) -> None:
    """Many go into the index at once; fewer wait, as those of other writes do."""
    account_id, name = unit.account_id, resource.name
    if len(records) < AT_ONCE:
        rows = ((account_id, record_id, *_spaced(texts)) for record_id, texts in records)
        unit.insert(f"{name}{PENDING}", ("account_id", "id", *Terms._fields), rows)
        return
    start = row_of(account_id, 0)
    indexed = ((start + record_id, *_spaced(texts)) for record_id, texts in records)
    unit.insert(f"{name}{INDEX}", ("rowid", *Terms._fields), indexed)


def drop(resource: Resource, account_id: int, ids: Iterable[int]) -> list[Bound]:
    statements: list[Bound] = []
    gone = list(ids)
    rest = iter(gone)
    for size in sizes(len(gone)):
        values: list[object] = []
        for record_id in islice(rest, size):
            values += (account_id, record_id, *GONE)
        statements.append((_insert(resource, size), tuple(values)))
    return statements


def ids(unit: Unit, resource: Resource, wanted: Wanted) -> Sql:
    return joined(" UNION ALL ", _arms(unit, resource, wanted))


def first(unit: Unit, resource: Resource, wanted: Wanted, most: int) -> Sql:
    """FTS5 has its rows in the order of their numbers, so an account's are in that of their ids."""
    direction = "DESC" if wanted.descending else "ASC"
    arms = [
        sql(
            "SELECT id FROM ({arm} ORDER BY {order} {direction} LIMIT {most})",
            arm=arm,
            order=order,
            direction=direction,
            most=value(most),
        )
        for arm, order in zip(_arms(unit, resource, wanted), ("rowid", "id"), strict=False)
    ]
    return sql(
        "SELECT id FROM ({arms}) AS arms ORDER BY id {direction} LIMIT {most}",
        arms=joined(" UNION ALL ", arms),
        direction=direction,
        most=value(most),
    )


def fits(unit: Unit, resource: Resource, clauses: Sequence[Clause], key: str) -> Sql:
    """The index has a row of its own for each record, with the terms as they were put into it."""
    name, account = resource.name, value(unit.account_id)
    there = sql(
        f"SELECT 1 FROM {name}_term_content WHERE id = (({{account}} << {_BITS}) | {key}) AND {{fits}}",
        account=account,
        fits=_all_fit(clauses, _CONTENT),
    )
    if not _has_pending(unit, resource):
        return sql("EXISTS ({there})", there=there)
    waits = sql(
        f"SELECT 1 FROM {name}_pending WHERE account_id = {{account}} AND id = {key}", account=account
    )
    return sql(
        "CASE WHEN EXISTS ({waits}) THEN EXISTS ({waits} AND {fits}) ELSE EXISTS ({there}) END",
        waits=waits,
        fits=_all_fit(clauses, _PENDING),
        there=there,
    )


def _arms(unit: Unit, resource: Resource, wanted: Wanted) -> list[Sql]:
    """Queries of ids: of what is in the index, unless its terms wait to get there, and of what waits."""
    name, account = resource.name, unit.account_id
    least, most = _within(wanted)
    indexed = sql(
        f"SELECT rowid & {_ID} AS id FROM {name}_term WHERE {name}_term MATCH {{match}} AND rowid BETWEEN {{first}} AND {{last}}",
        match=value(_match(wanted.clauses, wanted.but)),
        first=value(row_of(account, least)),
        last=value(row_of(account, most)),
    )
    if not _has_pending(unit, resource):
        return [indexed]
    indexed += sql(
        f" AND rowid NOT IN (SELECT (account_id << {_BITS}) | id FROM {name}_pending WHERE account_id = {{account}})",
        account=value(account),
    )
    lacks = sql(" AND NOT {fits}", fits=_all_fit(wanted.but, _PENDING)) if wanted.but else Sql("")
    pending = sql(
        f"SELECT id FROM {name}_pending WHERE account_id = {{account}} AND id BETWEEN {{least}} AND {{most}} AND marks <> '' AND {{fits}}{{lacks}}",
        account=value(account),
        least=value(least),
        most=value(most),
        fits=_all_fit(wanted.clauses, _PENDING),
        lacks=lacks,
    )
    return [indexed, pending]


def _within(wanted: Wanted) -> Ids:
    least, most = wanted.within.least, min(wanted.within.most, _ID)
    if least > _ID:  # more than a number of a row can hold
        return NONE
    if wanted.after is None:
        return Ids(least, most)
    return (
        Ids(least, min(most, wanted.after - 1))
        if wanted.descending
        else Ids(max(least, wanted.after + 1), most)
    )


def _has_pending(unit: Unit, resource: Resource) -> bool:
    return (
        unit.one(f"SELECT 1 FROM {resource.name}_pending WHERE account_id = ? LIMIT 1", (unit.account_id,))
        is not None
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
    found = {row[0]: row[1:] for row in (*indexed, *pending)}
    return {one: terms for one, terms in found.items() if terms != GONE}


def wanted(account_id: int, terms: Terms) -> Kept:
    return _kept(terms)


def accounts(unit: Unit, resource: Resource) -> list[int]:
    name = resource.name
    found = {row[0] for row in unit.all(f"SELECT DISTINCT account_id FROM {name}_pending WHERE marks <> ''")}
    after = 0
    while row := unit.one(f"SELECT rowid FROM {name}_term WHERE rowid >= ? LIMIT 1", (row_of(after, 0),)):
        found.add(row[0] >> _BITS)
        after = (row[0] >> _BITS) + 1
    return sorted(found)


def settle(unit: Unit) -> None:
    while move(unit, AT_ONCE):
        pass


def refresh(unit: Unit) -> None:
    """A connection keeps the list of the index's segments. A query looks whether another connection has written since then,
    an integrity check does not: without this it compares the terms with segments of before, and reports damage."""
    for name in names(unit):
        unit.all(f"SELECT 1 FROM {name}{INDEX} LIMIT 1")


def is_damaged(unit: Unit, resource: Resource) -> bool:
    refresh(unit)
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
    found = unit.all(f"SELECT account_id, id FROM {name}_pending ORDER BY account_id, id LIMIT ?", (most,))
    if found:
        unit.run(
            f"INSERT OR REPLACE INTO {name}_term (rowid, name, address, data, marks)"
            f" SELECT (account_id << {_BITS}) | id, name, address, data, marks FROM {name}_pending"
            " WHERE (account_id, id) <= (?, ?) AND marks <> '' ORDER BY account_id, id",
            found[-1],
        )
        unit.run(
            f"DELETE FROM {name}_term WHERE rowid IN (SELECT (account_id << {_BITS}) | id FROM {name}_pending"
            " WHERE (account_id, id) <= (?, ?) AND marks = '')",
            found[-1],
        )
        unit.run(f"DELETE FROM {name}_pending WHERE (account_id, id) <= (?, ?)", found[-1])
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
    return _spaced(terms.texts())


def _spaced(texts: Sequence[str]) -> tuple[str, ...]:
    """As they are kept, of the terms as texts."""
    name, address, data, marks = texts
    marks = f" {_MARK}{marks.replace(' ', f' {_MARK}')}" if marks else ""
    return f" {name} ", f" {address} ", f" {data} ", f" {_MARK}{ALL}{marks} "


def _match(clauses: Sequence[Clause], but: Sequence[Clause] = ()) -> str:
    wanted = [_wanted(one) for one in clauses if one.terms]
    lacked = [_any(one.lacks) for one in clauses if not one.terms]
    lacked += [_match(but)] if but else []
    return " NOT ".join([f"({' AND '.join(wanted) or _EVERY})", *(f"({one})" for one in lacked)])


def _wanted(clause: Clause) -> str:
    others = f" OR ({_EVERY} NOT ({_any(clause.lacks)}))" if clause.lacks else ""
    return f"({_any(clause.terms)}{others})"


def _any(terms: Sequence[Term]) -> str:
    places: dict[tuple[str, bool], list[str]] = {}
    for term in terms:
        places.setdefault((_text(term), term.is_prefix), []).append(term.place)
    return " OR ".join(
        f'{{{" ".join(names)}}} : "{text}"{" *" if is_prefix else ""}'
        for (text, is_prefix), names in places.items()
    )


def _all_fit(clauses: Sequence[Clause], columns: Mapping[str, str]) -> Sql:
    return sql("({all})", all=joined(" AND ", [_fits(one, columns) for one in clauses]))


def _fits(clause: Clause, columns: Mapping[str, str]) -> Sql:
    arms = [_has(term, columns) for term in clause.terms]
    if clause.lacks:
        lacked = joined(" OR ", [_has(term, columns) for term in clause.lacks])
        arms.append(sql("NOT ({any})", any=lacked))
    return sql("({any})", any=joined(" OR ", arms))


def _has(term: Term, columns: Mapping[str, str]) -> Sql:
    text = f" {_text(term)}{'' if term.is_prefix else ' '}"
    return sql(f"instr({columns[term.place]}, {{text}}) > 0", text=value(text))


def _text(term: Term) -> str:
    return _MARK + term.text if term.place == "marks" else term.text


def compared(column: str, key: str, operator: str, than: str | float) -> Sql:
    """Whether a property of a JSON document is so: a number among numbers, the sort key of a text among those of texts."""
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    kinds, found = ("'text'", "sort_key({one})") if isinstance(than, str) else ("'integer', 'real'", "{one}")
    return sql(
        f"(json_type({column}, {{path}}) IN ({kinds}) AND {found.format(one=f'json_extract({column}, {{path}})')} {operator} {{than}})",
        path=value(f'$."{escaped}"'),
        than=value(than),
    )


@lru_cache
def _insert(resource: Resource, number: int) -> str:
    rows = ", ".join(["(?, ?, ?, ?, ?, ?)"] * number)
    return f"INSERT OR REPLACE INTO {resource.name}_pending (account_id, id, name, address, data, marks) VALUES {rows}"
