"""The bin: deleted records, which come back as they were, or go for good after some days or when somebody says so."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import accumulate
from typing import Any, NamedTuple

from closum.errors import Faults, Internal, Invalid, NotFound, fault
from closum.model import projection
from closum.model.change import By
from closum.model.draft import MAX_ID, none_left
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.model.view import record_view
from closum.operations import authors, binned, kept, undo, undo_known
from closum.operations.binned import resource_of
from closum.operations.edit import Key
from closum.operations.runner import Kind, Work
from closum.operations.undo import Left
from closum.store import background, changes, history, rows
from closum.store import bin as bins
from closum.store.background import Job, Progress
from closum.store.bin import Entry
from closum.store.history import Past
from closum.store.pages import PAGE_BYTES
from closum.store.unit import Unit, timestamp

NAME = "bin"
EMPTYING = "bin_emptying"
DAY = 24 * 3600
LARGE = 1_000  # entries that are counted together
MOST_LOOKED_AT, LOOKED_AT_ONCE = 2_000, 200  # entries that a search looks at


class Wanted(NamedTuple):
    """Which entries are asked for: those before a position, of a resource, of one id, where these are given."""

    before: int = MAX_ID
    resource: str | None = None
    record_id: int | None = None


class Entries(NamedTuple):
    """Some entries, the newest first; those before the position `next` follow, None where there are none."""

    entries: list[dict[str, Any]]
    next: int | None


class Restored(NamedTuple):
    """A record that is there again, the operation, and what could not come back with it."""

    resource: str
    id: int
    operation: int | None
    left: list[Left]


def kind(history_days: int) -> Kind:
    """Removes for good what was deleted longer ago."""
    return Kind(NAME, partial(_purge_old, kept.days(history_days)), every=DAY)


def read(unit: Unit, wanted: Wanted, most: int, kept_days: int, is_later: bool = False) -> Entries:
    """At most so many entries, fewer where their records are large; `is_later` shows these as later revisions of the API do."""
    found = bins.page(unit, wanted.before, most + 1, wanted.resource, wanted.record_id)
    before = accumulate((size for _, size in found), initial=0)
    some = [entry for (entry, _), size in zip(found[:most], before, strict=False) if size <= PAGE_BYTES]
    past = {one.position: one for one in history.at(unit, [entry.position for entry in some])}
    shown = _shown(unit, [(entry, past.get(entry.position)) for entry in some], kept_days, is_later)
    return Entries(shown, some[-1].position if len(some) < len(found) else None)


class Found(NamedTuple):
    """Entries that fit, the newest first; those before the position `next` were not looked at, None where all were; how many were."""

    entries: list[dict[str, Any]]
    next: int | None
    looked_at: int


def search(
    unit: Unit, wanted: Wanted, fits: Callable[[Mapping[str, Any]], bool], most: int, kept_days: int
) -> Found:
    """At most so many of the next entries that fit, as later revisions of the API show them: no index has what was deleted, so
    it looks at MOST_LOOKED_AT at most, and at fewer where their records are large."""
    entries, looked_at = list[dict[str, Any]](), 0
    before: int | None = wanted.before
    for _ in range(MOST_LOOKED_AT // LOOKED_AT_ONCE):
        found = read(unit, wanted._replace(before=before or MAX_ID), LOOKED_AT_ONCE, kept_days, is_later=True)
        for one in found.entries:
            looked_at += 1
            if fits(one):
                entries.append(one)
                if len(entries) == most:
                    is_last = found.next is None and one is found.entries[-1]
                    return Found(entries, None if is_last else one["id"], looked_at)
        before = found.next
        if before is None:
            break
    return Found(entries, before, looked_at)


def retrieve(unit: Unit, position: int, kept_days: int, is_later: bool = False) -> dict[str, Any]:
    """One entry. Raises NotFound."""
    entry = _entry(unit, position)
    past = next(iter(history.at(unit, [position])), None)
    return _shown(unit, [(entry, past)], kept_days, is_later)[0]


def restore(unit: Unit, position: int) -> Restored:
    """Bring a record back with its id, and with it what it shows and belongs to, where that is in the bin, too.

    What is purged or erased is left out. Raises NotFound, Invalid, and Internal where what the history has cannot be read.
    """
    return _restore(unit, position)


def _restore(unit: Unit, position: int, begun: int | None = None) -> Restored:
    """`restore`, as a part of an operation, where it has begun."""
    entry = _entry(unit, position)
    try:
        past = binned.whole(unit, [entry])
    except UnicodeDecodeError:
        raise Internal(kept.DAMAGED.format(entry.operation)) from None
    looked = undo_known.depends(unit, entry.operation, past)
    todo, left = undo.decide(looked)
    main = next(one for one in past if one.position == position)
    if faults := _faults(main, left):
        raise Invalid(faults)
    (done,) = changes.write(unit, [todo._replace(id=begun)], looked.known.counters)
    return Restored(entry.resource, entry.record_id, done, left)


def purge(unit: Unit, position: int) -> int:
    """Remove a deleted record for good, with what went with it; the operation. Raises NotFound."""
    return _purge(unit, [_entry(unit, position)])


class RestoredSome(NamedTuple):
    """What is there again, in the order in which it was named, by position why the others are not, and the operation."""

    restored: list[Restored]
    refused: dict[int, Faults]
    operation: int | None = None


def restore_some(unit: Unit, positions: Iterable[int]) -> RestoredSome:
    """Restore each of several records, those that are not refused, in one operation, whatever deleted them.

    What came back with another one is not named again.
    """
    found = RestoredSome([], {})
    for position in positions:
        if bins.at(unit, position) is None:
            continue
        try:
            one = _restore(unit, position, found.operation)
        except Invalid as refused:
            found.refused[position] = refused.faults
            continue
        found.restored.append(one)
        found = found._replace(operation=found.operation or one.operation)
    return found


def holders(unit: Unit, position: int) -> list[Key]:
    """The records that have by now what a deleted record, or what would come back with it, has to have alone. Raises NotFound."""
    found = list[Key]()
    for one in binned.whole(unit, [_entry(unit, position)]):
        resource = resource_of(one.resource)
        if resource.unique and one.before:
            key = undo_known.restored(resource, one.before, one).get(resource.unique.column)
            taken = rows.rows_by(unit, resource, resource.unique.column, [key])
            found += [(resource, row["id"]) for row in taken.values()]
    return found


def purge_those(unit: Unit, positions: Iterable[int]) -> int | None:
    """Remove deleted records for good, those that are still there; the operation, None where there is none of them."""
    entries = [entry for one in positions if (entry := bins.at(unit, one))]
    return _purge(unit, entries) if entries else None


class Extent(NamedTuple):
    """How many entries there are, and the position of the newest."""

    number: int = 0
    last: int = 0


def extent(unit: Unit) -> Extent:
    """How much is in the bin."""
    found = [one.position for some in bins.walk(unit, LARGE) for one in some]
    return Extent(len(found), found[-1]) if found else Extent()


def empty(unit: Unit, seen: Extent) -> None:
    """Have background work remove everything for good that somebody has seen, which is so many, up to a position."""
    by = unit.by
    background.begin_again(unit, EMPTYING, 1, [seen.last, by.user_id, by.request_id], total=seen.number)


def emptying() -> Kind:
    """Empties bins."""
    return Kind(EMPTYING, _empty)


def being_emptied(unit: Unit) -> Job | None:
    """The work that goes on, None where none does."""
    found = background.job(unit, EMPTYING, 1)
    return found if found and found.state in (background.PENDING, background.RUNNING) else None


def _empty(unit: Unit, work: Work) -> Progress:
    last, user_id, request_id = work.argument
    by = By(user_id, request_id, NAME)
    done = purge_some(unit.of(unit.account_id, by), last, work.size)
    progress = work.progress
    return Progress(None, progress.done + done, progress.total, ended=done < work.size)


def purge_some(unit: Unit, last: int, most: int) -> int:
    """Remove at most so many of the oldest deleted records for good, up to a position; how many they were."""
    found = [one for one in next(bins.walk(unit, most), []) if one.position <= last]
    if found:
        _purge(unit, found)
    return len(found)


def _purge_old(kept_days: int, unit: Unit, work: Work) -> Progress:
    found = bins.oldest(unit, timestamp(unit.now - kept_days * DAY), work.size)
    if found:
        _purge(unit, found)
    return Progress(done=work.progress.done + len(found), ended=len(found) < work.size)


def _purge(unit: Unit, entries: Sequence[Entry]) -> int:
    keys, below = dict[Key, None](), binned.children(unit, entries)
    for entry in entries:
        keys[resource_of(entry.resource), entry.record_id] = None
        keys |= dict.fromkeys((resource_of(one.resource), one.id) for one in below[entry.position])
    return history.note_purged(unit, list(keys))


def _entry(unit: Unit, position: int) -> Entry:
    if (entry := bins.at(unit, position)) is None:
        raise NotFound
    return entry


def _faults(main: Past, left: Sequence[Left]) -> Faults:
    """Why a record cannot come back: of what is left, what others have taken, and what it cannot be without."""
    faults: Faults = {}
    resource, before = resource_of(main.resource), main.before or {}
    links = {(one.resource, before.get(one.link)): one.name for one in resource.nested}
    reasons = {one.reason for one in left if (one.resource, one.id, one.names) == (resource, main.id, ())}
    for one in left:
        if one.reason == undo.TAKEN and one.resource.unique:
            taken: Faults = {one.resource.unique.field: fault("_isUnique")}
            if (one.resource, one.id) == (resource, main.id):
                faults |= taken
            elif name := links.get((one.resource, one.id)):
                faults[name] = taken
    if undo.NEEDED in reasons:
        faults |= none_left(resource, lambda name: False, faults)
    if undo.ORPHANED in reasons:
        faults |= {parent.name: fault("_existsIn") for parent in resource.parents}
    if undo.UNUSABLE in reasons:
        faults |= {name: fault("_existsIn") for name in sorted(resource.narrowing)}
    if reasons and not faults:
        raise Internal
    return faults


def _shown(
    unit: Unit, page: Sequence[tuple[Entry, Past | None]], kept_days: int, is_later: bool
) -> list[dict[str, Any]]:
    who = authors.find(unit, (past.by for _, past in page if past))
    others = _others(unit, [past for _, past in page if past])
    return [
        {
            "id": entry.position,
            "resource": entry.resource,
            "record_id": entry.record_id,
            "record": _record(past, others, is_later),
            "deleted_date": entry.deleted,
            "expires_date": _later(entry.deleted, kept_days),
            **who.shown(past.by if past else None),
            "operation": entry.operation,
        }
        for entry, past in page
    ]


def _later(at: str, kept_days: int) -> str:
    return timestamp(int(datetime.fromisoformat(at).timestamp()) + kept_days * DAY)


def _others(unit: Unit, past: Iterable[Past]) -> dict[Key, Row]:
    """What deleted records would show: records that are there, and those that would come back with them."""
    links: dict[Resource, set[int]] = {}
    for one in past:
        for nested in resource_of(one.resource).nested:
            if link := (one.before or {}).get(nested.link):
                links.setdefault(nested.resource, set()).add(link)
    found: dict[Key, Row] = {}
    for resource, ids in links.items():
        present = rows.rows_by(unit, resource, "id", ids)
        found |= {(resource, one): row for one, row in present.items()}
        entries = bins.of_records(unit, [(resource, one) for one in sorted(ids - present.keys())])
        for gone in history.at(unit, [entry.position for entry in entries]):
            if gone.before:
                found[resource, gone.id] = gone.before
    return found


def _record(past: Past | None, others: Mapping[Key, Row], is_later: bool) -> Any:
    """The record as a call for it would show it; None where what it was cannot be read."""
    if past is None or past.before is None:
        return None
    resource = resource_of(past.resource)
    fields = projection.later(resource, (), resource.listing.retrieved) if is_later else ()
    view = record_view(resource, fields)
    values = {**past.before, "id": past.id}
    for nested in resource.nested:
        other = others.get((nested.resource, values.get(nested.link) or 0))
        values[nested.link] = values.get(nested.link) if other else None
        values |= {f"{nested.name}_{name}": (other or {}).get(name) for name in nested.shows}
    return view.render(tuple(values.get(str(column)) for column in view.columns))
