"""The answers of each call, as the OpenAPI document has them."""

import json
from typing import Any

from closum import errors
from closum.api import schemas
from closum.http import answer, ignored_header, prefer
from closum.http.answer import OPERATION
from closum.http.exported import DIGEST
from closum.http.route import JSON, Operation, Route, Success
from closum.http.written import APPLIED, REPLAYED
from closum.model import since
from closum.model.fields import Schema
from closum.model.query import FIRST_PAGE
from closum.model.resource import Resource
from closum.operations import upsert
from closum.store import version

OF_POST = (errors.StillRunning, errors.Invalid)
"""What a call with an `Idempotency-Key` may be answered."""

_ANY = (
    errors.Malformed,
    errors.BodyTooLarge,
    errors.RequestLineTooLong,
    errors.HeadersTooLarge,
    errors.Internal,
)
_BODY = (errors.UnsupportedMediaType, errors.Invalid)
_NAMED = (
    *_ANY,
    errors.SignInRefused,
    errors.TooManyAttempts,
    errors.Unavailable,
    *_BODY,
    errors.Unauthorized,
    errors.Forbidden,
    errors.NotAuthor,
    errors.NotFound,
    errors.StillRunning,
    errors.WorkRunning,
    errors.WorkEnded,
    errors.WrongPhase,
    errors.Gone,
    errors.Changed,
    errors.CountChanged,
    errors.CountRequired,
)

OF_WRITE = (ignored_header.NAME, OPERATION)
"""The headers of an answer to a write of records."""

_TAG = version.tag_of(1, "2018-01-01T10:00:00+00:00")

HEADERS: dict[str, Any] = {
    "X-Request-Id": {
        "required": True,
        "description": "What the server's log calls the request; a client may send its own",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
    },
    ignored_header.NAME: {
        "required": False,
        "description": "Which properties of the body had no effect, because they are unknown or read-only, such as `city, "
        "phone.is_valid`: percent-encoded, with commas between; absent if there are none. An `id` is never among them. "
        "What would be longer than 1 kB is cut and ends in `%E2%80%A6`",
        "schema": {"type": "string"},
        "example": "city, phone.is_valid",
    },
    OPERATION: {
        "required": False,
        "description": "The id of the operation that this write was; absent where nothing had to change",
        "schema": {"type": "integer", "minimum": 1},
        "example": 1,
    },
    REPLAYED: {
        "required": False,
        "description": "`true` if the server has carried out the call before, with the same `Idempotency-Key`, and this is the answer to that",
        "schema": {"type": "string", "enum": ["true"]},
    },
    APPLIED: {
        "required": False,
        "description": "The preference of `Prefer` that the answer follows. With `return=representation`, `data` is the record as "
        "`GET` shows it, and the answer has its `ETag`",
        "schema": {"type": "string", "enum": [prefer.MINIMAL, prefer.REPRESENTATION]},
        "example": prefer.REPRESENTATION,
    },
    "Location": {
        "required": True,
        "description": "Where to ask how far it is",
        "schema": {"type": "string"},
        "example": "/api/job/undo-1",
    },
    "ETag": {
        "required": True,
        "description": "Names this state of the record: another one after every change. An update that sends it in "
        "`If-Match` is refused (412) if the record has been changed since",
        "schema": {"type": "string"},
        "example": _TAG,
    },
    DIGEST: {
        "required": True,
        "description": "The SHA-256 of the whole file, also in an answer with a part of it. Source: RFC 9530",
        "schema": {"type": "string", "pattern": "^sha-256=:[A-Za-z0-9+/]{43}=:$"},
    },
    "Content-Disposition": {
        "required": True,
        "description": "The name under which a browser saves the file",
        "schema": {"type": "string"},
        "example": 'attachment; filename="leads-2018-01-01.csv"',
    },
    "Retry-After": {
        "required": True,
        "description": "In how many seconds to try again",
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {
        "required": True,
        "description": "How to authenticate",
        "schema": {"type": "string", "enum": ["Bearer"]},
    },
}

_EXAMPLES: dict[type[errors.Error], tuple[str, errors.Error]] = {
    errors.Malformed: ("/api/lead?limit=0", errors.Malformed("'limit' must be a whole number from 1 up")),
    errors.SignInRefused: ("/api/token", errors.SignInRefused()),
    errors.Forbidden: ("/api/lead", errors.Forbidden("lead:write")),
    errors.NotAuthor: ("/api/note/1", errors.NotAuthor()),
    errors.NotFound: ("/api/lead/1", errors.NotFound()),
    errors.WorkRunning: ("/api/lead?filter=city_id=40", errors.WorkRunning("bulk-1")),
    errors.WorkEnded: ("/api/job/undo-1/stop", errors.WorkEnded()),
    errors.Gone: ("/api/change?since=AAAAAAAAAAGyq7WFDaEKLA", errors.Gone()),
    errors.Changed: ("/api/lead/1", errors.Changed()),
    errors.Invalid: ("/api/lead", errors.Invalid({"phone": {"extension": errors.fault("_required")}})),
    errors.TooManyAttempts: ("/api/token", errors.TooManyAttempts("passwords for this e-mail address", 840)),
}


_UNCHANGED: dict[str, Any] = {
    "description": "The record is in the state that If-None-Match names; there is no body",
    "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-Id", "ETag")},
}


