"""Imports: the files that people sent, how each is read, what has become of it, and the rows that were refused.

They are no records: they have no history, and nothing follows from them, so they are written here and not through `changes`.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from closum.model.draft import MAX_ID
from closum.store import background, statements
from closum.store.unit import Result, Unit, timestamp

NAME = "import"
"""Of the background work that reads a file, and imports it."""
ANALYSIS, READY, CHECK, RUN, DONE, CANCELLED = "analysis", "ready", "dry_run", "import", "done", "cancelled"
"""The phases: the server looks what the file is; it waits for its start; a dry run; the import; the ends."""

TABLES = ("import", "import_fault", "import_mapping")
"""Those that have data of persons."""

_JSON = ("given", "form", "mapping", "policy", "report")
_decode, _encode = msgspec.json.decode, msgspec.json.encode


class Import(NamedTuple):
    """A file and what becomes of it: records of a resource. `file` is its name in the folder of files, "" once it is removed."""

    id: int
    user_id: int | None
    phase: str
    name: str
    media_type: str
    size: int
    sha256: str
    file: str
    given: dict[str, Any]
    form: dict[str, Any] | None
    mapping: list[Any]
    policy: dict[str, Any]
    report: dict[str, Any] | None
    created: str
    modified: str
    resource: str


class Fault(NamedTuple):
    """A row that was refused: the how manieth of the file, its line, the reasons, and its cells as they were."""

    record: int
    line: int
    faults: list[Any]
    cells: list[Any]


_COLUMNS = ", ".join(Import._fields)


@lru_cache
def _some(number: int) -> str:
    """Takes account, numbers."""
    return f"SELECT {_COLUMNS} FROM import WHERE account_id = ? AND id IN ({', '.join('?' * number)})"


class Sent(NamedTuple):
    """A file that has come: what its sender calls it, of which type, its length in bytes, its digest, and where it is."""

    name: str
    media_type: str
    size: int
    sha256: str
    file: str


def add(unit: Unit, sent: Sent, given: dict[str, Any], policy: dict[str, Any], resource: str) -> int:
    """The id of a new import, whose file is not analysed yet: above those of imports that were removed, too."""
    last, now = newest(unit, 1, MAX_ID), timestamp(unit.now)
    new = background.next_number(unit, NAME, last[0].id if last else 0)
    own = (unit.account_id, new, unit.by.user_id, ANALYSIS, *sent)
    json = map(_text, (given, None, [], policy, None))
    names = ("account_id", *Import._fields)
    marks = ", ".join("?" * len(names))
    unit.run(f"INSERT INTO import ({', '.join(names)}) VALUES ({marks})", (*own, *json, now, now, resource))
    return new


def find(unit: Unit, number: int) -> Import | None:
    row = unit.one(
        f"SELECT {_COLUMNS} FROM import WHERE account_id = ? AND id = ?", (unit.account_id, number)
    )
    return _import(row) if row else None


def some(unit: Unit, numbers: Iterable[int]) -> list[Import]:
    """Those of the imports that there are."""
    own = (unit.account_id,)
    asked = [(_some(len(chunk)), (*own, *chunk)) for chunk in statements.chunks(numbers)]
    return [_import(row) for found in unit.all_of(asked) for row in found]


def newest(unit: Unit, most: int, before: int) -> list[Import]:
    """At most so many with an id below `before`, the last one first."""
    sql = f"SELECT {_COLUMNS} FROM import WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT ?"
    return [_import(row) for row in unit.all(sql, (unit.account_id, before, most))]


def next_ids(unit: Unit, after: int, most: int) -> list[int]:
    """At most so many ids from one on, in their order."""
    sql = "SELECT id FROM import WHERE account_id = ? AND id >= ? ORDER BY id LIMIT ?"
    return [number for (number,) in unit.all(sql, (unit.account_id, after, most))]


def remove(unit: Unit, number: int) -> None:
    """Keep nothing of an import."""
    forget_faults(unit, number)
    unit.run("DELETE FROM import WHERE account_id = ? AND id = ?", (unit.account_id, number))


def change(unit: Unit, number: int, **values: Any) -> None:
    """Set columns of an import."""
    values = {name: _text(value) if name in _JSON else value for name, value in values.items()}
    values["modified"] = timestamp(unit.now)
    sets = ", ".join(f"{name} = ?" for name in values)
    sql = f"UPDATE import SET {sets} WHERE account_id = ? AND id = ?"
    unit.run(sql, (*values.values(), unit.account_id, number))


def refuse(unit: Unit, number: int, faults: Iterable[Fault]) -> None:
    """Keep rows that were refused."""
    sql = "INSERT INTO import_fault (account_id, import_id, record, line, faults, cells) VALUES (?, ?, ?, ?, ?, ?)"
    own = (unit.account_id, number)
    unit.run_many(sql, [(*own, one.record, one.line, _text(one.faults), _text(one.cells)) for one in faults])


def faults(unit: Unit, number: int, after: int, most: int) -> list[Fault]:
    """At most so many rows that were refused behind a record of the file, in their order."""
    sql = (
        "SELECT record, line, faults, cells FROM import_fault WHERE account_id = ? AND import_id = ? AND record > ?"
        " ORDER BY record LIMIT ?"
    )
    found = unit.all(sql, (unit.account_id, number, after, most))
    return [Fault(record, line, *map(_decode, rest)) for record, line, *rest in found]


def faults_back(unit: Unit, number: int, before: int, most: int) -> list[Fault]:
    """As `faults`, those in front of a record, the last one first."""
    sql = (
        "SELECT record, line, faults, cells FROM import_fault WHERE account_id = ? AND import_id = ? AND record < ?"
        " ORDER BY record DESC LIMIT ?"
    )
    found = unit.all(sql, (unit.account_id, number, before, most))
    return [Fault(record, line, *map(_decode, rest)) for record, line, *rest in found]


class Touched(NamedTuple):
    """A record that an import made or changed: the position of the change in the history, and the verb of it."""

    position: int
    id: int
    verb: str


def touched(unit: Unit, number: int, resource: str, after: int, most: int) -> list[Touched]:
    """At most so many records of a resource that an import made or changed, behind a position, in their order."""
    return _touched(unit, (number, resource), "position > ?", after, "position", most)


def touched_back(unit: Unit, number: int, resource: str, before: int, most: int) -> list[Touched]:
    """As `touched`, those in front of a position, the last one first."""
    return _touched(unit, (number, resource), "position < ?", before, "position DESC", most)


def _touched(unit: Unit, of: tuple[int, str], where: str, place: int, order: str, most: int) -> list[Touched]:
    sql = (
        "SELECT position, id, verb FROM change WHERE account_id = ? AND cause = 'import' AND cause_id = ?"
        f" AND resource = ? AND {where} ORDER BY {order} LIMIT ?"
    )
    return [Touched(*row) for row in unit.all(sql, (unit.account_id, *of, place, most))]


def forget_faults(unit: Unit, number: int) -> None:
    """Keep none of the rows that were refused."""
    unit.run("DELETE FROM import_fault WHERE account_id = ? AND import_id = ?", (unit.account_id, number))


def with_files(unit: Unit, before: str, most: int) -> list[Import]:
    """At most so many imports of which files are kept, last changed before a time."""
    sql = f"SELECT {_COLUMNS} FROM import WHERE account_id = ? AND file <> '' AND modified < ? ORDER BY id LIMIT ?"
    return [_import(row) for row in unit.all(sql, (unit.account_id, before, most))]


def is_known(unit: Unit, file: str) -> bool:
    """Whether a file of the unit's account is that of an import."""
    sql = "SELECT 1 FROM import WHERE account_id = ? AND file = ?"
    return unit.one(sql, (unit.account_id, file)) is not None


