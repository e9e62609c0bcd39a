"""What a database says of its tables, in the same words on both engines."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from closum.store.unit import Unit

Names = tuple[str, ...]


class Column(NamedTuple):
    """`type` in small letters, on PostgreSQL with the collation of a text that is not compared by code point."""

    type: str
    not_null: bool
    default: str | None


class Index(NamedTuple):
    """Its columns; `nulls_first` are those by which nulls come first; one that `is_partial` does not have all rows."""

    columns: Names
    nulls_first: frozenset[str]
    is_partial: bool


@dataclass
class Table:
    """`references` are of columns to columns of a table."""

    columns: dict[str, Column] = field(default_factory=dict)
    key: Names = ()
    unique: set[Names] = field(default_factory=set)
    references: set[tuple[Names, str, Names]] = field(default_factory=set)
    indexes: dict[str, Index] = field(default_factory=dict)


Tables = dict[str, Table]


def tables(unit: Unit) -> Tables:
    """Every table of the database that it has not by itself."""
    return (_sqlite if unit.engine == "sqlite" else _postgres)(unit)


def _sqlite(unit: Unit) -> Tables:
    names = unit.all(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return {name: _sqlite_table(unit, name) for (name,) in names}


def _sqlite_table(unit: Unit, name: str) -> Table:
    found = Table()
    places = dict[int, str]()
    for _, column, kind, not_null, default, place in unit.all(f"PRAGMA table_info({name})"):
        row_id = kind == "INTEGER" and place == 1  # the row's own number, which is never NULL
        found.columns[column] = Column(kind.lower(), bool(not_null) or row_id, default)
        if place:
            places[place] = column
    found.key = tuple(places[place] for place in sorted(places))
    for _, index, unique, origin, partial in unit.all(f"PRAGMA index_list({name})"):
        columns = tuple(row[2] for row in unit.all(f"PRAGMA index_info({index})"))
        if origin == "u":
            found.unique.add(columns)
        elif origin == "c":
            assert not unique
            found.indexes[index] = Index(columns, frozenset(columns), bool(partial))
    keys = defaultdict[int, list[tuple[str, str, str]]](list)
    for number, _, table, ours, theirs, *_ in unit.all(f"PRAGMA foreign_key_list({name})"):
        keys[number].append((ours, table, theirs))
    for parts in keys.values():
        ours, table, theirs = zip(*parts, strict=True)
        found.references.add((ours, table[0], theirs))
    return found


_COLUMNS = """
SELECT relname, attname, CASE WHEN attcollation = 0 OR collname = 'C' THEN '' ELSE ' collated by ' || collname END,
    CAST(CAST(atttypid AS regtype) AS TEXT), attnotnull, pg_get_expr(adbin, adrelid)
FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_collation ON pg_collation.oid = attcollation
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relkind IN ('r', 'p') ORDER BY relname, attnum
"""

_CONSTRAINTS = """
SELECT CAST(CAST(conrelid AS regclass) AS TEXT), CAST(contype AS TEXT), CAST(CAST(confrelid AS regclass) AS TEXT),
    (SELECT string_agg(attname, ',' ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS part (number, place)
     JOIN pg_attribute ON attrelid = conrelid AND attnum = number),
    (SELECT string_agg(attname, ',' ORDER BY place) FROM unnest(confkey) WITH ORDINALITY AS part (number, place)
     JOIN pg_attribute ON attrelid = confrelid AND attnum = number)
FROM pg_constraint WHERE connamespace = CAST(current_schema() AS regnamespace) AND contype IN ('p', 'u', 'f')
"""

_INDEXES = """
SELECT CAST(CAST(indrelid AS regclass) AS TEXT), CAST(CAST(indexrelid AS regclass) AS TEXT),
    CAST(indisunique AS INTEGER), CAST(indisvalid AS INTEGER), CAST(indpred IS NOT NULL AS INTEGER), CAST(indoption AS TEXT),
    (SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = indexrelid)
FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
WHERE relnamespace = CAST(current_schema() AS regnamespace)
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
"""
_DESCENDING, _NULLS_FIRST = 1, 2  # of `indoption`


def _postgres(unit: Unit) -> Tables:
    found = defaultdict[str, Table](Table)
    for table, column, collation, kind, not_null, default in unit.all(_COLUMNS):
        plain = default and default.removesuffix("::text")
        found[table].columns[column] = Column(kind + collation, not_null, plain)
    for table, kind, other, ours, theirs in unit.all(_CONSTRAINTS):
        columns = tuple(ours.split(","))
        if kind == "p":
            found[table].key = columns
        elif kind == "u":
            found[table].unique.add(columns)
        else:
            found[table].references.add((columns, other, tuple(theirs.split(","))))
    for table, name, unique, valid, partial, options, parts in unit.all(_INDEXES):
        assert (unique, valid) == (0, 1)
        columns, flags = tuple(parts.split(",")), list(map(int, options.split()))
        assert not any(flag & _DESCENDING for flag in flags)
        first = {one for one, flag in zip(columns, flags, strict=True) if flag & _NULLS_FIRST}
        found[table].indexes[name] = Index(columns, frozenset(first), bool(partial))
    return dict(found)
