"""Whether what the database holds agrees with itself and with the declarations."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from closum import resources
from closum.model.relations import Nested, Row, Use
from closum.model.resource import Resource
from closum.operations import check_bin, check_history, check_merged, check_reports
from closum.operations.edit import children_of
from closum.resources.lead import LEAD
from closum.store import (
    earliest,
    identity,
    integrity,
    integrity_history,
    integrity_search,
    ledger,
    stays,
    told,
)
from closum.store.integrity import UNREADABLE, Batch
from closum.store.recompute import user_key
from closum.store.unit import Unit

AT_ONCE = 1_000

Report = Callable[[int, int], None]
Note = Callable[[str], object]


def faults(unit: Unit, report: Report, note: Note = lambda line: None) -> Iterator[str]:
    """One line for each fault found, without a person's data. `report` hears of records, and changes of the history, done
    and in all.

    `note` hears of what is no fault and yet somebody's business: records, and users, that became one by a later rule. The
    line has the e-mail addresses of the users, which commands need.
    """
    yield from integrity.faults(unit)
    yield from _users(unit, note)
    yield from (f"ledger: the entry {one} cannot be read" for one in ledger.unreadable(unit))
    changes = integrity_history.counts(unit)
    total = sum(integrity.count(unit, resource) for resource in resources.RESOURCES)
    total, done = total + sum(counted.number for counted in changes.values()), 0
    for resource in resources.RESOURCES:
        yield from integrity.tallies(unit, resource)
        for owner, batch in integrity.scan(unit, resource, AT_ONCE):
            for record_id in batch.unreadable:
                yield _unreadable(owner.account_id, resource, record_id)
            yield from _derived(owner, resource, batch.rows, note)
            yield from _copied(owner, resource, batch.rows)
            yield from _kept_times(owner, resource, batch.rows)
            yield from _used(owner, resource, batch.rows)
            yield from _stays(owner, resource, batch.rows)
            yield from _searched(owner, resource, batch)
            done += len(batch.rows) + len(batch.unreadable)
            report(done, total)
        yield from _searched_in_vain(unit, resource)
    yield from integrity_history.tallies(unit, changes)
    for account_id, counted in changes.items():
        yield from _history(unit.of(account_id))
        done += counted.number
        report(done, total)


def _history(unit: Unit) -> Iterator[str]:
    """Faults of the history of the unit's account."""
    previous, oldest = None, 0
    for found in integrity_history.walk(unit, AT_ONCE):
        oldest = oldest or found[0].position
        yield from check_history.order(unit.account_id, found, previous)
        yield from check_history.content(unit, found, oldest)
        yield from check_bin.deletions(unit, found)
        previous = found[-1]
    yield from check_bin.entries(unit, AT_ONCE)
    yield from check_merged.pointers(unit, AT_ONCE)
    yield from check_reports.counters(unit, LEAD, AT_ONCE)
    for resource in resources.RESOURCES:
        if not resource.shared:
            yield from check_history.records(unit, resource, AT_ONCE)
        if resource.staged:
            yield from _stray_stays(unit, resource, resource.staged)


def _derived(unit: Unit, resource: Resource, found: list[Row], note: Note) -> Iterator[str]:
    """Derived columns. A record may have another key than its own only where another record has that one."""
    column = resource.unique.column if resource.unique else ""
    wanting: list[tuple[Row, Any]] = []
    for row in found:
        try:
            derived = resource.derive(row)
        except UNREADABLE:
            yield _unreadable(unit.account_id, resource, row["id"])
            continue
        if column and derived[column] is not None and row[column] != derived[column]:
            wanting.append((row, derived.pop(column)))
        yield from _differing(unit.account_id, resource, row, derived)
    holders = integrity.rows_by(unit, resource, column, [key for _, key in wanting])
    for row, key in wanting:
        if holder := holders.get(key):
            note(_pair(unit.account_id, resource, row, holder))
        else:
            yield from _differing(unit.account_id, resource, row, {column: key})


def _copied(unit: Unit, resource: Resource, found: list[Row]) -> Iterator[str]:
    for nested in resource.nested:
        ids = [row[nested.link] for row in found if row[nested.link] is not None]
        linked = integrity.rows_by(unit, nested.resource, "id", ids)
        for row in found:
            yield from _differing(unit.account_id, resource, row, _copies(nested, linked, row))


def _kept_times(unit: Unit, resource: Resource, found: list[Row]) -> Iterator[str]:
    """What records keep of those that belong to them."""
    for child, _ in children_of(resource):
        if child.earliest:
            column = child.earliest.column
            times = earliest.found(unit, child, [row["id"] for row in found])
            for row in found:
                yield from _differing(unit.account_id, resource, row, {column: times.get(row["id"])})
        if child.told:
            yield from _told(unit, resource, child, found)


