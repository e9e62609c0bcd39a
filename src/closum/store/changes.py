"""The only code path that writes: every INSERT, UPDATE and DELETE of an account's records, and what follows from them.

Sets of changes are written together. Each follower is called once for a set, in the same transaction.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any

from closum.model.change import UPDATE, By, Change, Operation
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.store import bin as bins
from closum.store import duplicates, earliest, history, merged, reports, search, statements, stays, tally
from closum.store.search import Texts
from closum.store.tally import Moved, Tally
from closum.store.unit import Conflict, Effect, Result, Unit

_PARKED = "\x1f"
"""How a key begins that a record has between two statements: no address and no number has this character."""

_VERB = itemgetter(0)


def write(
    unit: Unit, operations: Sequence[Operation], counters: Mapping[str, Tally] | None = None
) -> list[int | None]:
    """Write the changes; the id of each operation, None for one that changes nothing.

    `counters` are those of the account, where they were read in this transaction. Raises Conflict where a record is not any
    more what a change has as `before`: the transaction is run again.
    """
    number = sum([len(operation.changes) for operation in operations])
    if not number:
        return [None] * len(operations)
    if not unit.account_id:
        raise ValueError("a record belongs to an account")
    known = tally.counters(unit) if counters is None else counters
    moved = Moved({}, {})
    rows = [one for run in _runs(operations) for one in _statements(unit.account_id, run, moved)]
    followed, taken = tally.follow(unit, number, known, moved)
    ids, noted = history.follow(unit, operations, taken)
    changes = [change for operation in operations for change in operation.changes]
    if any(
        _may_be_counted(change, known) for change in changes
    ):  # it reads the records as they are before the write
        reports.follow(unit, changes, known)
    effects = [*rows, followed, *noted, *search.follow(unit, changes)]
    if any(map(_moves, changes)):
        effects += stays.follow(unit, operations, taken)
    if moved.gone:
        effects += (*bins.follow(unit, operations, taken), *merged.follow(unit, operations, taken))
    texts, values, numbers = zip(*effects, strict=True)
    if unit.run_each(zip(texts, values, strict=True)) != sum(numbers):  # sent together
        raise Conflict("a record was changed meanwhile")
    if back := tally.follow_gaps(unit, known, moved):
        bins.follow_back(unit, back)
        merged.follow_back(unit, back)
    tally.follow_dates(unit, changes, known)
    if any(one.resource.earliest for one in changes):
        earliest.follow(unit, changes)
    if moved.gone:
        history.follow_erased(unit, operations)
        search.follow_gone(unit, changes)
        duplicates.follow_gone(unit, changes)
    return ids


def write_new(
    unit: Unit,
    by: By,
    new: Mapping[Resource, Sequence[Result]],
    terms: Mapping[Resource, Sequence[Texts]],
    counters: Mapping[str, Tally],
    begun: int | None = None,
) -> int:
    """Write many new records as one operation, and its id: `new` are whole rows, in the order of the resource's columns.

    The rows have the next ids, in their order, and `terms` those that searches find them by. It is `write`, for so many
    records that the making of a Change of each would take as long as the writing.
    """
    number = sum(map(len, new.values()))
    moved = Moved({one: [row[0] for row in rows] for one, rows in new.items()}, {})
    (text, values, _), taken = tally.follow(unit, number, counters, moved)
    unit.run(text, values)
    for resource, rows in sorted(new.items(), key=_depth):
        unit.insert(
            resource.name, ("account_id", *resource.columns), ((unit.account_id, *row) for row in rows)
        )
    operation = history.follow_new(unit, by, new, taken, begun)
    stays.follow_new(unit, new, taken)
    for resource, found in terms.items():
        unit.search.put_new(unit, resource, found)
    tally.follow_gaps(unit, counters, moved)
    tally.follow_new_dates(unit, new, counters)
    return operation


def write_fixed(unit: Unit, resource: Resource, rows: Sequence[Row]) -> None:
    """Write whole rows that nobody has made, so that they have no history, and that have been counted."""
    for text, values, _ in _inserts(unit.account_id, resource, rows):
        unit.run(text, values)


def _may_be_counted(change: Change, known: Mapping[str, Tally]) -> bool:
    """Whether reports may have counted what a change is of: not a new record, of which `known` has no id yet."""
    _, resource, before, _ = change
    if not resource.reported:
        return resource.earliest is not None
    return before is not None or change.row["id"] <= known.get(resource.name, tally.NEVER).last_id


def _moves(change: Change) -> bool:
    """Whether a record enters or leaves a stage."""
    _, resource, before, after = change
    stage = resource.staged.name if resource.staged else ""
    return bool(stage) and (before or {}).get(stage) != (after or {}).get(stage)


def _parked(changes: Sequence[Change]) -> Iterable[Change]:
    """Updates that first take a unique key from records that free it, where another one of the operation gets it."""
    freed: dict[tuple[Resource, object], Change] = {}
    for change in changes:
        before = change.before
        if before is not None and (key := _key(change.resource, before)) is not None:
            freed[change.resource, key] = change
    return _passed_on(changes, freed) if freed else ()


def _passed_on(
    changes: Sequence[Change], freed: Mapping[tuple[Resource, object], Change]
) -> Iterator[Change]:
    for change in changes:
        if change.after is None or (key := _key(change.resource, change.after)) is None:
            continue
        holder = freed.get((change.resource, key))
        if (
            holder
            and change.resource.unique
            and (before := holder.before)
            and before["id"] != change.row["id"]
        ):
            after = {**before, change.resource.unique.column: f"{_PARKED}{before['id']}"}
            yield Change(UPDATE, change.resource, before, after)


def _key(resource: Resource, row: Row) -> object:
    return row[resource.unique.column] if resource.unique else None


def _runs(operations: Iterable[Operation]) -> Iterator[list[Change]]:
    """Changes of one kind that follow each other: among these the order does not matter but by resource."""
    writes = chain.from_iterable((*_parked(changes), *changes) for _, changes, _ in operations)
    for _, run in groupby(writes, _VERB):
        yield list(run)


def _statements(account_id: int, run: Sequence[Change], moved: Moved) -> Iterator[Effect]:
    """What writes a run, which is added to what has `moved`."""
    if run[0].before is None:
        for resource, rows in _by_resource(run):
            moved.come.setdefault(resource, []).extend([row["id"] for row in rows])
            yield from _inserts(account_id, resource, rows)
    elif run[0].after is None:
        for change in run:
            row = change.row
            moved.gone.setdefault(change.resource, []).append(row["id"])
            yield delete(change.resource), (account_id, row["id"], row["version"]), 1
    else:
        for change in run:
            yield _update(account_id, change)


def _by_resource(run: Iterable[Change]) -> list[tuple[Resource, list[Row]]]:
    """New rows. What a record shows is there before it."""
    found: dict[Resource, list[Row]] = {}
    for _, resource, _, row in run:
        if row is not None:
            found.setdefault(resource, []).append(row)
    return sorted(found.items(), key=_depth)


def _depth(one: tuple[Resource, Sequence[Any]]) -> int:
    return one[0].depth


def _inserts(account_id: int, resource: Resource, rows: Sequence[Row]) -> Iterator[Effect]:
    rest = iter(rows)
    for size in statements.sizes(len(rows)):
        values: list[object] = []
        for row in islice(rest, size):
            values.append(account_id)
            values += resource.values(row)
        yield insert(resource, size), values, size


def _update(account_id: int, change: Change) -> Effect:
    before, after = change.before, change.after
    assert before is not None
    assert after is not None
    columns = tuple(column for column in change.resource.columns if before[column] != after[column])
    values = (*map(after.__getitem__, columns), account_id, before["id"], before["version"])
    return update(change.resource, columns), values, 1


@lru_cache
def insert(resource: Resource, number: int) -> str:
    """So many whole rows. Values: of each account, columns in the resource's order."""
    columns = ("account_id", *resource.columns)
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {resource.name} ({', '.join(columns)}) VALUES {', '.join([row] * number)}"


@lru_cache
def update(resource: Resource, columns: tuple[str, ...]) -> str:
    """New values of some columns of a record that is as it was. Values: columns, account, id, version."""
    assignments = ", ".join(f"{column} = ?" for column in columns)
    return f"UPDATE {resource.name} SET {assignments} WHERE account_id = ? AND id = ? AND version = ?"


@lru_cache
def delete(resource: Resource) -> str:
    """A record that is as it was. Values: account, id, version."""
    return f"DELETE FROM {resource.name} WHERE account_id = ? AND id = ? AND version = ?"
