"""POST /api/lead/batch: many creates, changes, upserts and deletions in one call, each with the answer that it would have
had alone."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from closum.api import responses, schemas
from closum.api.batch_shown import ACTIONS, CREATE, DELETE, OF_ONE, PATCH, UPDATE, UPSERT, Shown
from closum.api.bulk import TAG
from closum.api.verbs import operation
from closum.errors import BrokenRule, Error, Invalid, Malformed, NotFound, fault
from closum.http.answer import Answer, success
from closum.http.request import Request
from closum.http.route import DATA, Route, Sample
from closum.http.written import Bare
from closum.model import body_fields, document, draft, ignored, matching
from closum.model.body_fields import Array, Object
from closum.model.change import By
from closum.model.draft import MAX_ID
from closum.model.fields import Flag, Integer, Schema, Text
from closum.model.ignored import Path
from closum.model.resource import Resource
from closum.operations import guarded
from closum.operations.batch import MOST, Batch, Item
from closum.operations.deletion import Delete
from closum.operations.plan import Create, Update
from closum.operations.upsert import Upsert
from closum.store import version

MOST_BYTES = 16 * 1024 * 1024

_KEYS = {
    CREATE: frozenset({"action", "data"}),
    UPDATE: frozenset({"action", "id", "data", "if_match"}),
    PATCH: frozenset({"action", "id", "data", "if_match"}),
    UPSERT: frozenset({"action", "data", *matching.PARAMETERS}),
    DELETE: frozenset({"action", "id", "if_match"}),
}
"""What an item has."""


_ATOMIC = Flag("atomic", description="`true`: the server writes all items, or none", example=1)


class Read(NamedTuple):
    """The items of a body: what each asks for, and what had no effect in it."""

    items: list[Item]
    ignored: list[Path]


async def batch(request: Request) -> Answer:
    body = await request.large_body(MOST_BYTES)
    items, atomic = _items(body)
    read = await asyncio.to_thread(_read, request.resource, request.caller.by, items)
    of = (guarded.write_batch, request.caller, request.resource, read.items, atomic)
    shown = Shown(request.resource, items, read.items, request.request_id)
    answered, bare = partial(_answered, shown), Bare(shown.bare, shown.whole)
    return await request.write(*of, answer=answered, ignored=read.ignored, bare=bare)


def _answered(shown: Shown, written: Batch, ignored: Sequence[Path]) -> Answer:
    return success(shown.data(written), operation=written.operation, ignored=ignored)


def _items(body: Mapping[str, Any]) -> tuple[list[Any], bool]:
    """The items, and whether it is all of them or none. Raises Malformed, Invalid."""
    if unknown := body.keys() - {"items", "atomic"}:
        raise Malformed(f"Unknown property '{min(unknown)[:64]}': the body of this call has items, atomic")
    values = body_fields.read((_ATOMIC,), body)
    items = body.get("items")
    if not isinstance(items, list):
        raise Invalid({"items": fault("_required" if items is None else "_array")})
    if not items:
        raise Invalid({"items": fault("_empty")})
    if len(items) > MOST:
        raise Invalid({"items": fault("_maxLength", limit=f"{MOST} items")})
    return items, bool(values["atomic"])


def _read(resource: Resource, by: By, items: Sequence[Any]) -> Read:
    found = Read([], [])
    for item in items:
        try:
            found.items.append(_asked(resource, by, item))
        except Error as error:
            found.items.append(error)
        else:
            found.ignored.extend(ignored.paths(resource, item.get("data") or {}))
    return found._replace(ignored=list(dict.fromkeys(found.ignored)))


def _asked(resource: Resource, by: By, item: Any) -> Item:
    action = _action(item)
    if action in OF_ONE:
        record_id, seen = _record_id(action, item["id"]), _seen(item.get("if_match"))
        if action == DELETE:
            return Delete(by, record_id, seen)
        parse = draft.parse_patch if action == PATCH else draft.parse
        return Update(by, parse(resource, _data(item)), record_id, seen)
    data = _data(item)
    new = draft.parse(resource, data)
    if action == CREATE:
        return Create(by, new)
    match = matching.parse(resource, {name: item[name] for name in matching.PARAMETERS if name in item})
    if match is None:
        raise Malformed(f"An upsert needs 'match', one of {', '.join(matching.names(resource))}")
    return Upsert(by, new, match, matching.wanted(resource, match, data, new))


def _action(item: Any) -> str:
    """Raises Malformed for an item that is not one."""
    if not isinstance(item, dict):
        raise Malformed("An item must be an object with an 'action'")
    try:  # the body that an item has may be as large as one that comes alone
        document.check({**item, "data": None})
        document.check(item.get("data"))
    except document.DocumentError as error:
        raise Malformed(f"The item cannot be taken: {error}") from None
    action = item.get("action")
    if not isinstance(action, str) or action not in ACTIONS:
        raise Malformed(f"'action' of an item must be one of {', '.join(ACTIONS)}")
    known = _KEYS[action]
    if not known.issuperset(item):
        unknown = next(name for name in item if name not in known)
        raise Malformed(
            f"Unknown property '{unknown[:64]}': an item to {action} has {', '.join(sorted(known))}"
        )
    if "id" in known and item.get("id") in (None, ""):
        raise Malformed(f"An item to {action} needs the 'id' of a record")
    return action


def _data(item: Mapping[str, Any]) -> dict[str, Any]:
    data = item.get("data", {})
    if data == []:  # an empty map, as PHP writes it
        return {}
    if not isinstance(data, dict):
        raise Malformed("'data' of an item must be an object: the body that it would have alone")
    return data


def _record_id(action: str, value: Any) -> int:
    if isinstance(value, bool | list | dict):
        raise Malformed(f"'id' of an item to {action} must be a number: the id of a record")
    try:
        found = Integer("id").parse(value)
    except BrokenRule:
        raise NotFound from None
    if not 0 < found <= MAX_ID:
        raise NotFound
    return found


def _seen(value: Any) -> frozenset[str] | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Malformed("'if_match' of an item must be the text of an ETag")
    return version.named(value)


_ITEM = Object(
    "item",
    fields=(
        Text(
            "action",
            required=True,
            max_length=10,
            description=f"What to do, one of {', '.join(f'`{one}`' for one in ACTIONS)}",
        ),
        Integer("id", description="Of `update`, `patch` and `delete`: the id of the record"),
        Text(
            "match",
            description="Of `upsert`: the property that finds the record, as the parameter `match` of a create",
        ),
        Text(
            "on_match",
            description="Of `upsert`: what to do with the record that matches, as the parameter `on_match`",
        ),
        Text(
            "if_match",
            description="Of `update`, `patch` and `delete`: the `ETag` of the retrieved record. If somebody has changed the record since, the item is refused (412)",
        ),
        Object(
            "data",
            description="Of all but `delete`: the body that a call of its own would have",
        ),
    ),
)
_ITEMS = Array(
    "items",
    required=True,
    max_items=MOST,
    of=_ITEM,
    description=f"What to do, in this order: at most {MOST:,} items, the whole body at most 16 MiB",
)
_BODY = body_fields.schema((_ITEMS, _ATOMIC))
_BODY["properties"]["items"]["items"] = {
    "description": "What to do with one record. A wrong item is refused by itself",
    "properties": {one.name: {"description": one.description} for one in _ITEM.fields},
}
"""Without types: a body with a wrong item is no wrong body."""
_EXAMPLE = {
    "items": [
        {"action": "create", "data": {"name": "Ana Silva", "email": {"email": "ana@example.com"}}},
        {"action": "patch", "id": 1, "data": {"custom_data": {"stage": "open"}}},
        {
            "action": "upsert",
            "match": "phone",
            "on_match": "fill_empty",
            "data": {"phone": {"number": "+351 912 340 999"}, "name": "Rui Costa"},
        },
    ]
}
_OUTCOME = schemas.object_of(
    {
        "status": {"type": "integer", "description": "The status that a call of its own would have had"},
        "body": {"type": "object", "description": "The body that it would have had"},
    },
    description="The answer to an item",
)
_OUTCOMES: Schema = {
    "type": "array",
    "items": _OUTCOME,
    "description": "The answer to each item, in their order",
}
_ANSWERED = [
    {"status": 201, "body": {"success": True, "data": {"id": 2}}},
    {"status": 200, "body": {"success": True, "data": []}},
    {"status": 201, "body": {"success": True, "data": {"id": 3, "result": "created"}}},
]


def route(resource: Resource) -> Route:
    """The row of the call."""
    does = (
        f"writes up to {MOST:,} {resource.several} in one call: each item has one to `create`, `update` (as `PUT` does it), `patch`, `upsert` or `delete`. The call is one"
        " operation, which you can undo as a whole. The server carries out the items in their order. For each one the answer has the `status` and the `body` that a call"
        " of its own would have had. A refused item leaves the others as they are. With `atomic`, the server writes all items or none:"
        " one refused item then refuses the call (422), with the faults by the number of the item, from 0. An item has the limits"
        " of a body, and the whole call takes 16 MiB."
    )
    found = operation(
        resource,
        "batch",
        f"Write Many {resource.titles}",
        does,
        responses.data("The answer to each item", _OUTCOMES, _ANSWERED, headers=responses.OF_WRITE),
        fields=(_ITEMS, _ATOMIC),
        result=DATA,
    )
    found = replace(found, body=_BODY, tag=TAG)
    return Route(
        "POST", f"/api/{resource.slug}/batch", batch, f"{resource.name}:write", found, Sample(_EXAMPLE)
    )
