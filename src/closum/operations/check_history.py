"""Whether the history agrees with itself and with the records."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice

import msgspec

from closum.model.change import CAUSES, CLOCK, CREATE, DELETIONS, ERASE, NUMBERED, PURGE, RESTORE, UPDATE, By
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import kept
from closum.store import integrity_history, rows, tally
from closum.store.history import FORGOTTEN, columns_shown
from closum.store.integrity_history import Noted, Verb
from closum.store.operation import UNDO
from closum.store.unit import AHEAD, Unit

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", re.ASCII)


def order(account_id: int, found: Iterable[Noted], previous: Noted | None) -> Iterator[str]:
    """Faults in the order of an account's changes, which follow `previous`; None where they are the oldest.

    The oldest ones may be cut, also in the middle of an operation.
    """
    for one in found:
        place = f"change {one.position} of account {account_id}"
        if previous is not None and not _follows(previous, one):
            yield f"{place}: changes before it are missing"
        if one.resource is None:
            yield f"{place}: what it holds cannot be read"
        elif previous is None or previous.resource is None:
            if one.operation > one.position:
                yield f"{place}: its operation begins behind it"
        else:
            yield from (f"{place}: {fault}" for fault in _behind(previous, one))
        previous = one


def _follows(previous: Noted, one: Noted) -> bool:
    """Whether no change between two is missing: a restore has passed over those of the database that it replaced."""
    next_one = previous.position + 1
    return one.position == next_one or (one.verb, one.operation, one.id) == (RESTORE, one.position, next_one)


def _behind(previous: Noted, one: Noted) -> Iterator[str]:
    if one.operation not in (previous.operation, one.position):
        yield "its operation begins elsewhere"
    elif one.operation == previous.operation and not _are_together(previous, one):
        yield "its operation is another one's"
    if one.at < previous.at and not _was_ahead(previous.at, one.at):
        yield "it is older than the one before it"


def _are_together(previous: Noted, one: Noted) -> bool:
    """Whether both were asked for at once: an operation may restore what several deleted."""
    before, by = By.of_kept(*previous.by), By.of_kept(*one.by)
    restores = by.cause == UNDO and not {previous.verb, one.verb} & {*DELETIONS}
    return before == (by._replace(cause_id=before.cause_id) if restores else by)


def _was_ahead(at: str, later: str) -> bool:
    """Whether a clock that was ahead gave the first of two times: only then times go back."""
    try:
        ahead = datetime.fromisoformat(at) - datetime.fromisoformat(later)
    except (ValueError, TypeError):
        return False
    return ahead.total_seconds() > AHEAD


def content(unit: Unit, found: Sequence[Noted], oldest: int) -> Iterator[str]:
    """Changes of what does not exist, or that keep what they should not. `oldest` is the account's first position."""
    read = [one for one in found if one.resource is not None]
    last_ids = {name: one.last_id for name, one in tally.counters(unit).items()}
    for one in read:
        place = f"change {one.position} of account {unit.account_id}"
        yield from (f"{place}: {fault}" for fault in _origin(one))
        resource = kept.resource_of(one.resource)
        if _is_mark(one):
            continue
        if resource is None:
            yield f"{place}: it is of an unknown resource"
        elif not 0 < one.id <= last_ids.get(resource.name, 0):
            yield f"{place}: it is of a record that never was"
        elif not _is_kept(resource, one):
            yield _not_kept(unit, resource, one)
        elif not _is_shown(resource, one):
            yield f"{place}: it names what the record does not show"
    yield from _undone(unit, read, oldest)
    yield from _references(unit, read)


def _is_mark(one: Noted) -> bool:
    return one.resource == tally.CHANGE and one.verb in (RESTORE, CLOCK) and one.before is None


def _origin(one: Noted) -> Iterator[str]:
    cause, cause_id = one.by[2:4]
    if not _TIMESTAMP.fullmatch(one.at):
        yield "its time cannot be read"
    if not (cause in CAUSES or (_is_mark(one) and one.verb == CLOCK)):
        yield "its cause is unknown"
    elif (cause in NUMBERED) != (cause_id is not None):
        yield "its cause is not said"


def _undone(unit: Unit, found: Iterable[Noted], oldest: int) -> Iterator[str]:
    """Undos of what was no operation before them, as far as the history goes back."""
    undos = [(one, one.by[3]) for one in found if one.by[2] == "undo" and one.by[3] is not None]
    begun = integrity_history.begun(unit, [undone for _, undone in undos])
    for one, undone in undos:
        if undone >= one.operation or (undone >= oldest and undone not in begun):
            yield f"change {one.position} of account {unit.account_id}: it undoes an operation that is not there"


