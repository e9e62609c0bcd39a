"""Everything that an account has of a person, as one document."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from closum.model import duplicates as alike
from closum.model.draft import MAX_ID
from closum.operations import bin as bins
from closum.operations import past, person, person_imports, stays, subjects
from closum.operations.edit import Key
from closum.operations.subjects import Subject
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import bin as binned
from closum.store import duplicates, identity, ledger, merged
from closum.store.unit import Unit, timestamp

VERSION = 1
AT_ONCE = 1_000


def export(unit: Unit, account: str, text: str, kept_days: int) -> dict[str, Any]:
    """The document. Raises Refusal for a text that is neither an address nor a number.

    It has all that `person.retrieve` finds, and of each record what it was, and where else it is.
    """
    subject, found = subjects.named(unit, text), person.retrieve(unit, text)
    present = [(one, record["id"]) for one in person.kinds() for record in found[one.plural]]
    once = person.look(unit, text).former
    keys = sorted({*present, *once}, key=lambda key: (key[0].name, key[1]))
    document = {
        "closum_person": {
            "version": VERSION,
            "made": timestamp(unit.now),
            "account": account,
            "asked_for": subject.text,
        },
        **found,
        "changes": [one for key in present for one in _changes(unit, key)],
        "bin": [bins.retrieve(unit, entry.position, kept_days) for entry in _entries(unit, keys)],
        "merged": [*_merged(unit, keys)],
        "stages": [*_stages(unit, present)],
        "duplicates": [*_duplicates(unit, present)],
        "imports": [*person_imports.rows(unit, subject)],
        "user": _user(unit, subject),
    }
    made: dict[str, Any] = msgspec.to_builtins(document)
    return made


def is_empty(document: dict[str, Any]) -> bool:
    """Whether the account has nothing of the person."""
    return not any(value for name, value in document.items() if name != "closum_person")


def size(document: dict[str, Any]) -> int:
    """How many records it has."""
    return sum(len(document[one.plural]) for one in person.kinds())


def _changes(unit: Unit, key: Key) -> Iterator[dict[str, Any]]:
    """Of a record, the newest first."""
    resource, record_id = key
    before: int | None = None
    while True:
        some = past.read(unit, resource, record_id, AT_ONCE, before)
        for one in some.changes:
            yield {"resource": resource.name, "record_id": record_id, **one}
        if some.next is None:
            return
        before = some.next


def _entries(unit: Unit, keys: Sequence[Key]) -> list[binned.Entry]:
    return binned.of_records(unit, keys) if keys else []


def _merged(unit: Unit, keys: Sequence[Key]) -> Iterator[dict[str, Any]]:
    for resource, record_id in keys:
        if chain := merged.chain(unit, resource, record_id):
            yield {"resource": resource.name, "id": record_id, "merged_into": chain}


def _stages(unit: Unit, present: Sequence[Key]) -> Iterator[dict[str, Any]]:
    """In which stages leads were, and are, and those that went into them."""
    for resource, record_id in present:
        if resource.staged:
            found = stays.of_record(unit, resource, record_id, MAX_ID, person.ALL)
            for one in stays.shown_of(unit, resource, found):
                yield {"resource": resource.name, "id": record_id, **one}


def _duplicates(unit: Unit, present: Sequence[Key]) -> Iterator[dict[str, Any]]:
    """Pairs of leads that look alike."""
    ids = [record_id for resource, record_id in present if resource is LEAD]
    for one in duplicates.pairs_of(unit, ids):
        yield {
            "leads": [one.first_id, one.second_id],
            "score": 100 - one.rank,
            "reasons": alike.told(one.reasons),
        }


def _user(unit: Unit, subject: Subject) -> dict[str, Any] | None:
    """The user with the address, if the account has one, and what the ledger tells of it."""
    found = identity.user_by_key(unit, subject.keys[0]) if subject.resource is EMAIL else None
    if found is None or found.account_id != unit.account_id:
        return None
    entries = [
        {"at": one.at, "event": one.event, "cause": one.cause, "detail": one.detail}
        for one in ledger.entries(unit)
        if found.id in (one.user_id, one.actor_id)
    ]
    shown = {"id": found.id, "email": found.email, "name": found.name, "role": found.role}
    return {**shown, "enabled": bool(found.enabled), "ledger": entries}
