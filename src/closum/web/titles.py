"""What a record is called on pages: a lead by its name, else by what else it has."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from closum.accounts import roles
from closum.model.resource import Resource
from closum.resources.assignment_rule import ASSIGNMENT_RULE
from closum.store import identity, rows
from closum.store.unit import Unit
from closum.web import telephone
from closum.web.kinds import kind_of

LONGEST = 160
"""Characters of a heading."""


@lru_cache
def names_others(resource: Resource) -> bool:
    """Whether its records are called by what they refer to: those of a rule by all of it, and those without a text of their own."""
    by = resource.called_by
    return resource is ASSIGNMENT_RULE or by == "id" or by in [one.name for one in resource.references]


@lru_cache
def properties(resource: Resource) -> tuple[str, ...]:
    """What is read of a record to call it by something."""
    own = tuple(one for name in _names(resource) for one in _parts(resource, name))
    if not names_others(resource):
        return own
    kinds = {"reference", "user", "users"}
    others = (one.name for one in resource.fields if kind_of(one) in kinds)
    return tuple(dict.fromkeys((*own, *(one for one in others if one in resource.listing.listed))))


@lru_cache
def _names(resource: Resource) -> tuple[str, ...]:
    """A record is called by the first of these that it has."""
    nested = (f"{one.name}.{one.key}" for one in resource.nested)
    return tuple(dict.fromkeys((resource.called_by, *nested)))


@lru_cache
def _parts(resource: Resource, name: str) -> tuple[str, ...]:
    """What is read to show a property: a number is written as its country does."""
    prefix = telephone.prefixes(resource).get(name)
    return (prefix, name) if prefix else (name,)


def title(resource: Resource, record: Any) -> str:
    """What a record is called by its own, of which `properties` were read, or the stored row; "" where it has none of them."""
    for name in _names(resource):
        parts = [_value(record, one) for one in _parts(resource, name)]
        text = parts[-1]
        if text is not None and str(text).strip():
            return telephone.shown(*parts).text if len(parts) > 1 and parts[0] else str(text)
    return ""


def _value(record: Any, name: str) -> Any:
    """A stored row has the properties of what it shows under names of its own."""
    if (column := name.replace(".", "_")) in record:
        return record[column]
    for part in name.split("."):
        record = record and record.get(part)
    return record


def shortened(text: str) -> str:
    """The first line of a text, as far as a heading goes."""
    first = text.strip().partition("\n")[0]
    return first if len(first) <= LONGEST else f"{first[:LONGEST]}…"


def of_records(unit: Unit, resource: Resource, ids: Iterable[int]) -> dict[int, str]:
    """The titles of those of the records that there are, by id."""
    found = rows.listed(unit, resource, sorted({*ids}), properties(resource))
    return {record_id: title(resource, record) for record_id, record in found.items()}


def of_users(unit: Unit) -> Mapping[int, str]:
    """What each user of the unit's account is called, by id: by the name, else by the address."""
    return {user.id: user.name or user.email for user in identity.users(unit, unit.account_id)}


def of_owners(unit: Unit) -> str:
    """What the owners of the unit's account are called who can sign in, with commas between."""
    found = identity.users(unit, unit.account_id)
    return ", ".join(one.name or one.email for one in found if one.role == roles.OWNER and one.enabled)