def _told(unit: Unit, resource: Resource, child: Resource, found: list[Row]) -> Iterator[str]:
    """What records keep of what others tell them; one of these that cannot be read is named by itself."""
    with contextlib.suppress(UnicodeDecodeError):
        kept = told.found(unit, child, [row["id"] for row in found])
        for row in found:
            yield from _differing(unit.account_id, resource, row, kept[row["id"]])


def _used(unit: Unit, resource: Resource, found: list[Row]) -> Iterator[str]:
    """Records of the account that others name."""
    for use in resource.uses:
        there = integrity.rows_by(unit, use.resource, "id", [row[use.name] for row in found])
        for row in found:
            if row[use.name] is not None and row[use.name] not in there:
                place = f"{resource.name} {row['id']} of account {unit.account_id}"
                yield f"{place}: it names the {use.resource.name} {row[use.name]}, which is not there"


def _stays(unit: Unit, resource: Resource, found: list[Row]) -> Iterator[str]:
    """The stages in which records are now."""
    if not (use := resource.staged):
        return
    now = stays.present(unit, resource, [row["id"] for row in found])
    for row in found:
        expected = [] if row[use.name] is None else [row[use.name]]
        if now.get(row["id"], []) != expected:
            place = f"{resource.name} {row['id']} of account {unit.account_id}"
            yield f"{place}: {use.stays} does not have it in its stage"


def _stray_stays(unit: Unit, resource: Resource, use: Use) -> Iterator[str]:
    """Stays that go on of records that are not there."""
    found = [0]
    while found := stays.stray(unit, resource, found[-1], AT_ONCE):
        for record_id in found:
            place = f"{resource.name} {record_id} of account {unit.account_id}"
            yield f"{place}: {use.stays} has it in a stage, and there is no such record"


def _searched(unit: Unit, resource: Resource, batch: Batch) -> Iterator[str]:
    """What searches find, and what they should."""
    if resource.terms is None:
        return
    found, of = integrity_search.differing(unit, resource, batch), f"of account {unit.account_id}"
    for record_id in found.missing:
        yield f"{resource.name} {record_id} {of}: the search index does not have it"
    for record_id in found.wrong:
        yield f"{resource.name} {record_id} {of}: the search index does not agree with what it is made from"
    for record_id in found.stray:
        yield f"{resource.name} {record_id} {of}: the search index has it, and there is no such record"


def _searched_in_vain(unit: Unit, resource: Resource) -> Iterator[str]:
    """Accounts that have no records any more."""
    if resource.terms is None:
        return
    left = set(unit.search.accounts(unit, resource)) - integrity.counts(unit, resource).keys()
    for account_id in sorted(left):
        nothing = Batch([], None, [], 0)
        yield from _searched(unit.of(account_id), resource, nothing)


def _copies(nested: Nested, linked: dict[Any, Row | None], row: Row) -> Row:
    """What the row should show; a link that leads nowhere is found by the integrity check."""
    link = row[nested.link]
    return nested.copy(linked.get(link)) | {nested.link: link}


def _differing(account_id: int, resource: Resource, row: Row, expected: Row) -> Iterator[str]:
    for column, value in expected.items():
        if row[column] != value:
            place = f"{resource.name} {row['id']} of account {account_id}"
            yield f"{place}: the column {column} does not agree with what it is made from"


def _unreadable(account_id: int, resource: Resource, record_id: int) -> str:
    return f"{resource.name} {record_id} of account {account_id}: what it holds cannot be read: change or erase it"


def _pair(account_id: int, resource: Resource, row: Row, holder: Row) -> str:
    assert resource.unique is not None
    ids = " and ".join(map(str, sorted((row["id"], holder["id"]))))
    return (
        f"{resource.plural} {ids} of account {account_id} have the same {resource.unique.field}, by rules that are newer than"
        f" they are; new records find {resource.name} {holder['id']}: change or erase one of them"
    )


def _users(unit: Unit, note: Note) -> Iterator[str]:
    """Keys of users' addresses. Of two that became one, each keeps its own."""
    found = identity.user_keys(unit)
    wanted = {user.id: user_key(user) for user in found}
    for user in found:
        if wanted[user.id] == user.email_key:
            continue
        same = [
            one for one in found if wanted[user.id] in (wanted[one.id], one.email_key) and one is not user
        ]
        if same:
            note(
                f"The users {user.email} and {same[0].email} have the same e-mail address, by rules that are newer than they"
                " are: remove one with 'closum user remove'"
            )
        else:
            yield f"user {user.id}: the column email_key does not agree with what it is made from"