def mapping(unit: Unit, headings: str) -> list[Any] | None:
    """What people said of columns with these headings, None where they never did."""
    sql = "SELECT mapping FROM import_mapping WHERE account_id = ? AND headings = ?"
    row = unit.one(sql, (unit.account_id, headings))
    return _decode(row[0]) if row else None


def keep_mapping(unit: Unit, headings: str, mapping: Sequence[Any]) -> None:
    """Remember what people said of columns with these headings."""
    sql = (
        "INSERT INTO import_mapping (account_id, headings, mapping, modified) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (account_id, headings) DO UPDATE SET mapping = excluded.mapping, modified = excluded.modified"
    )
    unit.run(sql, (unit.account_id, headings, _text(mapping), timestamp(unit.now)))


def forget_names(unit: Unit) -> None:
    """Keep no file's name."""
    unit.run("UPDATE import SET name = '' WHERE account_id = ? AND name <> ''", (unit.account_id,))


def forget_mappings(unit: Unit) -> None:
    """Remember no longer what people said of columns."""
    unit.run("DELETE FROM import_mapping WHERE account_id = ?", (unit.account_id,))


def _import(row: Result) -> Import:
    return Import._make(_read(row))


def _read(row: Result) -> Iterator[Any]:
    for name, value in zip(Import._fields, row, strict=True):
        yield _decode(value) if name in _JSON else value


def _text(value: Any) -> str:
    return _encode(value).decode()
