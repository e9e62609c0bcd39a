"""What the tests of every resource know of one: its routes, and bodies made from the sample of its declaration."""

from collections.abc import Iterator, Sequence

from closum.api.routes import table
from closum.model.choices import Choice
from closum.model.resource import Resource
from closum.resources import RESOURCES
from closum.resources.lead import LEAD
from tests.support.client import JSON, Client

ROUTES = {
    "list": ("GET", "/api/{name}", "{name}:read"),
    "create": ("POST", "/api/{name}", "{name}:create"),
    "retrieve": ("GET", "/api/{name}/{{id}}", "{name}:read"),
    "update": ("PUT", "/api/{name}/{{id}}", "{name}:write"),
    "delete": ("DELETE", "/api/{name}/{{id}}", "{name}:write"),
    "patch": ("PATCH", "/api/{name}/{{id}}", "{name}:write"),
}
"""Of each verb: method, path and permission."""


def routes(resource: Resource) -> Iterator[tuple[str, str, str]]:
    """Method, path and permission of each of the resource's verbs; the path of a singleton has no id."""
    for verb in resource.verbs:
        method, path, permission = ROUTES[verb]
        path, permission = path.format(name=resource.slug), permission.format(name=resource.name)
        yield method, path.removesuffix("/{id}") if resource.singleton else path, permission


def of_leads(entry_point: str) -> list[str]:
    """Commands of the terminal, in their order: of the verbs of every resource, and of those that leads alone have."""
    verbs = [route.verb for route in table(RESOURCES) if route.resource is LEAD]
    verbs += ["restore", "import", *(["undo"] if entry_point == "closum" else [])]
    return sorted({"retrieve": "get"}.get(verb, verb).replace("_", "-") for verb in verbs)


def change(resource: Resource, number: int = 2) -> JSON:
    """A body that changes the sample's record: the last of its texts that may be any, with a number before it. A singleton has
    its own."""
    if resource.singleton:
        return dict(resource.examples.change)
    chosen = {field.name for field in resource.fields if isinstance(field, Choice)}
    sample = resource.examples.sample.items()
    texts = [name for name, value in sample if isinstance(value, str) and name not in chosen]
    return {name: f"{number}{resource.examples.sample[name]}" for name in texts[-1:]}


def several(resource: Resource, count: int) -> Iterator[JSON]:
    """Bodies that create records which differ from each other, from the sample and from a changed one."""
    for number in range(200, 200 + count):
        yield {**resource.examples.sample, **change(resource, number)}


def by_need(resources: Sequence[Resource]) -> list[Resource]:
    """Those that can be created, each behind what it shows and belongs to."""
    return sorted((one for one in resources if "create" in one.verbs), key=lambda one: one.depth)


def first_id(resource: Resource) -> int:
    """The id of the first record that an account makes."""
    return resource.fixed.last_id + 1 if resource.fixed else 1


def given(resource: Resource) -> int:
    """How many records every account has."""
    return len(resource.fixed.values) if resource.fixed else 0


def prepare(api: Client, resource: Resource) -> None:
    """What the sample's record belongs to and names: of each a first record, made of its own sample."""
    named = [use.resource for use in resource.uses if use.name in resource.examples.sample]
    for other in (*(parent.resource for parent in resource.parents), *named):
        if not api.data("GET", f"/api/{other.slug}"):
            new_sample(api, other)


def new_sample(api: Client, resource: Resource) -> int:
    """The id of a new record of the sample."""
    prepare(api, resource)
    return api.new(resource.name, dict(resource.examples.sample))


def alone(resource: Resource) -> JSON:
    """The sample without the records that it links to."""
    nested = {nested.name for nested in resource.nested}
    return {name: value for name, value in resource.examples.sample.items() if name not in nested}
