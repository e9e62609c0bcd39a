"""Which properties of a record an answer shows: `fields=id,name,email.email` and `fields=*,city.city_name`.

A name is a property of the record, one of a record that it shows, as `email.status`, or one of a record that it refers to,
as `city.city_name` of the city with the id in `city_id`. `*` is what is shown otherwise, `email.*` all of the address.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from closum.errors import Malformed
from closum.model.relations import Reference
from closum.model.resource import Resource

MOST_CHARACTERS = 2_000
MAX_SHOWN = 64
EVERYTHING = "*"


class Foreign(NamedTuple):
    """A column of another record, the one whose id is in the column `link`."""

    resource: Resource
    link: str
    column: str


Column = str | Foreign


def parse(resource: Resource, text: str) -> tuple[str, ...]:
    """The names that are asked for, each once, in their order; `*` stays as it is. Raises Malformed."""
    if len(text) > MOST_CHARACTERS:
        raise Malformed(f"'fields' is too long: at most {MOST_CHARACTERS} characters")
    asked = [name.strip() for name in text.split(",")]
    found = [one for name in asked for one in _named(resource, name)]
    return tuple(dict.fromkeys(found))


def _named(resource: Resource, name: str) -> Iterable[str]:
    fields = fields_of(resource)
    group, dot, key = name.rpartition(".")
    if group in fields and dot and key == EVERYTHING:
        return (f"{group}.{one}" for one in fields[group])
    if name == EVERYTHING or name in known(resource):
        return (name,)
    shown = name if len(name) <= MAX_SHOWN else f"{name[:MAX_SHOWN]}…"
    raise Malformed(f"Unknown property '{shown}' in 'fields': there are *, {', '.join(known(resource))}")


@lru_cache
def known(resource: Resource) -> tuple[str, ...]:
    """Every name that may be asked for: of the record, of others as wholes, and of their properties."""
    fields = fields_of(resource)
    parts = (f"{name}.{key}" for name, keys in fields.items() if name for key in keys)
    return (*fields[""], *filter(None, fields), *parts)


@lru_cache
def fields_of(resource: Resource) -> Mapping[str, Mapping[str, Column]]:
    """What can be shown: by the name of a record, "" for that of the resource itself, its properties and their columns."""
    names: dict[str, Mapping[str, Column]] = {"": {key: key for key in ("id", *_plain(resource))}}
    for nested in resource.nested:
        columns: dict[str, Column] = {"id": nested.link}
        for key in _plain(nested.resource):
            kept = f"{nested.name}_{key}"
            columns[key] = kept if key in nested.copies else Foreign(nested.resource, nested.link, key)
        names[nested.name] = columns
    for field in resource.fields:
        if isinstance(field, Reference):
            keys = ("id", *_plain(field.resource))
            names[field.resource.name] = {key: Foreign(field.resource, field.name, key) for key in keys}
    return names


def _plain(resource: Resource) -> Iterator[str]:
    yield from (field.name for field in resource.fields)


def shape(resource: Resource, asked: tuple[str, ...], usual: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """The columns of what is asked for, in its order, by name; of another record a mapping of its own.

    `usual` has by name what is shown without being asked for: of another record its keys, else nothing.
    """
    fields, found = fields_of(resource), dict[str, Any]()
    for name in asked:
        for one in usual if name == EVERYTHING else (name,):
            group, _, key = one.rpartition(".")
            if group:
                found.setdefault(group, {})[key] = fields[group][key]
            elif one in fields:
                keys = usual.get(one) or tuple(fields[one])
                found.setdefault(one, {}).update({each: fields[one][each] for each in keys})
            else:
                found[one] = fields[""][one]
    return found


def later(resource: Resource, fields: tuple[str, ...], keys: tuple[str, ...]) -> tuple[str, ...]:
    """The names that are shown where answers follow the later revisions of the published API.

    `fields` are what is asked for, as `parse` gives it, and `keys` what the first revision shows without being asked.
    """
    others = resource.listing.later
    if not others:
        return fields
    usual = tuple(others.get(key, key) for key in keys)
    asked = (one for name in fields or (EVERYTHING,) for one in (usual if name == EVERYTHING else (name,)))
    return tuple(dict.fromkeys(asked))


def links(resource: Resource) -> Mapping[str, str]:
    """By the name of another record the column that says whether there is one."""
    shown = {nested.name: nested.link for nested in resource.nested}
    return shown | {
        field.resource.name: field.name for field in resource.fields if isinstance(field, Reference)
    }
