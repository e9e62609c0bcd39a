"""What the API has beside resources, as groups of methods of the clients: the bin, operations, background work.

A group is what is at one path. Its records are the schemas that its answers have a name for.
"""

from collections.abc import Iterator, Mapping, Sequence
from keyword import iskeyword
from typing import NamedTuple

from closum.api import openapi, revisions
from closum.http.called import Called, called
from closum.http.route import NOTHING, Operation, Route
from closum.model.fields import Field, Schema
from closum.model.resource import Resource
from tools.clients.methods import flags

MODULE = "_others"
"""The module of the records, whose name no resource can have; groups with many have one of their own."""

PREFIX = "#/components/schemas/"

TAKEN = ("id", "self")
"""Names that arguments have already."""

BY_HAND = {"import": {"upload": "file", "faults": "id, file", "wait": "id", "run": "file"}}
"""Methods, and what they take first, that are written by hand, in a class that the group's is made from: `Imported` and `AsyncImported` in Python, and the
module of that name in Ruby. They are what no other group has: a body that is a file, an answer that is one."""


class Call(NamedTuple):
    """`tail` is the rest of the path behind the group's. `record` is what it gives, or of a list each of them, by the name of
    its schema, "" where it gives nothing; `job` is that of the background work that it may begin instead.
    """

    name: str
    method: str
    tail: str
    about: str
    fields: tuple[Field, ...]
    query: tuple[str, ...]
    record: str
    job: str

    @property
    def is_list(self) -> bool:
        return self.name == "list"

    @property
    def asks(self) -> bool:
        """Whether it reads what has no id, and is no list."""
        return self.method == "GET" and "{id}" not in self.tail and not self.is_list


class Group(NamedTuple):
    """`plural` is the attribute of a client; ids of one that is `named` are texts, such as "undo-1"."""

    name: str
    plural: str
    calls: tuple[Call, ...]
    named: bool
    schemas: Mapping[str, Schema]

    @property
    def class_name(self) -> str:
        return self.plural.capitalize()

    @property
    def is_work(self) -> bool:
        """Whether what it has goes on, and can be waited for."""
        return any("state" in properties(self.schemas[one.record]) for one in self.calls if one.record)

    @property
    def records(self) -> list[str]:
        """The names of the schemas of what its calls give."""
        found = (name for one in self.calls for name in (one.record, one.job) if name)
        return [*dict.fromkeys(found)]

    @property
    def by_hand(self) -> str:
        """The class that has its methods which are written by hand, "" where it has none."""
        return f"{self.name.capitalize()}ed" if self.name in BY_HAND else ""

    @property
    def module(self) -> str:
        """The name of its file: no word of Python."""
        return self.plural if iskeyword(self.name) else self.name

    @property
    def records_module(self) -> str:
        has_many = self.by_hand or all(one.asks for one in self.calls)
        return f"_{self.plural}" if has_many else MODULE

    @property
    def methods(self) -> list[str]:
        made = [*(one.name for one in self.calls), *(["wait"] if self.is_work else [])]
        return [*made, *BY_HAND.get(self.name, ())]


def groups(resources: Sequence[Resource], routes: Sequence[Route]) -> list[Group]:
    """Those of the route table, in its order. Raises ValueError for an argument that means something else."""
    schemas = openapi.schemas_of_several(resources)
    found: dict[tuple[str, str], list[Route]] = {}
    for route in routes:
        if one := called(route):
            found.setdefault((one.name, one.group), []).append(route)
    return [_group(name, plural, rows, schemas) for (name, plural), rows in found.items()]


def _group(name: str, plural: str, routes: Sequence[Route], schemas: Mapping[str, Schema]) -> Group:
    calls = tuple(_calls(routes))
    named = any(route.sample is not None and isinstance(route.sample.id, str) for route in routes)
    for one in calls:
        odd = [field.name for field in one.fields if field.name in TAKEN or _has_flags(field)]
        if (
            odd := [word for word in (one.name, *(field.name for field in one.fields)) if iskeyword(word)]
            + odd
        ):
            raise ValueError(f"{name}: {', '.join(odd)} of {one.name} cannot be a name")
    return Group(name, plural, calls, named, schemas)


