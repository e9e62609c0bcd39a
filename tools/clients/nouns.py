"""The command line's table of nouns, made from the declarations, and what `closum` says of them before it is loaded."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from closum.model.fields import Document, Field, Flag, Integer, Text, Timestamp
from closum.model.resource import Nested, Reference, Resource
from closum.resources import DECLARED
from tools.clients.words import check, plain

ROOT = Path(__file__).parents[2]
FILE = "clients/python/src/closum_client/nouns.py"
HELPS = "src/closum/cli/nouns.py"

HELPS_HEAD = '''"""A line of help for each noun of the client: to list them loads neither the client nor the declarations."""

# Made by `make generate` from src/closum/resources: change it there.

'''

HEAD = '''"""The nouns of the API, and what the client has to know of each."""

# Made by `make generate` from src/closum/resources: change it there.

from typing import NamedTuple


class Property(NamedTuple):
    """What a body may set. `type` is "string", "integer", "boolean" (1 or 0), "json" or "date-time"."""

    name: str
    type: str
    required: bool
    description: str


class Nested(NamedTuple):
    """A record of another resource that one shows; `key` is the property that makes it one, `shows` those in a list."""

    name: str
    noun: str
    key: str
    shows: tuple[str, ...]
    properties: tuple[Property, ...]
    description: str


class Reference(NamedTuple):
    """A property with the id of a record of another resource, which people know by its `label`."""

    name: str
    noun: str
    label: str


class Noun(NamedTuple):
    """`columns` are the properties of a record in a list, of which a narrow terminal leaves out the `least` first;
    `times` are those that are timestamps; `sorts` is what a list may be sorted by. Of a `singleton` there is one, without
    an id.
    """

    name: str
    plural: str
    verbs: tuple[str, ...]
    columns: tuple[str, ...]
    least: tuple[str, ...]
    times: tuple[str, ...]
    sorts: tuple[str, ...]
    default_sort: str
    singleton: bool
    properties: tuple[Property, ...]
    nested: tuple[Nested, ...]
    references: tuple[Reference, ...]


'''

TYPES: tuple[tuple[type[Field], str], ...] = (
    (Flag, "boolean"),
    (Integer, "integer"),
    (Document, "json"),
    (Timestamp, "date-time"),
    (Text, "string"),
)


def files(resources: Sequence[Resource] = DECLARED) -> dict[str, str]:
    """Text of each file by its path from the root of the repository. Raises ValueError for names that it can't have."""
    check(resources)
    table = f"NOUNS: tuple[Noun, ...] = ({''.join(f'{_noun(one)},' for one in resources)})\n"
    helps = {one.name: _summary(one) for one in resources}
    return {FILE: _formatted(HEAD + table), HELPS: _formatted(f"{HELPS_HEAD}NOUNS = {helps!r}\n")}


def _summary(resource: Resource) -> str:
    words = {"retrieve": "show", "update": "set"} if resource.singleton else {"retrieve": "get"}
    verbs = (words.get(verb, verb) for verb in resource.verbs)
    return f"{resource.plural.capitalize()}: {', '.join(verbs)}."


def _formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", FILE, "-"]
    done = subprocess.run(command, cwd=ROOT, input=text, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout


def _noun(resource: Resource) -> str:
    values = {
        "name": resource.name,
        "plural": resource.plural,
        "verbs": resource.verbs,
        "columns": resource.listed,
        "least": _least(resource),
        "times": tuple(field.name for field in resource.fields if isinstance(field, Timestamp)),
        "sorts": tuple(resource.sorts),
        "default_sort": resource.default_sort,
        "singleton": resource.singleton,
    }
    parts = (
        f"properties={_properties(resource)}, nested={_nested(resource)}, references={_references(resource)}"
    )
    return f"Noun({_arguments(values)}, {parts})"


def _least(resource: Resource) -> tuple[str, ...]:
    kinds = (Document, Timestamp, Integer)
    return tuple(
        field.name
        for kind in kinds
        for field in resource.fields
        if isinstance(field, kind) and field.name in resource.listed
    )


def _nested(resource: Resource) -> str:
    return f"({''.join(f'{_one_nested(one)},' for one in resource.nested)})"


def _one_nested(nested: Nested) -> str:
    values = {"name": nested.name, "noun": nested.resource.name, "key": nested.key, "shows": nested.shows}
    description = plain(nested.description)
    return f"Nested({_arguments(values)}, properties={_properties(nested.resource)}, description={description!r})"


def _references(resource: Resource) -> str:
    found = ((field.name, field.resource) for field in resource.fields if isinstance(field, Reference))
    return f"({''.join(f'Reference({name!r}, {other.name!r}, {_label(other)!r}),' for name, other in found)})"


def _label(resource: Resource) -> str:
    """What people know a record by: the first of its texts in a list."""
    return next(
        field.name for field in resource.fields if isinstance(field, Text) and field.name in resource.listed
    )


def _properties(resource: Resource) -> str:
    writable = resource.writable if {"create", "update"} & set(resource.verbs) else ()
    return f"({''.join(f'{_property(field)},' for field in writable)})"


def _property(field: Field) -> str:
    kind = next((name for one, name in TYPES if isinstance(field, one)), "string")
    return f"Property({field.name!r}, {kind!r}, {field.needed!r}, {plain(field.description)!r})"


def _arguments(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in values.items())
