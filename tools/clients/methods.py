"""The verbs that one resource alone has, as methods of the clients: what is in the rows of the route table."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from closum.api.routes import table
from closum.api.verbs import VERBS
from closum.http.route import FILE, NOTHING, Operation, Route
from closum.model.body_fields import Array, Object
from closum.model.fields import Field, Flag
from closum.model.resource import Resource

QUERY = {
    "cursor": "str",
    "limit": "int",
    "page": "int",
    "sort": "str",
    "direction": "str",
    "since": "str",
    "before": "int",
    "filter": "str | Sequence[str]",
    "q": "str",
    "changed_since": "str",
    "by": "str",
    "from": "str | date",
    "to": "str | date",
    "owner_id": "int | str",
}
"""The type of each parameter of a query string."""


UPSERT = "upsert"
MATCH = "the property by which the server looks first whether the record is there: `id`, `email`, `phone` or `custom_data.<key>`"
ON_MATCH = "what it does with the record that it finds: `update` (the default), `fill_empty`, `skip`, `fail` or `create`"
"""Of the arguments of an upsert."""


OF_FILE = ("format", "fields", "sort", "direction", "changed_since", "filter", "q")
"""What a method takes that writes records to a file; it has properties among the filters."""


class Method(NamedTuple):
    """`method` is that of HTTP, and `tail` the rest of the path behind the resource's: "/{id}/merge".

    One that is `conditional` takes the ETag of the state that it is meant for.
    """

    name: str
    method: str
    tail: str
    about: str
    fields: tuple[Field, ...]
    query: tuple[str, ...]
    result: str
    conditional: bool

    @property
    def names(self) -> list[str]:
        """Its own, and those of its arguments."""
        return [self.name, *(field.name for field in self.fields)]

    @property
    def flags(self) -> list[str]:
        """The paths of properties that are 1 or 0, "keep.is_valid" of an object or of each in an array."""
        return [path for field in self.fields for path in flags(field, field.name)]

    @property
    def has_id(self) -> bool:
        return "{id}" in self.tail


def deletion(name: str) -> Method:
    """What every resource has whose records can be deleted."""
    about = f"Deletes a {name}: it goes into the bin, from where it can be restored."
    return Method("delete", "DELETE", "/{id}", about, (), (), NOTHING, True)


def verbs(resource: Resource) -> tuple[str, ...]:
    """The methods for the verbs that every resource may have; an upsert is a create that looks first."""
    upsert = [UPSERT] if resource.nested and "create" in resource.verbs else []
    found = [*resource.verbs]
    place = found.index("create") + 1 if upsert else 0
    return (*found[:place], *upsert, *found[place:])


def flags(field: Field, path: str) -> Iterator[str]:
    match field:
        case Flag():
            yield path
        case Array(of=inner):
            yield from flags(inner, path)
        case Object(fields=inner):
            for one in inner:
                yield from flags(one, f"{path}.{one.name}")


def shape(field: Field) -> list[str]:
    """The names in an object, or in each object of an array; none for another kind."""
    match field:
        case Array(of=inner):
            return shape(inner)
        case Object(fields=inner):
            return [one.name for one in inner]
    return []


def routes_of(resources: Sequence[Resource]) -> list[Route]:
    """The product's route table with these resources."""
    return table([one for one in resources if not one.singleton])


def methods(resource: Resource, routes: Sequence[Route]) -> list[Method]:
    """What the resource has beside the verbs that every resource may have, in the order of the table.

    The clients read JSON, and files of records: what answers otherwise has no method.
    """
    return [
        _method(route, route.operation, resource)
        for route in routes
        if route.operation
        and (route.is_json or route.operation.result == FILE)
        and route.resource is resource
        and route.verb not in VERBS
    ]


def properties(own: Method, resource: Resource) -> list[str]:
    """Which of its fields are the resource's own, as a create has them: those of nested records among them."""
    written, nested = resource.taken, {one.name for one in resource.nested}
    return [
        field.name
        for field in own.fields
        if any(field is one for one in written) or (isinstance(field, Object) and field.name in nested)
    ]


def _method(route: Route, operation: Operation, resource: Resource) -> Method:
    tail = route.path.removeprefix(f"/api/{resource.slug}")
    about = f"{operation.does[:1].upper()}{operation.does[1:]}"
    query = [name for name in operation.query if operation.result != FILE or name in OF_FILE]
    taken = (operation.fields, tuple(query), operation.result, operation.conditional)
    return Method(operation.name, route.method, tail, about, *taken)


def faults(resource: Resource, routes: Sequence[Route], taken: frozenset[str]) -> Iterator[str]:
    """Names of methods and arguments that cannot be: `taken` are those that an argument cannot have."""
    names = [one.name for one in methods(resource, routes)]
    for one in methods(resource, routes):
        if one.name in (*resource.verbs, *VERBS, UPSERT) or names.count(one.name) > 1:
            yield f"{resource.name}: {one.name} is there twice"
        for field in one.fields:
            if field.name in taken | {*one.query}:
                yield f"{resource.name}: {field.name} of {one.name} means something else"