def _has_flags(field: Field) -> bool:
    """Whether there are flags within it, which the clients would have to write as 1 and 0."""
    return any("." in path for path in flags(field, field.name))


def _calls(routes: Sequence[Route]) -> Iterator[Call]:
    for route in routes:
        one, operation = called(route), route.operation
        if one and operation:
            yield _call(route.method, one, operation)


def _call(method: str, one: Called, operation: Operation) -> Call:
    about = f"{operation.does[:1].upper()}{operation.does[1:]}"
    given = operation.success.schema["properties"]["data"]
    record = "" if operation.result == NOTHING else _referred(given.get("items", given))
    begun = (other.schema["properties"]["data"]["properties"]["job"] for other in operation.also)
    job = next(map(_referred, begun), "")
    taken = (about, operation.fields, operation.query, record, job)
    return Call(one.method, method, one.tail, *taken)


def _referred(schema: Schema) -> str:
    return str(schema["$ref"]).removeprefix(PREFIX)


def properties(schema: Schema) -> Mapping[str, Schema]:
    """Those of an object."""
    found: Mapping[str, Schema] = schema["properties"]
    return found


def reached(found: Sequence[Group]) -> dict[str, Schema]:
    """The schemas of all records of the groups, and of those within them."""
    made: dict[str, Schema] = {}
    for group in found:
        for name in group.records:
            made |= {one: group.schemas[one] for one in _within(name, group.schemas) if one not in made}
    return made


def _within(name: str, schemas: Mapping[str, Schema]) -> Iterator[str]:
    """The records of a schema before itself."""
    for one in properties(schemas[name]).values():
        if "$ref" in one.get("items", {}):
            yield from _within(_referred(one["items"]), schemas)
    yield name


def modules(found: Sequence[Group]) -> dict[str, list[Group]]:
    """By the module of their records the groups."""
    made: dict[str, list[Group]] = {MODULE: []}
    for group in found:
        made.setdefault(group.records_module, []).append(group)
    return made


def class_names(found: Sequence[Group]) -> frozenset[str]:
    """What no resource can be called."""
    methods = [one.class_name for one in found]
    return frozenset([*methods, *(f"Async{name}" for name in methods), *reached(found)])


class Value(NamedTuple):
    """A value of a record: `kind` is "integer", "number", "text", "time", "flag", "object", "user", "key", "texts", "values" (of any kind)
    or "records" (of the schema `of`), and it is `nullable`, or `optional`: null where an answer does not have it.
    """

    kind: str
    nullable: bool
    about: str
    of: str = ""
    optional: bool = False


def values_of(schema: Schema) -> dict[str, Value]:
    """The properties of an object."""
    found = {name: value_of(one) for name, one in properties(schema).items()}
    absent = found.keys() - schema["required"]
    return {name: _absent(one) if name in absent else one for name, one in found.items()}


def _absent(value: Value) -> Value:
    return value._replace(nullable=True, optional=True, about=value.about.replace("missing", "`null`"))


def value_of(schema: Schema) -> Value:
    """What a property is. Raises TypeError for what the clients have no type for."""
    about = str(schema.get("description", ""))
    if schema == revisions.USER:
        return Value("user", True, about)
    if schema == revisions.KEY:
        return Value("key", True, about)
    if "anyOf" in schema:
        return Value("object", True, about)
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    nullable = "null" in types
    match next(one for one in types if one != "null"):
        case "array" if "$ref" in schema["items"]:
            return Value("records", nullable, about, _referred(schema["items"]))
        case "array" if schema["items"] == {"type": "string"}:
            return Value("texts", nullable, about)
        case "array" if schema["items"].get("type", "object") == "object":
            return Value("values", nullable, about)
        case "string":
            return Value("time" if schema.get("format") == "date-time" else "text", nullable, about)
        case "integer" | "number" | "boolean" | "object" as kind:
            return Value({"boolean": "flag"}.get(kind, kind), nullable, about)
    raise TypeError(f"the clients have no type for {schema}")
