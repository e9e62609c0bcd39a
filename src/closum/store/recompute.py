"""Derived columns of stored records, made again by the declarations of this program: after a rule has changed.

Every step is a short transaction of one account, or of what all accounts share, and writes only what differs. So it may
be interrupted anywhere: run again, it comes to the same end.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

from closum.model.address import address_key
from closum.model.relations import Row
from closum.model.resource import Resource, Unique
from closum.store import history, identity, integrity, integrity_search, report_place
from closum.store.integrity import UNREADABLE
from closum.store.progress import Progress, Report
from closum.store.scope import scope_of
from closum.store.session import Session
from closum.store.sql import Prepared, Sql, joined, parameter, prepared, sql
from closum.store.unit import Unit, timestamp

LARGE_STEP = 1_000  # records
SMALL_STEP = 100  # what fits into the 20 ms of a writer beside a server

log = logging.getLogger("closum.store")


class Rules(NamedTuple):
    """What derived columns are made by; `progress` shows how far it is."""

    resources: Sequence[Resource]
    progress: Progress


def recompute(session: Session, rules: Rules) -> None:
    """Make every derived column again, the copies of it, and what records are found by: nested records before those that
    show them.

    Of two records of an account with one new unique key, the one that has it already keeps it, or else the one with the
    lower id takes it; the other keeps its old key, or has none where that one is another number's by the rules. Likewise a value that cannot be read keeps what was made of it.
    """
    session.write_steps([_recompute_users])
    _repair_indexes(session, rules.resources)
    with session.read() as unit:
        counts = {resource: _counts(unit, resource) for resource in rules.resources}
    total = sum(sum(count.values()) for count in counts.values())
    with rules.progress("Recomputing", "records") as report:
        done = 0
        for resource in sorted(rules.resources, key=lambda one: one.depth):
            for account_id, count in counts[resource].items():
                size = SMALL_STEP if session.pace().pauses else LARGE_STEP
                walk = _Walk(resource, size, _behind(report, done, total))
                session.write_steps(walk.steps(), account_id or None)
                if resource.reported:
                    session.write_steps([report_place.forget], account_id)
                log.debug("recompute: %s of account %d, %d records", resource.name, account_id, count)
                done += count


def _repair_indexes(session: Session, resources: Iterable[Resource]) -> None:
    for resource in resources:
        if resource.terms:
            with session.read() as unit:
                is_damaged = unit.search.is_damaged(unit, resource)
            if is_damaged:
                session.write_steps([partial(_rebuild, resource)])


def _rebuild(resource: Resource, unit: Unit) -> None:
    unit.search.rebuild(unit, resource)


def _counts(unit: Unit, resource: Resource) -> dict[int, int]:
    """How many records there are by account, also where only terms are left of them."""
    left = dict.fromkeys(unit.search.accounts(unit, resource), 0) if resource.terms else {}
    return left | integrity.counts(unit, resource)


def rederive(resource: Resource, row: Row) -> Row:
    """The derived columns of a stored row; they stay as they are where what they are made from cannot be read any more."""
    derived: Row = {}
    for one in resource.derived:
        try:
            values = one.make(*map(row.__getitem__, one.sources))
        except UNREADABLE:
            values = tuple(map(row.__getitem__, one.columns))
        derived.update(zip(one.columns, values, strict=True))
    return derived


def _behind(report: Report, done: int, total: int) -> Callable[[int], None]:
    """The progress of one part of the whole, behind what is done before it."""
    return lambda seen: report(min(done + seen, total), total)


class _Walk:
    """The records of the unit's account, 0 for shared ones, in the order of their ids.

    `waiting` has by key the record, with the lowest id, that takes it as soon as its holder has moved to another key.
    """

    def __init__(self, resource: Resource, size: int, report: Callable[[int], object]) -> None:
        self._resource, self._size, self._report = resource, size, report
        unique = resource.unique or Unique("", "")
        self._unique, self._names = unique.column, unique.names
        self._columns = _columns(resource)
        self._last, self._seen, self._ended = 0, 0, False
        self._waiting: dict[Any, int] = {}
        self._freed: list[Any] = []

    def steps(self) -> Iterator[Callable[[Unit], object]]:
        while not self._ended:
            yield self._next
        while self._freed:
            yield self._take_freed

    def _next(self, unit: Unit) -> None:
        batch = integrity.batch(unit, self._resource, self._columns, (self._last, self._size))
        self._put_right(unit, batch.rows)
        if self._resource.terms:
            integrity_search.remake(unit, self._resource, batch)
        self._ended = batch.last is None
        self._last = batch.last or 0
        self._seen += len(batch.rows)
        self._report(self._seen)

    def _take_freed(self, unit: Unit) -> None:
        key = self._freed.pop()
        record_id = self._waiting.pop(key)
        self._put_right(unit, integrity.batch(unit, self._resource, self._columns, (record_id - 1, 1)).rows)

    def _put_right(self, unit: Unit, found: list[Row]) -> None:
        """Write what differs in some records from what it is made from."""
        made = [(row, rederive(self._resource, row)) for row in found]
        for nested in self._resource.nested:
            ids = [row[nested.link] for row in found if row[nested.link] is not None]
            linked = integrity.rows_by(unit, nested.resource, "id", ids)
            for row, values in made:
                record = linked.get(row[nested.link])
                if record or row[nested.link] is None:
                    values.update(nested.copy(record))
        differing = [
            (row, {name: value for name, value in values.items() if row[name] != value})
            for row, values in made
        ]
        self._settle_keys(unit, [(row, change) for row, change in differing if self._unique in change])
        self._write(unit, [(row, change) for row, change in differing if change])
        for row, change in differing:
            row.update(change)

    def _settle_keys(self, unit: Unit, wanting: list[tuple[Row, Row]]) -> None:
        """Take the new key out of the changes of each record that does not get it, and the old one if it names another."""
        keys = [change[self._unique] for _, change in wanting if change[self._unique] is not None]
        holders = integrity.rows_by(unit, self._resource, self._unique, keys)
        for row, change in wanting:
            key, old = change[self._unique], row[self._unique]
            if key in self._waiting or key in holders:
                if key not in self._waiting and self._moves(holders[key]):
                    self._waiting[key] = row["id"]
                key = None
                if old is None or not self._names(old):
                    del change[self._unique]
                    continue
                change[self._unique] = None
            holders.pop(old, None)
            if old in self._waiting:
                self._freed.append(old)
            if key is not None:
                holders[key] = row | change

    def _moves(self, holder: Row | None) -> bool:
        """Whether a record has a key that is not its own by the rules."""
        return holder is not None and bool(
            rederive(self._resource, holder).get(self._unique, holder[self._unique]) != holder[self._unique]
        )

    def _write(self, unit: Unit, differing: list[tuple[Row, Row]]) -> None:
        now = timestamp(unit.now)
        unit.run_each(
            _put_right(self._resource, tuple(change))(*change.values(), now, unit.account_id, row["id"])
            for row, change in differing
        )
        changed = [row["id"] for row, change in differing if _is_change(self._resource, tuple(change))]
        if changed:
            history.note_remade(unit, self._resource, changed)


@lru_cache
def _is_change(resource: Resource, columns: tuple[str, ...]) -> bool:
    """Whether a record is another one with them: not by what lists alone know, to filter or to order by it."""
    by_lists = {*resource.listing.shown.values(), *(one.column for one in resource.listing.filters.values())}
    by_lists |= {f"{one.name}_{column}" for one in resource.nested for column in one.hidden}
    return bool(scope_of(resource).versions) and not by_lists.issuperset(columns)


@lru_cache
def _put_right(resource: Resource, columns: tuple[str, ...]) -> Prepared:
    """New values of some columns of a record. Takes columns, modified, account, id."""
    new = (f"new {column}" for column in columns)
    return prepared(_update(resource, columns), *new, "modified", "account_id", "id")


def _update(resource: Resource, columns: tuple[str, ...]) -> Sql:
    changes = [sql("{column} = {new}", column=column, new=parameter(f"new {column}")) for column in columns]
    if _is_change(resource, columns):
        changes += [Sql("version = version + 1"), sql("modified = {now}", now=parameter("modified"))]
    return sql(
        "UPDATE {table} SET {changes} WHERE {where}",
        table=resource.name,
        changes=joined(", ", changes),
        where=scope_of(resource).where(sql("id = {id}", id=parameter("id"))),
    )


def _columns(resource: Resource) -> tuple[str, ...]:
    """Those that derived columns, copies and terms are made from, and they themselves: no long ones that play no part."""
    if resource.terms:
        return resource.columns
    names = dict.fromkeys(["id"])
    for derived in resource.derived:
        names |= dict.fromkeys((*derived.sources, *derived.columns))
    for nested in resource.nested:
        names |= dict.fromkeys(nested.columns)
    return tuple(names)


def _recompute_users(unit: Unit) -> None:
    """The keys that users are found by. Those whose keys would become one keep theirs."""
    found = identity.user_keys(unit)
    wanted = {user.id: user_key(user) for user in found}
    number = Counter(wanted.values())
    held = {user.email_key for user in found}
    moving = [user for user in found if wanted[user.id] != user.email_key and number[wanted[user.id]] == 1]
    while free := [user for user in moving if wanted[user.id] not in held]:
        for user in free:
            identity.set_user_key(unit, user.id, wanted[user.id])
            held = held - {user.email_key} | {wanted[user.id]}
        moving = [user for user in moving if user not in free]


def user_key(user: identity.UserKey) -> str:
    """The key that a user's address has by the rules; the one that it has where it cannot be read."""
    try:
        return address_key(user.email)
    except ValueError:
        return user.email_key