def _references(unit: Unit, found: Iterable[Noted]) -> Iterator[str]:
    """Changes that keep the id of what all accounts share, and it is not there."""
    naming: dict[Resource, list[tuple[int, Resource, Noted]]] = {}
    for one in found:
        resource, before = kept.resource_of(one.resource), _decoded(one)
        if resource and before and kept.fits(resource, one.verb or "", before):
            for other, ids in kept.references(resource, before).items():
                naming.setdefault(other, []).extend((named, resource, one) for named in ids)
    for other, some in naming.items():
        there = rows.rows_by(unit, other, "id", {named for named, _, _ in some})
        yield from (_not_kept(unit, resource, one) for named, resource, one in some if named not in there)


def _not_kept(unit: Unit, resource: Resource, one: Noted) -> str:
    place = f"{resource.name} {one.id} of account {unit.account_id}"
    return f"{place}: change {one.position} does not say what the record was before"


def _is_kept(resource: Resource, one: Noted) -> bool:
    """Whether a change keeps what it should: those of an erased person have FORGOTTEN in its place."""
    if one.verb in (CREATE, PURGE):
        return one.before is None
    if one.verb == ERASE:
        return one.before == FORGOTTEN and one.by[2] != "undo"  # an undo gives back, or deletes
    if one.verb != UPDATE and one.verb not in DELETIONS:
        return False
    before = _decoded(one)
    return one.before == FORGOTTEN or (before is not None and kept.fits(resource, one.verb, before))


def _is_shown(resource: Resource, one: Noted) -> bool:
    """Whether what an update changed of other records is what the record shows of them."""
    names = one.shown.split(",") if one.shown else []
    return not names or (one.verb == UPDATE and {*names} <= {name for name, _ in columns_shown(resource)})


def _decoded(one: Noted) -> Row | None:
    """The values that a change keeps; None where it keeps none, or they cannot be read."""
    if not isinstance(one.before, str):
        return None
    try:
        found = msgspec.json.decode(one.before)
    except (msgspec.DecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def records(unit: Unit, resource: Resource, at_once: int) -> Iterator[str]:
    """Records of the unit's account that are not what their changes come to."""
    changes = integrity_history.by_record(unit, resource, at_once)
    pasts = (_Past(record_id, some) for record_id, some in groupby(changes, lambda change: change.id))
    while some := list(islice(pasts, at_once)):
        found = integrity_history.versions(unit, resource, [one.id for one in some])
        for one in some:
            for fault in one.disagreements(found.get(one.id)):
                yield f"{resource.name} {one.id} of account {unit.account_id}: {fault}"


class _Past:
    """What the changes of a record come to, one after the other.

    `is_there` is None as long as nothing is known. `version` is that of the record where it `is_exact`, else the least
    that it can have: changes that are cut are not known.
    """

    def __init__(self, record_id: int, changes: Iterable[Verb]) -> None:
        self.id = record_id
        self._is_there: bool | None = None
        self._version, self._is_exact = 0, False
        self._faults: list[str] = []
        for one in changes:
            self._add(one)

    def _add(self, one: Verb) -> None:
        if (
            self._is_there is not None
            and one.verb is not None
            and self._is_there == (one.verb in (CREATE, PURGE))
        ):
            self._faults.append(f"change {one.position} is not possible after those before it")
        if one.verb == CREATE:
            self._create(one)
        elif one.verb == UPDATE:
            self._version = max(self._version + 1, 2)
        elif one.verb in DELETIONS:
            self._delete(one)
        else:
            self._is_exact = False
        self._is_there = None if one.verb is None else one.verb in (CREATE, UPDATE)

    def _create(self, one: Verb) -> None:
        """A record that an undo brings back goes on behind its last version; any other one is new."""
        is_new = one.cause != "undo"
        self._is_exact = is_new or (self._is_exact and self._is_there is False)
        self._version = 1 if is_new else max(self._version, 1) + 1

    def _delete(self, one: Verb) -> None:
        if one.version is None:
            return
        if one.version < self._version or (self._is_exact and one.version != self._version):
            self._faults.append(f"change {one.position} deletes another version of it")
        self._version, self._is_exact = one.version, True

    def disagreements(self, version: int | None) -> Iterator[str]:
        """`version` is that of the record; None where there is none."""
        yield from self._faults
        if self._is_there and version is None:
            yield "it is not there, and the history has no deletion of it"
        elif self._is_there is False and version is not None:
            yield "it is there, and the history has its deletion"
        elif version is not None and version < self._version:
            yield "it has been changed less often than the history has it"
        elif version is not None and self._is_exact and version > self._version:
            yield "it has been changed more often than the history has it"
