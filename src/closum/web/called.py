"""What a page calls records in its language: by their own, else by what they refer to, which is read for all of them at once."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, TypeVar

from closum import resources
from closum.model.resource import Resource
from closum.resources.assignment_rule import ASSIGNMENT_RULE
from closum.store import rows
from closum.store.unit import Unit
from closum.web import rule, titles
from closum.web.named import USER, Key, Named, wanted
from closum.web.words import Words

K = TypeVar("K", bound=Hashable)


def of_records(unit: Unit, resource: Resource, ids: Iterable[int], words: Words) -> dict[int, str]:
    """What those of the records are called that there are, by id; "" where one has nothing that it could be called by."""
    fields = ("id", *titles.properties(resource))
    return of(unit, resource, rows.listed(unit, resource, sorted({*ids}), fields), words)


def of(unit: Unit, resource: Resource, records: Mapping[K, Mapping[str, Any]], words: Words) -> dict[K, str]:
    """Likewise of records that were read, as they are stored, or as a list shows them."""
    named = referred(unit, resource, records.values(), words)
    return {key: title(resource, one, named, words) for key, one in records.items()}


def options(resource: Resource, found: Mapping[int, str], words: Words) -> dict[int, str]:
    """What records that one chooses from are called by their titles; those of an account that have one name by their number too."""
    called = {one: words.called(resource.name, one, title) for one, title in found.items()}
    often = {} if resource.shared else Counter(called.values())
    return {
        one: f"{title} ({words.id} {one})" if often.get(title, 0) > 1 else title
        for one, title in called.items()
    }


def referred(unit: Unit, resource: Resource, records: Iterable[Mapping[str, Any]], words: Words) -> Named:
    """What those are called that the titles of the records name."""
    if not titles.names_others(resource):
        return {}
    return named(unit, (key for one in records for key in wanted(resource, one)), words)


def title(resource: Resource, record: Mapping[str, Any], named: Named, words: Words) -> str:
    """What one record is called, where those are `named` that its title names."""
    if resource is ASSIGNMENT_RULE:
        return rule.called(record, named, words)
    if titles.names_others(resource):
        keys = [(one.resource.name, record[one.name]) for one in resource.references]
        return ", ".join(found for key in keys if (found := named.get(key)))
    own = titles.title(resource, record)
    return words.called(resource.name, record["id"], own) if own else ""


def named(unit: Unit, keys: Iterable[Key], words: Words) -> Named:
    """What records and all users are called that are named by others."""
    ids = defaultdict[str, set[int]](set)
    for name, record_id in keys:
        ids[name].add(record_id)
    ids.pop(USER, None)
    found = {(USER, one): name for one, name in titles.of_users(unit).items()}
    for name, some in ids.items():
        read = of_records(unit, resources.RESOURCES.of_name(name), some, words)
        found |= {(name, one): text for one, text in read.items()}
    return found
