"""The bin over HTTP: what is in it, back from it, out of it for good."""

from collections.abc import Sequence
from typing import Any

from closum.api import revisions, schemas
from closum.api.changes import stretch
from closum.api.responses import data, nothing
from closum.errors import Invalid, Malformed
from closum.http.answer import OPERATION, Answer, success
from closum.http.request import Request
from closum.http.route import DATA, NOTHING, Handler, Operation, Route, Sample, Success
from closum.model import body_fields, query
from closum.model.fields import Schema
from closum.model.ignored import Path
from closum.model.resource import Resource
from closum.operations import bin as bins
from closum.operations import guarded, permitted
from closum.operations.bin import Restored, Wanted
from closum.operations.undo import Left

TAG = "Bin"
_PARAMETERS = ("resource", "record_id", "before", "limit")


def _list(resources: Sequence[Resource]) -> Handler:
    names = [one.name for one in resources]

    async def list_(request: Request) -> Answer:
        given = request.parameters(*_PARAMETERS)
        most = query.limit(given.get("limit"))
        wanted: dict[str, Any] = {
            name: query.number(name, given[name], 0) for name in ("before", "record_id") if name in given
        }
        if "resource" in given:
            if given["resource"] not in names:
                raise Malformed(f"'resource' must be one of {', '.join(names)}")
            wanted["resource"] = given["resource"]
        of = (Wanted(**wanted), most, request.services.kept_days, request.is_later)
        found = await request.db.read(
            bins.read, *of, long=most > query.LONG_LIMIT, account_id=request.account_id
        )
        return stretch(found.entries, found.next, found.next is not None, most)

    return list_


async def retrieve(request: Request) -> Answer:
    of = (request.record_id, request.services.kept_days, request.is_later)
    return success(await request.db.read(bins.retrieve, *of, account_id=request.account_id))


async def restore(request: Request) -> Answer:
    body_fields.check_names((), await request.optional_body())
    return await request.write(permitted.restore, request.caller, request.record_id, answer=_restored)


def _restored(found: Restored, ignored: Sequence[Path]) -> Answer:
    shown = {"id": found.id, "resource": found.resource, "left": [_left(one) for one in found.left]}
    return success(shown, operation=found.operation, ignored=ignored)


async def purge(request: Request) -> Answer:
    of = (request.caller, bins.purge, request.record_id)
    return await request.write(guarded.do, *of, answer=_purged)


def _purged(operation: int, ignored: Sequence[Path]) -> Answer:
    return success([], operation=operation, ignored=ignored)


def _left(one: Left) -> dict[str, Any]:
    named = {"resource": one.resource.name, "id": one.id, "properties": [*one.names]}
    return named | {"reason": one.reason}


_AT = "2018-01-01T10:00:00+00:00"
_ID: Schema = {
    "type": "integer",
    "minimum": 1,
    "description": "The id of the entry, which the calls for it take",
}
_RESOURCE: Schema = {"type": "string", "description": "The resource of the record, such as `lead`"}
_RECORD_ID: Schema = {"type": "integer", "minimum": 1, "description": "The id of the record"}
_OPERATION: Schema = {
    "type": "integer",
    "minimum": 1,
    "description": "The operation that deleted it: `X-Operation` of the answer to that call",
}


def schemas_of(resources: Sequence[Resource]) -> dict[str, Schema]:
    """What an entry looks like."""
    records = [schemas.ref(schemas.name(one)) for one in resources if "delete" in one.verbs]
    entry = {
        "id": _ID,
        "resource": _RESOURCE,
        "record_id": _RECORD_ID,
        "record": {
            "anyOf": [*records, {"type": "null"}],
            "description": "The record as a call for it would show it; `null` where what it was cannot be read",
        },
        "deleted_date": {"type": "string", "format": "date-time", "description": "When it was deleted"},
        "expires_date": {
            "type": "string",
            "format": "date-time",
            "description": "From when on the server removes it for good",
        },
        "user": revisions.USER,
        "key": revisions.KEY,
        "operation": _OPERATION,
    }
    return {
        "BinEntry": schemas.object_of(entry, optional=("key",), description="A deleted record"),
        "Restored": _RESTORED,
    }


def _example(resource: Resource) -> dict[str, Any]:
    return {
        "id": 435,
        "resource": resource.name,
        "record_id": 1,
        "record": schemas.example(resource, in_list=False),
        "deleted_date": _AT,
        "expires_date": "2018-01-31T10:00:00+00:00",
        "user": {"id": 1, "email": "email@closum.com"},
        "operation": 435,
    }


def _listed(resource: Resource) -> Success:
    text = "The `before` of the page that follows; `null` where none does"
    after: Schema = {"type": ["integer", "null"], "minimum": 1, "description": text}
    about = "Deleted records, the newest first"
    return revisions.page_of(about, "BinEntry", after, _example(resource), None)


_RESTORED = schemas.object_of(
    {
        "id": _RECORD_ID,
        "resource": _RESOURCE,
        "left": {
            "type": "array",
            "items": schemas.ref("Left"),
            "description": "What could not come back with it; empty if all is as it was",
        },
    },
    description="The record that is there again",
)


def _operation(name: str, summary: str, does: str, success: Success, **more: Any) -> Operation:
    id_ = f"{name}Bin" if name != "list" else "listBin"
    return Operation(f"{name}_bin", id_, TAG, summary, does, success, **more)


_AS_IT_WAS = (
    "brings a deleted record back as it was, with its id, and with the address and number that it showed if they are in the bin, "
    "too. `left` names what has been removed for good. The server refuses the call if another record has the address or number "
    "by now (`_isUnique`), and if the lead would have neither a name nor an address or number (`_atLeastOne`). The entry leaves the bin."
)


def routes(resources: Sequence[Resource]) -> list[Route]:
    """The bin of an account; `resources` are those whose records go into it, if they can be deleted."""
    binned = [one for one in resources if "delete" in one.verbs]
    if not binned:
        return []
    listed = _operation(
        "list",
        "List the Bin",
        "retrieves the deleted records of your account. It takes the parameters `resource`, `record_id`, `before` and "
        "`limit`; others are refused.",
        _listed(binned[0]),
        query=_PARAMETERS,
        result=DATA,
    )
    one = _operation(
        "retrieve",
        "Retrieve an Entry of the Bin",
        "retrieves a deleted record.",
        data("The entry", schemas.ref("BinEntry"), _example(binned[0])),
        result=DATA,
    )
    text = "The record is there again; `data` has its id"
    example = {"id": 1, "resource": binned[0].name, "left": []}
    restored = data(text, schemas.ref("Restored"), example, headers=(OPERATION,))
    back = _operation("restore", "Restore a Record", _AS_IT_WAS, restored, errors=(Invalid,), result=DATA)
    gone = _operation(
        "purge",
        "Remove a Record for Good",
        "removes a deleted record from the bin, and its history with all values. You cannot undo this.",
        nothing("The record is gone for good; `data` is empty", headers=(OPERATION,)),
        result=NOTHING,
    )
    of_entry = "/api/bin/{id}"
    return [
        Route("GET", "/api/bin", _list(binned), "bin:read", listed, Sample()),
        Route("GET", of_entry, retrieve, "bin:read", one, Sample()),
        Route("POST", f"{of_entry}/restore", restore, "bin:write", back, Sample()),
        Route("DELETE", of_entry, purge, "bin:purge", gone, Sample()),
    ]
