"""The rows of a resource: its five verbs, and what a verb of one resource alone needs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from closum.api import handlers, responses, schemas
from closum.errors import Changed, Error, Invalid, NotAuthor, NotFound
from closum.http.route import NOTHING, RECORD, Handler, Operation, Route, Sample, Success
from closum.model import body_fields, matching, query
from closum.model.fields import Document, Field
from closum.model.resource import Resource
from closum.operations.edit import shown_by, used_by


class Verb(NamedTuple):
    """What is the same for every resource of a verb. `does` has the words of its heading and of what it does."""

    method: str
    of_record: bool
    right: str
    handler: Handler
    success: Callable[[Resource], Success]
    does: Callable[[Resource], tuple[str, str]]
    query: Callable[[Resource], tuple[str, ...]] = lambda resource: ()
    also: Callable[[Resource], tuple[Success, ...]] = lambda resource: ()
    body: str = ""
    sample: Callable[[Resource], Sample] = lambda resource: Sample()


VERBS: dict[str, Verb] = {
    "list": Verb(
        "GET",
        False,
        "read",
        handlers.list_,
        responses.page,
        lambda one: (f"List All {one.titles}", f"retrieves all {one.titles.lower()} {_whose(one)}"),
        query=query.parameters,
    ),
    "create": Verb(
        "POST",
        False,
        "create",
        handlers.create,
        responses.created,
        lambda one: (f"Create a New {one.title}", f"allows you to add a new {one.title} to your account"),
        query=lambda one: matching.PARAMETERS if one.nested else (),
        also=responses.matched,
        body="Create",
        sample=lambda one: Sample(one.examples.sample, 201),
    ),
    "retrieve": Verb(
        "GET",
        True,
        "read",
        handlers.retrieve,
        responses.record,
        lambda one: (f"Retrieve {_one(one)}", f"retrieves {_specific(one)}"),
        query=query.of_record,
    ),
    "update": Verb(
        "PUT",
        True,
        "write",
        handlers.update,
        responses.updated,
        lambda one: (f"Update {_one(one)}", f"updates {_specific(one)}"),
        body="Update",
        sample=lambda one: Sample(one.examples.change),
    ),
    "patch": Verb(
        "PATCH",
        True,
        "write",
        handlers.patch,
        responses.updated,
        lambda one: (f"Change Parts of {_one(one)}", f"changes parts of {_specific(one)}"),
        body="Update",
        sample=lambda one: Sample(one.examples.patch),
    ),
    "delete": Verb(
        "DELETE",
        True,
        "write",
        handlers.delete,
        responses.deleted,
        lambda one: (f"Delete {_one(one)}", f"deletes {_specific(one)}"),
    ),
}


def resource_routes(resource: Resource, own: Mapping[str, Handler] | None = None) -> list[Route]:
    """The rows of the verbs that the resource has; `own` are handlers of its own, by verb."""
    handlers = own or {}
    return [_route(resource, name, VERBS[name], handlers.get(name)) for name in resource.verbs]


def _route(resource: Resource, name: str, verb: Verb, own: Handler | None) -> Route:
    path = f"/api/{resource.slug}{'/{id}' if verb.of_record and not resource.singleton else ''}"
    needs, sample = f"{resource.name}:{verb.right}", verb.sample(resource)
    if resource.fixed and verb.of_record:
        sample = replace(sample, id=resource.fixed.last_id + 1)
    return Route(verb.method, path, own or verb.handler, needs, _operation(resource, name, verb), sample)


def _operation(resource: Resource, name: str, verb: Verb) -> Operation:
    summary, does = verb.does(resource)
    notes = "".join(f" {note}" for note in _notes(resource, name, verb))
    return Operation(
        name,
        name + schemas.camel_case(resource.plural if name == "list" else resource.name),
        resource.titles,
        summary,
        f"{does}.{notes}",
        verb.success(resource),
        resource,
        verb.query(resource),
        schemas.ref(f"{schemas.name(resource)}{verb.body}") if verb.body else None,
        also=verb.also(resource),
        errors=_errors(resource, name),
        conditional=name in ("update", "patch", "delete"),
        result=NOTHING if name == "delete" else RECORD,
    )


def _errors(resource: Resource, name: str) -> tuple[type[Error], ...]:
    if name == "delete" and (shown_by(resource) or used_by(resource) or resource.fixed):
        return (Invalid,)
    if name in ("update", "patch") and resource.author:
        return (NotAuthor,)
    return (NotFound, Changed) if name == "create" and resource.nested else ()


def operation(
    resource: Resource,
    name: str,
    summary: str,
    does: str,
    success: Success,
    *,
    fields: Sequence[Field] = (),
    query: tuple[str, ...] = (),
    result: str = RECORD,
    conditional: bool = False,
) -> Operation:
    """The operation of a verb that this resource alone has; `fields` are the properties of the body that it takes.

    `does` continues "This endpoint": "moves a lead to another city."

    Raises ValueError for the name of a verb that every resource may have.
    """
    if name in VERBS:
        raise ValueError(f"{name} is a verb of every resource: add it to the verbs of {resource.name}")
    return Operation(
        name,
        schemas.camel_case(name)[:1].lower()
        + schemas.camel_case(name)[1:]
        + schemas.camel_case(resource.name),
        resource.titles,
        summary,
        does,
        success,
        resource,
        query,
        body_fields.schema(tuple(fields)) if fields else None,
        tuple(fields),
        conditional=conditional,
        result=result,
    )


def _whose(resource: Resource) -> str:
    return "that all accounts share" if resource.shared else "associated with your account"


def _one(resource: Resource) -> str:
    if resource.singleton:
        return f"Your {resource.title}"
    return f"{'an' if resource.name[0] in 'aeiou' else 'a'} {resource.title}"


def _specific(resource: Resource) -> str:
    return f"your {resource.title}" if resource.singleton else f"a specific {resource.title}"


def _notes(resource: Resource, name: str, verb: Verb) -> Iterator[str]:
    """What is worth knowing of the call beside what it does."""
    if name == "list":
        search = " and `q`" if resource.terms else ""
        names = _listed((*query.PARAMETERS, *query.WINDOW, *query.changes(resource)))
        yield f"It takes the parameters {names}, `filter`{search}, and the names of the properties"
        yield "that records can be filtered by; others are refused. [Find](#tag/Find) says how to filter."
    if name == "create" and resource.at_least_one:
        yield f"At least one of {_listed(resource.at_least_one)} is needed."
    if name == "patch" and any(isinstance(field, Document) for field in resource.writable):
        yield "An object in `custom_data` is merged into the present one, and `null` in it removes a key: [Writes](#tag/Writes)."
    if name == "update":
        yield f"A property that is left out stays as it is{_cleared(resource)}."
    if name == "delete":
        yield f"It goes into the [bin](#tag/Bin), from where it can be restored{_with(resource)}."
        yield from (
            f"One that {one.several} show is refused (`_isShown`): the message names them."
            for one, _ in shown_by(resource)
        )
        yield from (
            f"One that {one.several} have{', or had,' if use.stays else ''} is refused (`_isUsed`): the message names them."
            for one, use in used_by(resource)
        )
    if resource.fixed and name in ("update", "patch", "delete"):
        yield f"Those that every account has, with the ids 1 to {len(resource.fixed.values)}, stay as they are (`_isFixed`)."
    if verb.body and resource.unique:
        field = resource.unique.field
        yield _unique(resource, name, field)
    if verb.body and resource.nested:
        names = " and ".join(f"`{nested.name}`" for nested in resource.nested)
        yield f"[Nested Objects](#tag/{resource.anchor}/Nested-Objects) says what {names} do in the body."


def _unique(resource: Resource, name: str, field: str) -> str:
    assert resource.unique
    if resource.unique.repeated and name == "create":
        return "The same one again is no fault: the answer is 200, with the id of the present record."
    if resource.unique.repeated:
        return "No two are the same: what would make them so is refused (`_isUnique`)."
    return f"No two {resource.several} of your account have the same `{field}`: one that is in use is refused (`_isUnique`)."


def _with(resource: Resource) -> str:
    names = [nested.resource.name for nested in resource.nested]
    return f"; the records of its {' and '.join(names)} stay" if names else ""


def _cleared(resource: Resource) -> str:
    optional = [field.name for field in resource.writable if not field.required]
    if not optional:
        return ""
    some = _listed(optional) if resource.singleton else "it"
    return f"; `null` clears {some}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
