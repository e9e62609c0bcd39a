"""The only code path that writes: every INSERT, UPDATE and DELETE of an account's records, and what follows from them.

Sets of changes are written together. Each follower is called once for a set, in the same transaction.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, groupby, islice
from operator import itemgetter

from closum.model.change import UPDATE, Change, Operation
from closum.model.resource import Resource, Row
from closum.store import history, statements, tally
from closum.store.tally import Tally
from closum.store.unit import Conflict, Effect, Unit

_PARKED = "\x1f"
"""How a key begins that a record has between two statements: no address and no number has this character."""


def write(
    unit: Unit, operations: Sequence[Operation], counters: Mapping[str, Tally] | None = None
) -> list[int | None]:
    """Write the changes; the id of each operation, None for one that changes nothing.

    `counters` are those of the account, where they were read in this transaction. Raises Conflict where a record is not any
    more what a change has as `before`: the transaction is run again.
    """
    changes = [change for operation in operations for change in operation.changes]
    if not changes:
        return [None] * len(operations)
    if not unit.account_id:
        raise ValueError("a record belongs to an account")
    known = tally.counters(unit) if counters is None else counters
    come = tally.coming(changes)
    followed, taken = tally.follow(unit, changes, known, come)
    ids, noted = history.follow(unit, operations, taken)
    writes = [one for operation in operations for one in (*_parked(operation.changes), *operation.changes)]
    rows = [one for run in _runs(writes) for one in _statements(unit.account_id, run)]
    todo = [*rows, followed, *noted]  # sent together
    if unit.run_each((sql, values) for sql, values, _ in todo) != sum(number for _, _, number in todo):
        raise Conflict("a record was changed meanwhile")
    tally.follow_gaps(unit, changes, known, come)
    history.follow_erased(unit, operations)
    return ids


def _parked(changes: Sequence[Change]) -> Iterator[Change]:
    """Updates that first take a unique key from records that free it, where another one of the operation gets it."""
    freed: dict[tuple[Resource, object], Change] = {}
    for change in changes:
        if change.before is not None and (key := _key(change.resource, change.before)) is not None:
            freed[change.resource, key] = change
    if not freed:
        return
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


def _runs(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """Changes of one kind that follow each other: among these the order does not matter but by resource."""
    for _, run in groupby(changes, lambda change: (change.before is None, change.after is None)):
        yield list(run)


def _statements(account_id: int, run: Sequence[Change]) -> Iterator[Effect]:
    if run[0].before is None:
        for resource, rows in _by_resource(run):
            yield from _inserts(account_id, resource, rows)
    elif run[0].after is None:
        for change in run:
            yield delete(change.resource), (account_id, change.row["id"], change.row["version"]), 1
    else:
        for change in run:
            yield _update(account_id, change)


def _by_resource(run: Iterable[Change]) -> list[tuple[Resource, list[Row]]]:
    """What a record shows is there before it."""
    found: dict[Resource, list[Row]] = {}
    for change in run:
        found.setdefault(change.resource, []).append(change.row)
    return sorted(found.items(), key=lambda one: one[0].depth)


def _inserts(account_id: int, resource: Resource, rows: Sequence[Row]) -> Iterator[Effect]:
    values, rest = itemgetter(*resource.columns), iter(rows)
    for size in statements.sizes(len(rows)):
        some = islice(rest, size)
        yield (
            insert(resource, size),
            tuple(chain.from_iterable((account_id, *values(row)) for row in some)),
            size,
        )


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
