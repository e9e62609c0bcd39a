"""The statements that check the database as a whole."""

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from closum.model.relations import Row
from closum.model.resource import Resource
from closum.store import gaps, rows, statements
from closum.store.scope import scope_of
from closum.store.sql import prepared
from closum.store.unit import Unit

UNREADABLE = (ValueError, TypeError, AttributeError)
"""What making a derived column raises for a value that no rule of this program takes: text, or of another kind."""

_INVALID_INDEXES = """
SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
WHERE relnamespace = current_schema()::regnamespace AND NOT indisvalid
"""

_REFERENCES = """
SELECT conrelid::regclass::text, confrelid::regclass::text,
(SELECT string_agg(attname, ',' ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS key (number, place)
 JOIN pg_attribute ON attrelid = conrelid AND attnum = number),
(SELECT string_agg(attname, ',' ORDER BY place) FROM unnest(confkey) WITH ORDINALITY AS key (number, place)
 JOIN pg_attribute ON attrelid = confrelid AND attnum = number)
FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""

# Runs of ids that no record has: the id before each, and the one behind it.
_MISSING = """
SELECT before, id FROM (SELECT id, LAG(id, 1, CAST(0 AS BIGINT)) OVER (ORDER BY id) AS before FROM {} WHERE account_id = ?) AS ids
WHERE id > before + 1 ORDER BY id
"""


def faults(unit: Unit) -> Iterator[str]:
    """Faults that the database finds by itself: damaged pages and indexes, references that lead nowhere."""
    return (_sqlite_faults if unit.engine == "sqlite" else _postgres_faults)(unit)


def _sqlite_faults(unit: Unit) -> Iterator[str]:
    unit.search.refresh(unit)
    for row in unit.all("PRAGMA integrity_check(20)"):
        if row[0] != "ok":
            yield f"integrity: {row[0]}"
    for row in unit.all("PRAGMA foreign_key_check"):
        yield f"integrity: a row of {row[0]} refers to a row of {row[2]} that is not there"


def _postgres_faults(unit: Unit) -> Iterator[str]:
    for (name,) in unit.all(_INVALID_INDEXES):
        yield f"integrity: the index {name} is not valid"
    for table, other, columns, others in unit.all(_REFERENCES):
        pairs = list(zip(columns.split(","), others.split(","), strict=True))
        matches = " AND ".join(f"there.{theirs} = here.{ours}" for ours, theirs in pairs)
        given = " AND ".join(f"here.{ours} IS NOT NULL" for ours, _ in pairs)
        sql = f"SELECT 1 FROM {table} AS here WHERE {given} AND NOT EXISTS (SELECT 1 FROM {other} AS there WHERE {matches})"
        if unit.all(f"{sql} LIMIT 1"):
            yield f"integrity: a row of {table} refers to a row of {other} that is not there"


def count(unit: Unit, resource: Resource) -> int:
    """Records of all accounts, counted one by one."""
    row = unit.one(f"SELECT COUNT(*) FROM {resource.name}")
    return int(row[0]) if row else 0


def tallies(unit: Unit, resource: Resource) -> Iterator[str]:
    """Counts, last ids and gaps that do not agree with the records."""
    if not scope_of(resource).positions:
        row = unit.one("SELECT count FROM city_tally WHERE resource = ?", (resource.name,))
        if row is None or row[0] != count(unit, resource):
            yield f"{resource.name}: the count kept is not the number of records"
        return
    counted = dict(
        _by_account(unit, f"SELECT account_id, COUNT(*), MAX(id) FROM {resource.name} GROUP BY account_id")
    )
    sql = "SELECT account_id, count, last_id FROM tally WHERE resource = ?"
    kept = dict(_by_account(unit, sql, (resource.name,)))
    for account_id in sorted(counted.keys() | kept.keys()):
        number, last = counted.get(account_id, (0, 0))
        kept_number, kept_last = kept.get(account_id, (0, 0))
        if number != kept_number or last > kept_last:
            yield f"{resource.name} of account {account_id}: {kept_number} counted, {number} there"
        yield from _gaps(unit, resource, account_id, (number, last), max(last, kept_last))


class Batch(NamedTuple):
    """Some records in the order of their ids, the last id looked at (None behind the last record), the ids of those that
    the database has in a form that is no text, and the id behind which it begins."""

    rows: list[Row]
    last: int | None
    unreadable: list[int]
    after: int


Place = tuple[int, int]
"""The id behind which a batch begins, and how many it has at most."""


def counts(unit: Unit, resource: Resource) -> dict[int, int]:
    """How many records there are by account, as the table has it; 0 means all accounts, of a shared resource."""
    return dict(unit.all(*prepared(scope_of(resource).counts)()))


def batch(unit: Unit, resource: Resource, columns: tuple[str, ...], place: Place) -> Batch:
    """Columns, the first of them the id, of the records at a place in the unit's account."""
    try:
        found = unit.all(*statements.select_batch(resource, columns)(unit.account_id, *place))
    except UnicodeDecodeError:
        return _batch_one_by_one(unit, resource, columns, place)
    records = [dict(zip(columns, row, strict=True)) for row in found]
    return Batch(records, records[-1]["id"] if records else None, [], place[0])


