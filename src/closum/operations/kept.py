"""What a change keeps of its record, and whether the record can have been so."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from closum import resources
from closum.model.change import CREATE, DELETIONS, ERASE, INTO, MERGE, PURGE, UPDATE
from closum.model.relations import Reference, Row, is_id
from closum.model.resource import Resource
from closum.store.history import Past

DAMAGED = "The history of operation {} is damaged, so it cannot be undone: 'closum check' names the damage"


MOST_DAYS = 30


def days(history_days: int) -> int:
    """For how many days what was done can be undone, and what was deleted restored: no longer than the history is kept."""
    return min(MOST_DAYS, history_days)


def resource_of(name: str | None) -> Resource | None:
    """The resource of an account's records that has the name, if there is one."""
    found = resources.RESOURCES.named(name)
    return None if found is None or found.shared else found


def is_sound(one: Past) -> bool:
    """Whether a change can be undone as far as it tells by itself."""
    resource = resource_of(one.resource)
    if one.damaged or resource is None or one.verb not in (CREATE, UPDATE, *DELETIONS, PURGE, ERASE):
        return False
    return one.before is None or fits(resource, one.verb, one.before)


def fits(resource: Resource, verb: str, before: Row) -> bool:
    """Whether a record can have had these values before an update or a deletion, by their names and types."""
    holders = _holders(resource, verb)
    if not before.keys() <= holders.keys() or (verb in DELETIONS and len(before) < len(holders)):
        return False
    return all(holders[name](value) for name, value in before.items())


def references(resource: Resource, before: Row) -> dict[Resource, set[int]]:
    """The records of all accounts that are named, which are never removed."""
    found: dict[Resource, set[int]] = {}
    for one in resource.fields:
        if isinstance(one, Reference) and one.resource.shared and (value := before.get(one.name)) is not None:
            found.setdefault(one.resource, set()).add(value)
    return found


@lru_cache
def _holders(resource: Resource, verb: str) -> Mapping[str, Callable[[Any], bool]]:
    """What a change of a verb may keep, with what tells which values it may have."""
    if verb != UPDATE and verb not in DELETIONS:
        return {}
    links = dict.fromkeys((nested.link for nested in resource.nested), _is_link)
    version = {"version": is_id} if verb in DELETIONS else {}
    into = {INTO: is_id} if verb == MERGE else {}
    return {field.name: field.holds for field in resource.fields} | links | version | into


def _is_link(value: Any) -> bool:
    return value is None or is_id(value)
