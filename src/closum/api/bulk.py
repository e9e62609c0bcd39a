"""PATCH and DELETE /api/lead?filter=…: many records at once, after a dry run that counts them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from closum.api import operations_shown, responses, schemas
from closum.api.operations import accepted
from closum.api.verbs import operation
from closum.errors import CountChanged, CountRequired, Faults, Invalid, Malformed, WorkRunning
from closum.http.answer import Answer, success
from closum.http.request import Request
from closum.http.route import DATA, Operation, Route, Sample, Success
from closum.model import body_fields, draft, ignored, since
from closum.model.body_fields import Object
from closum.model.fields import Field, Flag, Schema, Text
from closum.model.ignored import Path
from closum.model.resource import Resource
from closum.operations import bulk, guarded
from closum.operations.bulk import MOST, SAMPLE, Asked, Changed
from closum.store.background import Job

TAG = "Writes"
"""The section of the calls that write many records."""

HEADER = b"if-count"
PARAMETERS = ("filter", "q", since.NAME)

_OWN = (
    Flag("dry_run", description="`true`: count the records, and change nothing", example=True),
    Text("if_count", description="What the dry run gave, where it is not in the header `If-Count`"),
)
_FILTER = {"filter": "id<100"}
_NAMES = {one.name for one in _OWN}


async def patch(request: Request) -> Answer:
    body, resource = await request.body(), request.resource
    values = {name: value for name, value in body.items() if name not in _NAMES}
    new = draft.parse_patch(resource, values)
    own, faults = _own(body)
    if faults := new.faults | faults:
        raise Invalid(faults)
    if not (new.values or new.nested or new.patches or new.sent):
        raise Malformed(f"The body changes nothing: give one of {', '.join(resource.body_names)}")
    return await _answer(request, values, own, ignored.paths(resource, values))


async def delete(request: Request) -> Answer:
    body = await request.optional_body()
    body_fields.check_names(_OWN, body)
    own, faults = _own(body)
    if faults:
        raise Invalid(faults)
    return await _answer(request, None, own, ())


def _own(body: Mapping[str, Any]) -> tuple[Mapping[str, Any], Faults]:
    read = body_fields.draft(_OWN, {name: body[name] for name in _NAMES & body.keys()})
    return read.values, read.faults


async def _answer(
    request: Request, body: dict[str, Any] | None, own: Mapping[str, Any], ignored: Sequence[Path]
) -> Answer:
    asked = Asked(request.resource, request.query, request.pairs, body)
    if not asked.query.where and not asked.query.words:
        raise Malformed("This call needs 'filter', 'q' or 'changed_since'; 'filter=id>0' means all records")
    of = (request.account_id, "patch" if body else "delete", *asked.query.of(request.resource))
    owner, counts = request.account_id, request.services.counts
    found = await request.db.read(bulk.count, asked, long=True, one_moment=True, account_id=owner)
    if own.get("dry_run"):
        shown = {"count": found.total, "sample": found.sample, "if_count": counts.write(of, found.total)}
        return success(shown, ignored=ignored)
    token = (request.headers.get(HEADER) or b"").decode("latin-1") or own.get("if_count")
    if not token:
        raise CountRequired
    if counts.read(of, token) != found.total:
        raise CountChanged
    write = (guarded.do, request.caller, bulk.write, asked, found.total)
    return await request.write(*write, answer=partial(_shown, request), ignored=ignored)


def _shown(request: Request, done: Changed | Job, ignored: Sequence[Path]) -> Answer:
    if isinstance(done, Job):
        return accepted(request, done, ignored)
    shown = {"count": done.total, "changed": done.changed, "refused": done.refused}
    return success(shown, operation=done.operation, ignored=ignored)


def routes(resource: Resource) -> list[Route]:
    """The rows of the calls whose verb the resource has for one record."""
    needs, path = f"{resource.name}:write", f"/api/{resource.slug}"
    found = []
    if "patch" in resource.verbs:
        sample = Sample(_sample(resource), query=_FILTER)
        found.append(Route("PATCH", path, patch, needs, _patching(resource), sample))
    if "delete" in resource.verbs:
        sample = Sample({"dry_run": True}, query=_FILTER)
        found.append(Route("DELETE", path, delete, needs, _deleting(resource), sample))
    return found


_HOW = (
    f"{{plural}} that filters find, at most {MOST:,} at once and more in the background, where the answer names the job. Begin with a dry run: its answer"
    " has `count`, a `sample`, and `if_count`, which you send in the header `If-Count` of the call itself. The server refuses the call"
    " without it (428), and when another number of records fits by now (412), so a forgotten filter changes nothing. The call is one"
    " operation, which you can undo. It takes the parameters `filter`, `q`, `changed_since`; a property goes into a filter:"
    " `filter=city_id=213`. [Writes](#tag/Writes) shows both calls."
)


def _patching(resource: Resource) -> Operation:
    does = f"changes all {_HOW.format(plural=resource.several)} The body has the properties to change, as in the `PATCH` of one record."
    fields = (*_values(resource), *_OWN)
    return _operation(resource, "patch_many", f"Change Many {resource.titles}", does, fields)


def _deleting(resource: Resource) -> Operation:
    does = f"deletes all {_HOW.format(plural=resource.several)} The records go into the bin."
    return _operation(resource, "delete_many", f"Delete Many {resource.titles}", does, _OWN)


def _operation(
    resource: Resource, name: str, summary: str, does: str, fields: tuple[Field, ...]
) -> Operation:
    found = operation(
        resource, name, summary, does, _success(resource), fields=fields, query=PARAMETERS, result=DATA
    )
    more: dict[str, Any] = {"body": schemas.ref(_changes(resource))} if name == "patch_many" else {}
    return replace(
        found,
        tag=TAG,
        errors=(WorkRunning, CountRequired, CountChanged),
        also=(operations_shown.ACCEPTED,),
        counted=True,
        **more,
    )


def schemas_of(resources: Iterable[Resource]) -> dict[str, Schema]:
    """The bodies of changes of many."""
    own = body_fields.schema(_OWN)["properties"]
    return {
        _changes(one): body | {"properties": body["properties"] | own}
        for one in resources
        if one.nested and "patch" in one.verbs and (body := schemas.body(one))
    }


def _changes(resource: Resource) -> str:
    return f"{schemas.name(resource)}UpdateMany"


def _values(resource: Resource) -> tuple[Field, ...]:
    """The properties of a change, those of nested records among them."""
    nested = (
        Object(
            one.name,
            fields=tuple(replace(field, required=False) for field in one.resource.writable),
            description=one.description,
        )
        for one in resource.nested
    )
    return (*resource.taken, *nested)


def _sample(resource: Resource) -> dict[str, Any]:
    return {**resource.examples.patch, "dry_run": True}


def _success(resource: Resource) -> Success:
    count = {"type": "integer", "minimum": 0, "description": "How many records fit the filters"}
    sample = {
        "type": "array",
        "items": schemas.ref(schemas.name_in_list(resource)),
        "description": f"Of a dry run: the first records, at most {SAMPLE}",
    }
    found = {
        "type": "object",
        "required": ["count"],
        "properties": {
            "count": count,
            "sample": sample,
            "if_count": {
                "type": "string",
                "description": "Of a dry run: what the call itself sends in `If-Count`",
            },
            "changed": {
                "type": "integer",
                "minimum": 0,
                "description": "How many records the call has changed",
            },
            "refused": {
                "type": "array",
                "items": _REFUSED,
                "description": "The records that the server could not change, and why",
            },
        },
        "description": "What was found, and done",
    }
    shown = [schemas.example(resource, in_list=True)]
    example = {"count": 1, "sample": shown, "if_count": "1-0123456789abcdef0123456789abcdef"}
    return responses.data("What was found, and done", found, example, headers=responses.OF_WRITE)


_REFUSED = schemas.object_of(
    {
        "id": {"type": "integer", "minimum": 1, "description": "The id of the record"},
        "message": {"type": "string", "description": "Why it stays as it is"},
        "errors": {
            "type": ["object", "null"],
            "description": "The faults by property, `null` where there are none",
        },
    },
    description="A record that could not be changed",
)