def components() -> dict[str, Any]:
    """Every failure by its name."""
    return {kind.__name__: _failure(kind) for kind in _NAMED}


def of_route(route: Route, operation: Operation) -> dict[str, Any]:
    """The answers of a call, by status."""
    asked_for = _asked_for(route, operation)
    found = {
        str(one.status): _answer(
            one.description,
            one.schema,
            one.example,
            *one.headers,
            *asked_for,
            media_type=route.media_type,
            also=one.also,
        )
        for one in (operation.success, *operation.also)
    }
    if may_be_known(route, operation):
        found["304"] = _UNCHANGED
    own = operation.errors  # of two with one status it tells of both
    for kind in sorted(_failures(route, operation), key=lambda kind: (kind.status, kind in own)):
        found[str(kind.status)] = {"$ref": f"#/components/responses/{kind.__name__}"}
    return found


def may_be_known(route: Route, operation: Operation) -> bool:
    """Whether a client may say with `If-None-Match` that it has the answer."""
    return route.method == "GET" and "ETag" in operation.success.headers


def may_be_repeated(route: Route) -> bool:
    """Whether a call takes an `Idempotency-Key`."""
    return route.method == "POST" and not route.is_public


def may_show(operation: Operation) -> bool:
    """Whether a write takes `Prefer`."""
    return operation.name in ("create", "update", "patch")


def _asked_for(route: Route, operation: Operation) -> tuple[str, ...]:
    """The headers of an answer to a call that asks for more than a write."""
    shown = (APPLIED,) if may_show(operation) else ()
    return (*shown, REPLAYED) if may_be_repeated(route) else shown


def _failures(route: Route, operation: Operation) -> set[type[errors.Error]]:
    """What follows from the row: who may call, what the path, the query string and the headers name, and a body."""
    found: set[type[errors.Error]] = {*_ANY, *operation.errors}
    if not route.is_public:
        found |= {errors.Unauthorized, errors.Forbidden, errors.Unavailable}
    if "{id}" in route.path or "page" in operation.query:
        found.add(errors.NotFound)
    if may_be_repeated(route):
        found |= {*OF_POST}
    if since.NAME in operation.query:
        found.add(errors.Gone)
    if operation.conditional:
        found.add(errors.Changed)
    if route.takes_no_property:
        found.add(errors.UnsupportedMediaType)
    return found | {*_BODY} if operation.body else found


def page(resource: Resource) -> Success:
    """A page of a list."""
    text = f"A page of {resource.several}; `pagination` says how many there are on all pages"
    return Success(200, text, _page(resource), _page_example(resource))


def record(resource: Resource) -> Success:
    """One record."""
    schema, found = schemas.ref(schemas.name(resource)), schemas.example(resource, in_list=False)
    tag = () if resource.shared else ("ETag",)
    return Success(200, f"The {resource.one}", _success(schema), _succeeded(found), tag)


def created(resource: Resource) -> Success:
    """The id of a new record."""
    new = schemas.object_of({"id": schemas.record_id(resource)}, description=f"The new {resource.one}")
    if resource.nested:
        new["properties"]["result"] = _result(upsert.CREATED)
    text = f"The {resource.one} is stored; `data` has its id"
    return Success(201, text, _success(new), _succeeded({"id": 1}), OF_WRITE)


def matched(resource: Resource) -> tuple[Success, ...]:
    """The id of the record that a create has found instead of making one."""
    if resource.unique and resource.unique.repeated:
        text = f"The {resource.one} is there already; `data` has its id"
        found = schemas.object_of(
            {"id": schemas.record_id(resource)}, description=f"The {resource.one} that is there"
        )
        return (Success(200, text, _success(found), _succeeded({"id": 1}), (ignored_header.NAME,)),)
    if not resource.nested:
        return ()
    results = [one for one in upsert.RESULTS if one != upsert.CREATED]
    found = schemas.object_of(
        {"id": schemas.record_id(resource), "result": _result(*results)},
        description=f"The {resource.one} that matches",
    )
    example = {"id": 1, "result": upsert.UPDATED}
    text = f"With `match`: a {resource.one} matches; `data` has its id, and `result` says what the server did with it"
    return (Success(200, text, _success(found), _succeeded(example), OF_WRITE),)


def _result(*results: str) -> Schema:
    text = "With `match`: what the server did with the record"
    return {"type": "string", "enum": [*results], "description": text}


