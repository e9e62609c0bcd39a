"""What reports count, kept by day, by month and by year; and what is not counted yet.

A new record is counted some time later, by background work: until then a report looks at it. A change of a record that is
counted only notes what is counted of it, the first time, so that a report can take that away and look at the record as it
is. So a report is exact at every moment.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from closum.model.change import Change
from closum.model.draft import MAX_ID
from closum.model.relations import Row
from closum.model.reported import DAY, ENTERED, MONTH, YEAR, Entered, Entry, Range, entries
from closum.model.resource import Resource
from closum.store import identity, report_place, statements, stays, tally
from closum.store.report_place import Place
from closum.store.scope import scope_of
from closum.store.sql import Prepared
from closum.store.tally import NEVER, Tally
from closum.store.unit import Unit

Counts = dict[str, int]
"""By value."""
Key = tuple[str, int, str, str]
"""A counter: its kind, span, owner and period."""
TOTAL = "*"
"""In the place of an owner: of all together."""

_COUNTS = msgspec.json.Decoder(Counts)
_ENTRIES = msgspec.json.Decoder(list[Entry])
_encode = msgspec.json.Encoder().encode

_ONE = "account_id = ? AND kind = ? AND span = ? AND owner = ? AND period = ?"
_READ = f"SELECT counts FROM report_count WHERE {_ONE}"
_READ_RANGE = (
    "SELECT period, counts FROM report_count WHERE account_id = ? AND kind = ? AND span = ? AND owner = ?"
    " AND period >= ? AND period <= ? ORDER BY period"
)
_PUT = (
    "INSERT INTO report_count (account_id, kind, span, owner, period, counts) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (account_id, kind, span, owner, period) DO UPDATE SET counts = excluded.counts"
)
_DROP = f"DELETE FROM report_count WHERE {_ONE}"
_NOTE = (
    "INSERT INTO report_changed (account_id, record_id, counted) VALUES (?, ?, ?)"
    " ON CONFLICT (account_id, record_id) DO NOTHING"
)
_PENDING = "SELECT record_id, counted FROM report_changed WHERE account_id = ? ORDER BY record_id LIMIT ?"
_COUNTED = "SELECT record_id, counted FROM report_changed WHERE account_id = ? AND record_id = ?"
_DONE = "DELETE FROM report_changed WHERE account_id = ? AND record_id = ?"
_NEW = "SELECT {columns} FROM {table} WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?"
FURTHER = "SELECT id FROM {table} WHERE account_id = ? AND id > ? ORDER BY id LIMIT 1 OFFSET ?"


class Stage(NamedTuple):
    """A stage of the account."""

    id: int
    label: str
    position: int
    archived: int


class TooMany(Exception):
    """A report would have to look at too many records."""


def follow(unit: Unit, changes: Sequence[Change], known: Mapping[str, Tally]) -> None:
    """Note what is counted of the records that are about to change. `known` is what was counted of resources before."""
    touched: dict[Resource, set[int]] = {}
    for change in changes:
        for resource, record_id in _touched(change, known):
            touched.setdefault(resource, set()).add(record_id)
    if touched:
        place = report_place.place(unit)
        for resource, ids in touched.items():
            _note(unit, resource, sorted(one for one in ids if one <= place.counted), place.zone)


def _touched(change: Change, known: Mapping[str, Tally]) -> Iterator[tuple[Resource, int]]:
    """The records of which a change may change what is counted, but for new ones."""
    _, resource, before, after = change
    if reported := resource.reported:
        record_id = change.row["id"]
        if before is None:
            if record_id <= known.get(resource.name, NEVER).last_id:
                yield resource, record_id
        elif after is None or any(before[name] != after[name] for name in reported.columns):
            yield resource, record_id
    elif (kept := resource.earliest) and (reported := resource.parent_named(kept.parent).reported):
        old, new = kept.part(before), kept.part(after)
        if old != new and kept.column == reported.contact:
            yield from ((resource.parent_named(kept.parent), link) for link, _ in filter(None, (old, new)))


def _note(unit: Unit, resource: Resource, ids: Sequence[int], zone: str) -> None:
    if ids:
        present = _entries(unit, resource, _rows(unit, resource, ids), zone)
        unit.run_many(_NOTE, [(unit.account_id, one, _text(present.get(one, ()))) for one in ids])


def _text(found: object) -> str:
    return _encode(found).decode()


def _entries(
    unit: Unit, resource: Resource, rows: Sequence[Row], zone: str, only: Sequence[str] = ()
) -> dict[int, list[Entry]]:
    """What records add to counters, by their ids."""
    reported = resource.reported
    assert reported
    has_stages = resource.staged and (not only or ENTERED in only)
    stages = _stages(unit, resource, [row["id"] for row in rows]) if has_stages else {}
    return {row["id"]: entries(reported, row, zone, only, stages.get(row["id"], ())) for row in rows}


def _stages(unit: Unit, resource: Resource, ids: Sequence[int]) -> dict[int, list[Entered]]:
    """The stages that records have entered, each with the first time, by their ids."""
    found: dict[int, dict[int, str]] = {}
    for record_id, stage_id, at in stays.entered(unit, resource, ids):
        first = found.setdefault(record_id, {})
        first[stage_id] = min(at, first.get(stage_id, at))
    return {record_id: [Entered(*one) for one in first.items()] for record_id, first in found.items()}


def _rows(unit: Unit, resource: Resource, ids: Iterable[int]) -> list[Row]:
    """What is read of those records that there are."""
    columns = _columns(resource)
    found: dict[int, Row] = {}
    for chunk in statements.chunks(ids):
        for values in unit.all(*_select(resource, len(chunk), unit.engine)(unit.account_id, *chunk)):
            row = dict(zip(columns, values, strict=True))
            found[row["id"]] = row
    return [*found.values()]


def _new(unit: Unit, resource: Resource, after: int, most: int) -> list[Row]:
    """What is read of the records behind an id."""
    columns = _columns(resource)
    text = _NEW.format(columns=", ".join(columns), table=resource.name)
    return [dict(zip(columns, row, strict=True)) for row in unit.all(text, (unit.account_id, after, most))]


def _columns(resource: Resource) -> tuple[str, ...]:
    assert resource.reported
    return resource.reported.columns


@lru_cache
def _select(resource: Resource, number: int, engine: str) -> Prepared:
    """What is read of `number` records. Takes account, ids."""
    return statements.look_up(
        scope_of(resource), resource.name, _columns(resource), "id", (), number, engine, ()
    )


def stages(unit: Unit, resource: Resource) -> list[Stage]:
    """Every stage of the account, in the order of their positions; `resource` is theirs."""
    text = f"SELECT id, label, position, archived FROM {resource.name} WHERE account_id = ? ORDER BY position, id"
    return [Stage(*row) for row in unit.all(text, (unit.account_id,))]


def counted(unit: Unit, kind: str, owner: str, ranges: Iterable[Range]) -> list[tuple[str, Counts]]:
    """The counters of a kind, of an owner or of TOTAL, each with its period."""
    (found,) = counted_each(unit, (kind,), owner, ranges)
    return found


def counted_each(
    unit: Unit, kinds: Iterable[str], owner: str, ranges: Iterable[Range]
) -> list[list[tuple[str, Counts]]]:
    """Likewise those of each kind."""
    spans, values = [*ranges], [(unit.account_id, kind) for kind in kinds]
    found = iter(
        unit.all_of(
            [(_READ_RANGE, (*one, span, owner, first, last)) for one in values for span, first, last in spans]
        )
    )
    return [[(period, _COUNTS.decode(text)) for _ in spans for period, text in next(found)] for _ in values]


def present(unit: Unit) -> tuple[Place, str]:
    """How far the account is, by the days of its time zone; and that."""
    place, zone = report_place.place(unit), identity.zone(unit)
    return (place if place.zone == zone else Place()), zone


def uncounted(
    unit: Unit, resource: Resource, place: Place, zone: str, only: Sequence[str], most: int
) -> Iterator[Entry]:
    """What has to be added to the counters of these kinds. Raises TooMany for more records than `most`."""
    most = min(most, MAX_ID - 1)
    if _are_more(unit, resource, place.counted, most):
        raise TooMany
    pending = changed(unit, most + 1) if place.counted else {}
    new = _new(unit, resource, place.counted, most + 1)
    if len(pending) + len(new) > most:
        raise TooMany
    for found in pending.values():
        yield from _negative(found)
    for rows in (_rows(unit, resource, pending), new):
        for found in _entries(unit, resource, rows, zone, only).values():
            yield from found


def _are_more(unit: Unit, resource: Resource, after: int, most: int) -> bool:
    """Whether more than so many records are behind an id, without a look at them."""
    if tally.last_id(unit, resource) - after <= most:
        return False
    return unit.one(FURTHER.format(table=resource.name), (unit.account_id, after, most)) is not None


def each(unit: Unit, resource: Resource, zone: str, at_once: int) -> Iterator[list[Entry]]:
    """What all records add to counters, some records at a time."""
    last = 0
    while rows := _new(unit, resource, last, at_once):
        yield [*_each(_entries(unit, resource, rows, zone))]
        last = rows[-1]["id"]


def kept(unit: Unit, span: int) -> Iterator[tuple[str, str, str, Counts]]:
    """The counters of a span, each with its kind, owner and period."""
    text = "SELECT kind, owner, period, counts FROM report_count WHERE account_id = ? AND span = ?"
    return (
        (kind, owner, period, _COUNTS.decode(found))
        for kind, owner, period, found in unit.all(text, (unit.account_id, span))
    )


def changed(unit: Unit, most: int) -> dict[int, list[Entry]]:
    """What is counted of records that have changed, by their ids."""
    return {row[0]: _ENTRIES.decode(row[1]) for row in unit.all(_PENDING, (unit.account_id, most))}


def _negative(found: Iterable[Entry]) -> Iterator[Entry]:
    return (one._replace(number=-one.number) for one in found)


def count(unit: Unit, resource: Resource, size: int) -> tuple[int, bool]:
    """Count about so many records that are not counted yet: how many, and whether there may be more."""
    place, zone = report_place.place(unit), identity.zone(unit)
    if place.zone != zone:
        report_place.set_place(unit, Place())
        if _clear(unit, size):
            return size, True
        place = Place(0, zone)
    pending = changed(unit, size)
    most = size - len(pending)
    new = _new(unit, resource, place.counted, most) if most else []
    _count(unit, resource, pending, new, zone)
    is_last = len(new) < most
    last = tally.last_id(unit, resource) if is_last else new[-1]["id"] if new else place.counted
    report_place.set_place(unit, Place(last, zone))
    return len(pending) + len(new), not is_last


def _each(found: Mapping[int, Sequence[Entry]]) -> Iterator[Entry]:
    return (one for some in found.values() for one in some)


def _clear(unit: Unit, most: int) -> bool:
    """Remove at most so many counters of the account, and as many notes; whether there may be more."""
    keys = unit.all(
        "SELECT kind, span, owner, period FROM report_count WHERE account_id = ? LIMIT ?",
        (unit.account_id, most),
    )
    notes = unit.all(_PENDING, (unit.account_id, most))
    unit.run_many(_DROP, [(unit.account_id, *key) for key in keys])
    unit.run_many(_DONE, [(unit.account_id, row[0]) for row in notes])
    return len(keys) == most or len(notes) == most


def _summed(found: Iterable[Entry]) -> dict[Key, Counter[str]]:
    """What entries add to each counter, by value."""
    alike: Counter[tuple[str, str, str, str]] = Counter()
    for kind, day, owner, value, number in found:
        alike[kind, day, owner, value] += number
    sums: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    for (kind, day, owner, value), number in alike.items():
        for who in (TOTAL, owner):
            sums[kind, DAY, who, day][value] += number
            sums[kind, MONTH, who, day[:7]][value] += number
            sums[kind, YEAR, who, day[:4]][value] += number
    return sums


def _add(unit: Unit, found: Iterable[Entry]) -> None:
    sums = {key: more for key, some in _summed(found).items() if (more := _changed(some))}
    keys = [*sums]
    kept = unit.all_of([(_READ, (unit.account_id, *key)) for key in keys])
    put: list[tuple[object, ...]] = []
    drop: list[tuple[object, ...]] = []
    for key, rows in zip(keys, kept, strict=True):
        counts = _COUNTS.decode(rows[0][0]) if rows else {}
        if _merged(counts, sums[key]):
            put.append((unit.account_id, *key, _text(counts)))
        else:
            drop.append((unit.account_id, *key))
    unit.run_many(_PUT, put)
    unit.run_many(_DROP, drop)


def _changed(some: Mapping[str, int]) -> Counts:
    return {value: number for value, number in some.items() if number}


def _merged(counts: Counts, more: Counts) -> bool:
    """Add to counts; whether anything is left of them."""
    for value, number in more.items():
        counts[value] = counts.get(value, 0) + number
        if not counts[value]:
            del counts[value]
    return bool(counts)


def settle(unit: Unit, resource: Resource, ids: Iterable[int]) -> None:
    """Count some records at once that have changed, so that nothing is kept of those that are gone."""
    texts = unit.all_of([(_COUNTED, (unit.account_id, one)) for one in ids]) if resource.reported else []
    pending = {row[0]: _ENTRIES.decode(row[1]) for rows in texts for row in rows}
    if pending:
        _count(unit, resource, pending, [], report_place.place(unit).zone)


def _count(
    unit: Unit, resource: Resource, pending: Mapping[int, Sequence[Entry]], new: Sequence[Row], zone: str
) -> None:
    """Count records that have changed, of which this was counted, and new ones."""
    present = _entries(unit, resource, [*_rows(unit, resource, pending), *new], zone)
    _add(unit, [*(one for found in pending.values() for one in _negative(found)), *_each(present)])
    unit.run_many(_DONE, [(unit.account_id, one) for one in pending])