def scan(unit: Unit, resource: Resource, size: int) -> Iterator[tuple[Unit, Batch]]:
    """Every record, at most `size` at a time, each time of one account (0 for shared ones), with the unit for it."""
    for account_id in counts(unit, resource):
        owner = unit.of(account_id)
        for found in walk(owner, resource, size):
            yield owner, found


def walk(unit: Unit, resource: Resource, size: int) -> Iterator[Batch]:
    """Every record of the unit's account (0 for a shared resource), by id, at most `size` at a time."""
    last: int | None = 0
    while last is not None:
        found = batch(unit, resource, resource.columns, (last, size))
        last = found.last
        yield found


def rows_by(unit: Unit, resource: Resource, column: str, values: list[Any]) -> dict[Any, Row | None]:
    """As `rows.rows_by`, with None for a record that the database has in a form that is no text."""
    try:
        return {**rows.rows_by(unit, resource, column, values)}
    except UnicodeDecodeError:
        return dict(_each_by(unit, resource, column, values))


def _each_by(
    unit: Unit, resource: Resource, column: str, values: list[Any]
) -> Iterator[tuple[Any, Row | None]]:
    for value in values:
        try:
            yield from rows.rows_by(unit, resource, column, [value]).items()
        except UnicodeDecodeError:
            yield value, None


def _batch_one_by_one(unit: Unit, resource: Resource, columns: tuple[str, ...], place: Place) -> Batch:
    ids = [row[0] for row in unit.all(*statements.select_batch(resource, ("id",))(unit.account_id, *place))]
    readable: dict[int, Row] = {}
    for record_id in ids:
        with contextlib.suppress(UnicodeDecodeError):
            found = unit.one(*statements.select_columns(resource, columns)(unit.account_id, record_id))
            if found:
                readable[record_id] = dict(zip(columns, found, strict=True))
    return Batch(list(readable.values()), ids[-1], [one for one in ids if one not in readable], place[0])


def _by_account(unit: Unit, sql: str, values: tuple[str, ...] = ()) -> Iterator[tuple[int, tuple[int, int]]]:
    return ((row[0], (row[1], row[2])) for row in unit.all(sql, values))


def _gaps(
    unit: Unit, resource: Resource, account_id: int, counted: tuple[int, int], last_id: int
) -> Iterator[str]:
    """What is noted as missing and is not, or the other way round; `counted` are the records and the last of their ids."""
    (number, last), place = counted, f"{resource.name} of account {account_id}"
    kept = gaps.kept(unit.of(account_id), resource)
    noted = sum(missing[-1] for (span, _), missing in kept.items() if span == gaps.BLOCK)
    if noted != last_id - number:
        yield f"{place}: {last_id - number} ids are missing, {noted} are noted as missing"
        return
    runs: list[tuple[int, int]] = [*unit.all(_MISSING.format(resource.name), (account_id,))]
    expected = gaps.of_runs([*runs, (last, last_id + 1)], last_id)
    for span, after_id in sorted(expected.keys() | kept.keys()):
        if expected.get((span, after_id)) != kept.get((span, after_id)):
            yield f"{place}: the {span} ids from {after_id + 1} on are miscounted"
