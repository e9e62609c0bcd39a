"""The command line's table of resources, made from the declarations, and what `closum` says of them before it is loaded."""

from collections.abc import Mapping, Sequence

from closum.http.route import Route
from closum.model import projection, query
from closum.model.body_fields import Array, Object
from closum.model.fields import Document, Field, Flag, Integer, Text, Timestamp
from closum.model.moments import Moment
from closum.model.property import properties
from closum.model.relations import Nested, Parent, Reference
from closum.model.resource import Resource
from closum.model.user_fields import Users
from closum.resources import DECLARED
from closum_client.cli import body as bodies
from closum_client.cli.commands import IMPORTED
from tools.clients import tidy
from tools.clients.methods import Method, methods
from tools.clients.words import plain, rows, several

FOLDER = "clients/python/src/closum_client/resources"
HELPS = "src/closum/cli/resources.py"

NOTE = "# Made by `make generate` from src/closum/resources: change it there.\n\n"
HELPS_HEAD = (
    '"""A line of help for each resource of the client: to list them loads neither the client nor the declarations."""\n\n'
    f"{NOTE}"
)
CLASSES = ("Filter", "Nested", "Resource", "Property", "Reference")
"""Of the client's `_resource`."""

TYPES: tuple[tuple[type[Field], str], ...] = (
    (Flag, "boolean"),
    (Integer, "integer"),
    (Document, "json"),
    (Timestamp, "date-time"),
    (Object, "object"),
    (Array, "array"),
    (Users, "array"),
    (Text, "string"),
)


def files(resources: Sequence[Resource] = DECLARED, routes: Sequence[Route] | None = None) -> dict[str, str]:
    """Text of each file by its path from the root of the repository; without `routes` of the product's own.

    Raises ValueError for names that it can't have.
    """
    table = rows(resources, routes)
    own = {one.name: methods(one, table) for one in resources}
    helps = {one.slug: _summary(one, own[one.name]) for one in resources}
    made = {f"{FOLDER}/{one.name}.py": _module(one, own[one.name]) for one in resources}
    made |= {f"{FOLDER}/__init__.py": _index(resources), HELPS: f"{HELPS_HEAD}SUMMARIES = {helps!r}\n"}
    return tidy.python(made)


def _index(resources: Sequence[Resource]) -> str:
    imports = [f"from closum_client._resource import {', '.join(CLASSES)}\n"]
    imports += [f"from closum_client.resources import {', '.join(one.name for one in resources)}\n"]
    exported = ", ".join(map(repr, ("RESOURCES", *CLASSES)))
    table = "".join(f"{one.name}.RESOURCE," for one in resources)
    about = '"""The resources of the API, and what a terminal has to know of each."""\n\n'
    return f"{about}{NOTE}{''.join(imports)}\n__all__ = [{exported}]\n\nRESOURCES: tuple[Resource, ...] = ({table})\n"


def _module(resource: Resource, own: Sequence[Method]) -> str:
    about = f'"""What a terminal has to know of {several(resource)}."""\n\n'
    imports = f"from closum_client._resource import Action, {', '.join(CLASSES)}\n\n"
    return f"{about}{NOTE}{imports}RESOURCE = {_table(resource, own)}\n"


def _summary(resource: Resource, own: Sequence[Method]) -> str:
    words = {"retrieve": "show", "update": "set"} if resource.singleton else {"retrieve": "get"}
    verbs = [words.get(verb, verb) for verb in resource.verbs]
    verbs += ["restore"] if "delete" in resource.verbs else []
    verbs += IMPORTED.get(resource.name, ())
    verbs += [one.name.replace("_", "-") for one in own]
    return f"{resource.titles}: {', '.join(verbs)}."


def _table(resource: Resource, own: Sequence[Method]) -> str:
    values = {
        "name": resource.one,
        "plural": resource.several,
        "verbs": resource.verbs,
        "columns": resource.listing.listed,
        "least": _least(resource),
        "times": tuple(field.name for field in resource.fields if isinstance(field, Timestamp)),
        "sorts": query.sorts(resource),
        "default_sort": resource.listing.default_sort,
        "singleton": resource.singleton,
    }
    parts = (
        f"properties={_properties(resource)}, nested={_nested(resource)}, references={_references(resource)}"
    )
    actions = f", actions=({''.join(f'{_action(one)},' for one in own)})" if own else ""
    return f"Resource({_arguments(values)}, {parts}{actions}{_asked(resource)})"


def _asked(resource: Resource) -> str:
    """What its lists can be asked for; nothing of one that has no list."""
    if "list" not in resource.verbs:
        return ""
    found = properties(resource).items()
    filters = "".join(f"Filter({name!r}, {one.operators!r})," for name, one in found)
    searched = ", searched=True" if resource.terms else ""
    changes = ", has_changes=True" if query.changes(resource) else ""
    return f", filters=({filters}), fields={projection.known(resource)!r}{searched}{changes}"


def _action(own: Method) -> str:
    values = {"name": own.name, "method": own.method, "tail": own.tail, "description": plain(own.about)}
    more = {"params": own.query, "result": own.result} | ({"conditional": True} if own.conditional else {})
    properties = f"({''.join(f'{_property(field)},' for field in own.fields)})"
    return f"Action({_arguments(values)}, properties={properties}, {_arguments(more)})"


def _least(resource: Resource) -> tuple[str, ...]:
    kinds = (Document, Timestamp, Integer)
    named = (
        field.name
        for kind in kinds
        for field in resource.fields
        if isinstance(field, kind) and field.name in resource.listing.listed
    )
    looked_at = {field.name for field in resource.fields if isinstance(field, Moment)}
    return tuple(sorted(named, key=looked_at.__contains__))


def _nested(resource: Resource) -> str:
    return f"({''.join(f'{_one_nested(one)},' for one in resource.nested)})"


def _one_nested(nested: Nested) -> str:
    values = {"name": nested.name, "resource": nested.resource.one, "key": nested.key, "shows": nested.shows}
    description = plain(nested.description)
    return f"Nested({_arguments(values)}, properties={_properties(nested.resource)}, description={description!r})"


def _references(resource: Resource) -> str:
    others = ((one.name, one.resource) for one in resource.fields if isinstance(one, Reference | Parent))
    found = [(name, other.one, label) for name, other in others if (label := _label(other))]
    return f"({''.join(f'Reference({name!r}, {other!r}, {label!r}),' for name, other, label in found)})"


def _label(resource: Resource) -> str | None:
    """What people know a record by: the first of its texts in a list; None where it has none."""
    texts = (field.name for field in resource.fields if isinstance(field, Text))
    return next((name for name in texts if name in resource.listing.listed), None)


def _properties(resource: Resource) -> str:
    taken = resource.taken if {"create", "update"} & set(resource.verbs) else ()
    return f"({''.join(f'{_property(field)},' for field in taken)})"


def _property(field: Field) -> str:
    kind = next((name for one, name in TYPES if isinstance(field, one)), "string")
    if isinstance(field, Moment) and field.takes_now:
        kind = bodies.MOMENT
    return f"Property({field.name!r}, {kind!r}, {field.needed!r}, {plain(field.description)!r})"


def _arguments(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in values.items())
