"""What operations were about: of each that changed one record that record, of an import its file."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from closum.model.change import CREATE, DELETE, INTO, MERGE, RESTORE, UPDATE
from closum.model.fields import Timestamp
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import feed, undone
from closum.operations.past import states
from closum.resources.note import NOTE
from closum.store import bin as bins
from closum.store import history, imports
from closum.store.history import Past
from closum.store.unit import Unit
from closum.web import called, did, done, partial, placed
from closum.web.views import View
from closum.web.words import Words

MOST = 6
"""Changes of an operation that is about one record."""
PLACE = ["position"]
"""What changes of all records between where one was in an order and where it is."""

Operation = Mapping[str, Any]
Key = tuple[str, int]


class On(NamedTuple):
    """The other record that a record of a part belongs to, such as the list that a lead is on."""

    title: str
    name: str
    id: int


class Subject(NamedTuple):
    """A record: what it is called, "" for one that has no name, of which resource it is, and whether it has a page, as one that went
    into another one has, too, or is in the bin; and what was done to it, or to a record of `part` that belongs to it, and to the record that it is `on`, as far as that is there:
    the verb, and the properties that an update changed; of an entry such as a consent what it is by, and of. The verb is "" where
    several things were done to it, and to what belongs to it; the `steps` are all of them. `turned` is what was turned on or off:
    `.enabled.on`.
    """

    title: str
    name: str
    id: int
    has_page: bool
    is_in_bin: bool
    verb: str
    part: str
    properties: Sequence[str]
    turned: str = ""
    on: On | None = None
    entry: tuple[str, str] | None = None
    steps: Sequence[did.Step] = ()


class File(NamedTuple):
    """The file of an import: its number, its name, how many rows were imported, 0 where that is not known, whether each row made a
    record, whether the import goes on, and the resource of its records.
    """

    number: int
    name: str
    rows: int
    are_new: bool
    goes_on: bool
    resource: str


About = Subject | File


class _Change(NamedTuple):
    """The change that an operation is about, and the record that it is told of: its own, or the one that it belongs to; and all
    changes of the operation.
    """

    past: Past
    key: Key
    every: Sequence[Past]
    is_one_of_several: bool = False


def of(
    unit: Unit, views: Mapping[str, View], operations: Iterable[Operation], words: Words
) -> Mapping[int, About]:
    """By the id of the operation, as `performed.page` has them; none of one about several records, or one that nobody knows."""
    operations = list(operations)
    undoes = {one["id"]: one["undoes"] for one in operations if one["undoes"] is not None}
    first = {one["id"]: one["id"] for one in operations}
    first |= {one: begun.operation for one, begun in undone.begun(unit, undoes).items()}
    read = {one.position: one for one in history.at(unit, {*_positions(operations), *first.values()})}
    restored = {one["id"] for one in operations if _has_restored_one(one)}
    wanted = {one: begun for one, begun in first.items() if one not in restored}
    caused = {one: cause for one, begun in wanted.items() if (cause := _import_of(read.get(begun)))}
    some = partial.behind_some(unit, caused.keys() & undoes.keys())
    caused = {one: cause for one, cause in caused.items() if one not in some}
    files = {one.id: _file(one) for one in imports.some(unit, caused.values())}
    found: dict[int, About] = {one: files[number] for one, number in caused.items() if number in files}
    few = {one["id"]: _of_few(one, read, views) for one in operations if one["id"] not in found}
    return found | _subjects(unit, views, {one: change for one, change in few.items() if change}, words)


def _has_restored_one(operation: Operation) -> bool:
    """Whether it has taken one record out of the bin, with what it showed, and undone no more of what deleted it."""
    numbers = [number for verbs in (operation["counts"] or {}).values() for number in verbs.values()]
    return operation["undoes"] is not None and not done.is_undo(operation) and set(numbers) == {1}


def _positions(operations: Iterable[Operation]) -> Iterator[int]:
    for one in operations:
        if one["changes"] <= MOST:
            yield from range(one["id"], one["id"] + one["changes"])


def _import_of(first: Past | None) -> int | None:
    """The number of the import that an operation is, which begins with a change."""
    return first.by.cause_id if first and first.by.cause == imports.NAME else None


def _file(found: imports.Import) -> File:
    run = (found.report or {}).get("run") or {}
    created, updated = run.get("created", 0), run.get("updated", 0) - run.get("unchanged", 0)
    goes_on = found.phase == imports.RUN
    return File(found.id, found.name, created + updated, not updated, goes_on, found.resource)


def _of_few(operation: Operation, read: Mapping[int, Past], views: Mapping[str, View]) -> _Change | None:
    """None where it is about several records."""
    if operation["changes"] > MOST or not operation["counts"]:
        return None
    first = operation["id"]
    changed = [read[one] for one in range(first, first + operation["changes"]) if one in read]
    if any(one.operation != first or one.resource not in views for one in changed):
        return None
    past = _meant(operation, changed, views)
    if past is None:
        return _of_several(changed, views)
    if past.verb == MERGE:
        into = (past.before or {}).get(INTO)
        return _Change(past, (past.resource, into), changed) if into else None
    return _Change(past, _key_of(past, views), changed)


def _key_of(past: Past, views: Mapping[str, View]) -> Key:
    """The record itself, or the one that it belongs to, as far as the change knows it."""
    resource = views[past.resource].resource
    if not resource.parents:
        return past.resource, past.id
    parent = resource.parents[0]
    return parent.resource.name, (past.before or {}).get(parent.name) or 0


def _of_several(changed: Sequence[Past], views: Mapping[str, View]) -> _Change | None:
    """Of a record and one of each resource that belongs to it the change by which it is known best; None of anything else."""
    own = [one for one in changed if not views[one.resource].resource.parents]
    if (
        len({one.resource for one in changed}) < len(changed)
        or len({_key_of(one, views)[0] for one in changed}) != 1
    ):
        return None
    past = (own or changed)[0]
    return _Change(past, _key_of(past, views), changed, is_one_of_several=True)


def _meant(operation: Operation, changed: Sequence[Past], views: Mapping[str, View]) -> Past | None:
    """The one change that somebody meant to do; what moves in an order is written first, by an undo last."""
    by_verb = {(one.resource, feed.verb(one)): one for one in reversed(changed)}
    if merges := [one for one in changed if one.verb == MERGE and one.before]:
        into = {one.before and one.before.get(INTO) for one in merges}
        kinds = {one.resource for one in merges}
        return merges[0] if len(kinds) == len(into) == 1 else None
    is_of_one_kind = len(changed) > 1 and len({one.resource for one in changed}) == 1
    if is_of_one_kind and all(feed.names(one) == PLACE for one in changed):
        is_backwards = operation["undoes"] is not None and not operation["redoes"]
        return changed[-1 if is_backwards else 0]
    if one := _shown_by_all(changed, views):
        return one
    counts = done.meant(operation["counts"], {name: view.resource for name, view in views.items()})
    left = [(name, verb, number) for name, verbs in counts.items() for verb, number in verbs.items()]
    if len(counts) == 1 and {verb for _, verb, _ in left} == {RESTORE, UPDATE}:
        left = [one for one in left if one[1] == RESTORE]  # what a merge had filled in goes with what it took
    if len(left) != 1 or left[0][2] != 1:
        return None
    return by_verb.get(left[0][:2])


def _shown_by_all(changed: Sequence[Past], views: Mapping[str, View]) -> Past | None:
    """The change of an address that changed with it in several records that show it, and in which nothing else did."""
    own = [one for one in changed if not views[one.resource].resource.nested]
    others = [one for one in changed if one not in own]
    if len(own) != 1 or own[0].verb != UPDATE or len(others) < 2:
        return None
    shown = {
        one.name
        for other in others
        for one in views[other.resource].resource.nested
        if one.resource.name == own[0].resource
    }
    names = {name.partition(".")[0] for one in others for name in feed.names(one) or [""]}
    return own[0] if names == shown else None


def _subjects(
    unit: Unit, views: Mapping[str, View], known: Mapping[int, _Change], words: Words
) -> dict[int, Subject]:
    parts = _parts(unit, views, known.values())
    owners = _owners(views, known.values(), parts)
    on = _on(unit, views, known.values(), parts, words)
    keys = {one: owners.get(change.past.position, change.key) for one, change in known.items()}
    there = dict[Key, str]()
    for name in {name for name, _ in keys.values()}:
        ids = {record_id for other, record_id in keys.values() if other == name and record_id}
        read = called.of_records(unit, views[name].resource, ids, words)
        there |= {(name, record_id): title for record_id, title in read.items()}
    binned = in_bin(unit, views, {key for key in keys.values() if key not in there})
    gone = {key for key in keys.values() if key not in there and key not in binned}
    once_merged = merged(unit, views, gone, min((one.past.operation for one in known.values()), default=0))
    deleted = {keys[one]: row for one, change in known.items() if (row := _deleted(change, keys[one]))}
    once = called_once(unit, views, deleted | binned | once_merged, words)
    found = dict[int, Subject]()
    for one, change in known.items():
        past, key = change.past, keys[one]
        title = there.get(key, once.get(key))
        if title is not None:
            where = key in there or key in once_merged, key in binned
            verb = "" if change.is_one_of_several else feed.verb(past)
            part = _part(past, key)
            beside = (on.get(past.position), _entry(views, past, parts)) if part else (None, None)
            steps = did.in_order([_step(each, parts) for each in change.every])
            turned = _turned(unit, views, past)
            found[one] = Subject(title, *key, *where, verb, part, _properties(past), turned, *beside, steps)
    return found


def _step(past: Past, parts: Mapping[int, Row]) -> did.Step:
    kind = parts.get(past.position, {}).get("kind", "") if past.resource == NOTE.name else ""
    return did.Step(past.resource, feed.verb(past), _properties(past), kind)


def _parts(unit: Unit, views: Mapping[str, View], changes: Iterable[_Change]) -> dict[int, Row]:
    """Of changes of records that belong to others these records, those that are there as they are: by the position of the change;
    and the notes that were made with something else.
    """
    told = {one.past.position: one.past for one in changes if one.past.verb != MERGE}
    told |= {past.position: past for one in changes for past in one.every if _is_new_note(past)}
    some = ((views[past.resource].resource, past) for past in told.values())
    return placed.parts_of(unit, [(resource, past) for resource, past in some if resource.parents])


def _is_new_note(past: Past) -> bool:
    return past.resource == NOTE.name and feed.verb(past) == CREATE


def _owners(
    views: Mapping[str, View], changes: Iterable[_Change], parts: Mapping[int, Row]
) -> dict[int, Key]:
    """Which records they belong to."""
    found = dict[int, Key]()
    for past in (one.past for one in changes if parts.get(one.past.position)):
        parent = views[past.resource].resource.parents[0]
        if owner := parts[past.position].get(parent.name):
            found[past.position] = parent.resource.name, owner
    return found


def _on(
    unit: Unit, views: Mapping[str, View], changes: Iterable[_Change], parts: Mapping[int, Row], words: Words
) -> dict[int, On]:
    """Which others they belong to, too, that are there."""
    wanted = defaultdict[str, dict[int, list[int]]](lambda: defaultdict(list))
    resources = dict[str, Resource]()
    for past in (one.past for one in changes if parts.get(one.past.position)):
        for parent in views[past.resource].resource.parents[1:2]:
            resources[parent.resource.name] = parent.resource
            wanted[parent.resource.name][parts[past.position].get(parent.name, 0)].append(past.position)
    found = dict[int, On]()
    for name, by_id in wanted.items():
        for record_id, title in called.of_records(unit, resources[name], by_id, words).items():
            found |= dict.fromkeys(by_id[record_id], On(title, name, record_id))
    return found


def _entry(views: Mapping[str, View], past: Past, parts: Mapping[int, Row]) -> tuple[str, str] | None:
    told, row = views[past.resource].resource.told, parts.get(past.position)
    return (row[told.by], row[told.of]) if told and row else None


def _deleted(change: _Change, key: Key) -> Row:
    """What a record was that the change deleted."""
    past = change.past
    return (past.before or {}) if past.verb == DELETE and key == (past.resource, past.id) else {}


def in_bin(unit: Unit, views: Mapping[str, View], keys: Iterable[Key]) -> dict[Key, Row]:
    """What those of the records were that are in the bin."""
    entries = bins.of_records(unit, [(views[name].resource, record_id) for name, record_id in keys])
    read = history.at(unit, [one.position for one in entries])
    return {(one.resource, one.id): one.before or {} for one in read}


def merged(unit: Unit, views: Mapping[str, View], gone: Iterable[Key], since: int) -> dict[Key, Row]:
    """What those of the records were that went into others after a position."""
    ids = defaultdict[str, list[int]](list)
    for name, record_id in gone:
        ids[name].append(record_id)
    found = dict[Key, Row]()
    for name, some in ids.items():
        for record_id, changes in history.of_records(unit, views[name].resource, some, since).items():
            if changes[-1].verb == MERGE and changes[-1].before:
                found[name, record_id] = changes[-1].before
    return found


def called_once(
    unit: Unit, views: Mapping[str, View], gone: Mapping[Key, Row], words: Words
) -> dict[Key, str]:
    """What records were called that are gone: by their own, or by what they showed."""
    found = dict[Key, str]()
    for name in {name for name, _ in gone}:
        rows_of = {key: {**row, "id": key[1]} for key, row in gone.items() if key[0] == name}
        found |= called.of(unit, views[name].resource, rows_of, words)
    linked = defaultdict[str, dict[int, list[Key]]](dict)
    resources = dict[str, Resource]()
    for key in [key for key, title in found.items() if not title]:
        for one in views[key[0]].resource.nested:
            if link := gone[key].get(one.link):
                resources[one.resource.name] = one.resource
                linked[one.resource.name].setdefault(link, []).append(key)
    for name, by_id in linked.items():
        for record_id, title in called.of_records(unit, resources[name], by_id, words).items():
            found |= {key: title for key in by_id[record_id] if not found[key]}
    return found


def _properties(past: Past) -> Sequence[str]:
    """What an update changed."""
    return (feed.names(past) or []) if past.verb == UPDATE else []


def _turned(unit: Unit, views: Mapping[str, View], past: Past) -> str:
    """Of an update of one property whether it came or went, by an undo, too; "" of others, and of a time that is another one."""
    names = (feed.names(past) or []) if past.verb == UPDATE else []
    if len(names) != 1:
        return ""
    (name,) = names
    was, resource = (past.before or {}).get(name), views[past.resource].resource
    is_time = any(one.name == name and isinstance(one, Timestamp) for one in resource.fields)
    if was and is_time and states(unit, resource, past.id, [past.operation])[past.operation].get(name):
        return ""
    return done.turned(name, was=was)


def _part(past: Past, key: Key) -> str:
    """The resource of a record that belongs to that which is named."""
    return past.resource if past.resource != key[0] else ""