def updated(resource: Resource) -> Success:
    """Nothing, after an update."""
    headers = (ignored_header.NAME,) if resource.singleton else OF_WRITE
    text = f"The {resource.one} is as it was asked for, changed or not; `data` is empty"
    if resource.singleton:
        text += f". Settings are not in the history of records and cannot be undone: there is no {OPERATION}"
    return nothing(text, headers=headers)


def deleted(resource: Resource) -> Success:
    """Nothing, after a deletion."""
    return nothing(f"The {resource.one} is in the bin; `data` is empty", headers=(OPERATION,))


def made(text: str) -> Success:
    """The id of something new that is no record."""
    found = schemas.object_of(
        {"id": {"type": "integer", "minimum": 1, "description": text}}, description=text
    )
    return Success(201, text, _success(found), _succeeded({"id": 1}))


def written(resource: Resource, text: str) -> Success:
    """The id of the record that a verb of one resource has written."""
    found = schemas.object_of({"id": schemas.record_id(resource)}, description=f"The {resource.one}")
    return data(text, found, {"id": 1}, headers=OF_WRITE)


def nothing(text: str, *, headers: tuple[str, ...] = ()) -> Success:
    """An empty array."""
    schema = {"type": "array", "items": {}, "maxItems": 0, "description": "Always empty"}
    return Success(200, text, _success(schema), _succeeded([]), headers)


def data(text: str, schema: Schema, example: Any, *, headers: tuple[str, ...] = ()) -> Success:
    """Any JSON value, in the envelope."""
    return Success(200, text, _success(schema), _succeeded(example), headers)


def accepted(job: Schema, example: Any) -> Success:
    """202: background work has begun."""
    schema = _success(schemas.object_of({"job": job}, description="The background work"))
    text = "Background work has begun, which `Location` names"
    return Success(202, text, schema, _succeeded({"job": example}), ("Location", ignored_header.NAME))


def document(
    text: str, example: str, *, headers: tuple[str, ...] = (), also: tuple[str, ...] = ()
) -> Success:
    """What is not JSON, such as a page or a download: `media_type` of the route says what it is, or `also` what else."""
    return Success(200, text, {"type": "string"}, example, headers, also)


def status(word: str, text: str) -> Success:
    """The result of a check of the server's health."""
    answer = {"type": "string", "enum": [word], "description": f"Always `{word}`: what is not is an error"}
    found = schemas.object_of({"status": answer}, description="What was found")
    return data(text, found, {"status": word})


def _answer(
    description: str,
    schema: Schema,
    example: Any,
    *headers: str,
    media_type: str = JSON,
    also: tuple[str, ...] = (),
) -> dict[str, Any]:
    names = ("X-Request-Id", *headers)
    return {
        "description": description,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {
            media_type: {"schema": schema, "example": example},
            **{other: {"schema": schema} for other in also},
        },
    }


def _failure(kind: type[errors.Error]) -> dict[str, Any]:
    url, error = _EXAMPLES.get(kind) or ("/api/lead", kind())
    _, _, body = answer.failure(error, url, "request-1")
    schema = schemas.ref("ValidationFailure" if kind is errors.Invalid else "Failure")
    headers = [name for name in error.headers if name in HEADERS]
    return _answer(kind.when, schema, json.loads(body), *headers)


def _success(data: Schema) -> Schema:
    return schemas.object_of({"success": schemas.SUCCEEDED, "data": data})


def _succeeded(data: Any) -> dict[str, Any]:
    return {"success": True, "data": data}


def _page(resource: Resource) -> Schema:
    items = schemas.ref(schemas.name_in_list(resource))
    records = {"type": "array", "items": items, "description": f"The {resource.several} of the page"}
    return schemas.object_of(
        {"success": schemas.SUCCEEDED, "data": records, "pagination": schemas.ref("Pagination")}
    )


def _page_example(resource: Resource) -> dict[str, Any]:
    places = FIRST_PAGE.pagination(resource.examples.sample_count)
    return _succeeded([schemas.example(resource, in_list=True)]) | {"pagination": places}


_PUBLISHED = (  # as the documentation has it
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpZCI6Mn0.q2chPMiKRzwrO3v48fi90HyJPHDLOXtwEKr7EcU3GPk"
)

_TOKEN = schemas.object_of(
    {
        "token": {"type": "string", "description": "What to send as `Authorization: Bearer …`"},
        "expires_in": {"type": "integer", "minimum": 1, "description": "For how many seconds it is valid"},
        "expiration_date": {"type": "string", "format": "date-time", "description": "When it ends"},
    },
    description="The token, and until when it is valid",
)

TOKEN = Success(
    200,
    "A token, and until when it is valid",
    _success(_TOKEN),
    _succeeded(
        {
            "token": _PUBLISHED,
            "expires_in": 604_800,
            "expiration_date": "2018-01-08T10:00:00+00:00",
        }
    ),
    (ignored_header.NAME,),
)
