"""Leads that look alike: the list of pairs and groups, and what dismisses them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from closum.api import responses, schemas
from closum.api.verbs import operation
from closum.http import ignored_header, spool
from closum.http.answer import Answer, success
from closum.http.request import Request
from closum.http.route import DATA, NOTHING, Operation, Route, Sample, Success
from closum.http.spool import Body, Page
from closum.model import body_fields, query
from closum.model.body_fields import Array
from closum.model.cursor import Place
from closum.model.duplicates import REASONS
from closum.model.fields import Integer, Schema
from closum.model.ignored import Path
from closum.operations import duplicates, guarded
from closum.resources.lead import LEAD
from closum.store.unit import Stream

TAG = "Duplicates"
FIELDS = (
    Array(
        "ids",
        of=Integer("", description="The id of a lead", example=1),
        max_items=duplicates.MOST,
        required=True,
        description="The **ids** of a pair or a group, as the list has them",
        example=[1, 2],
    ),
)


async def list_(request: Request) -> Answer:
    given = request.parameters("limit", "cursor")
    most, text = query.limit(given.get("limit")), given.get("cursor")
    after = request.services.cursors.read(_of(request), text) if text else None
    page = Page(request.services.spool)
    owner, of = request.account_id, (page, request, after, most)
    return Answer(200, await spool.written(request.db.stream, request.receive, _write, *of, account_id=owner))


def _write(unit: Stream, page: Page, request: Request, after: Place | None, most: int) -> Body:
    def cursor(place: Place) -> str:
        return request.services.cursors.write(_of(request), place)

    with page:
        found = duplicates.each(
            unit,
            after,
            most,
            lambda one, place: page.add({**one, "cursor": cursor(place)}),
            request.listed(LEAD),
        )
        return page.end(
            {
                "count": found.total,
                "has_next_page": found.last is not None,
                "next_cursor": found.last and cursor(found.last),
                "limit": query.limit_shown(most),
            }
        )


def _of(request: Request) -> tuple[int, str]:
    """Whose list it is, and which."""
    return request.account_id, "duplicates"


async def dismiss(request: Request) -> Answer:
    body = await request.body()
    body_fields.check_names(FIELDS, body)
    ids = body_fields.read(FIELDS, body)["ids"]
    return await request.write(guarded.do, request.caller, duplicates.dismiss, ids, answer=_dismissed)


def _dismissed(done: None, ignored: Sequence[Path]) -> Answer:
    return success([], ignored=ignored)


_DUPLICATE = schemas.object_of(
    {
        "score": {
            "type": "integer",
            "minimum": 0,
            "maximum": 100,
            "description": "How likely it is that they are one person: [Duplicates](#tag/Duplicates) says how it is made up",
        },
        "reasons": {
            "type": "array",
            "items": {"type": "string"},
            "description": f"What they have in common: {', '.join(f'`{one}`' for one in REASONS.values())}. More may be added",
        },
        "ids": {
            "type": "array",
            "items": {"type": "integer", "minimum": 1},
            "minItems": 2,
            "maxItems": duplicates.MOST,
            "description": f"The ids of two leads, or the first {duplicates.MOST:,} of a group, in their order",
        },
        "leads": {
            "type": "array",
            "items": schemas.ref(schemas.name_in_list(LEAD)),
            "minItems": 2,
            "maxItems": duplicates.SHOWN,
            "description": f"The two leads, or the first {duplicates.SHOWN} of a group",
        },
        "cursor": {"type": "string", "description": "The `cursor` that begins after this one"},
    },
    description="Leads that look alike",
)
SCHEMAS: dict[str, Schema] = {"Duplicate": _DUPLICATE}

_PAGINATION = schemas.object_of(
    {
        "count": {
            "type": "integer",
            "minimum": 0,
            "description": "How many pairs and groups there are that nobody has dismissed",
        },
        "has_next_page": {"type": "boolean", "description": "Whether there is a page after this one"},
        "next_cursor": {
            "type": ["string", "null"],
            "description": "The `cursor` of the next page, `null` on the last one",
        },
        "limit": {
            "type": ["integer", "null"],
            "description": "How many are on a page at most; `null` is the default, 25",
        },
    },
    description="Where to go on",
)
_TEXT = "Pairs and groups, those with the highest score first"
_ONE = schemas.example(LEAD, in_list=True)
_LIST = Success(
    200,
    _TEXT,
    schemas.object_of(
        {
            "success": schemas.SUCCEEDED,
            "data": {"type": "array", "items": schemas.ref("Duplicate"), "description": _TEXT},
            "pagination": _PAGINATION,
        }
    ),
    {
        "success": True,
        "data": [
            {
                "score": 93,
                "reasons": ["email", "name"],
                "ids": [1, 2],
                "leads": [_ONE, _ONE | {"id": 2}],
                "cursor": "6cY1mWQk0pS8uKf7b3JtTlsiNy8yLyIsMV0",
            }
        ],
        "pagination": {"count": 1, "has_next_page": False, "next_cursor": None, "limit": None},
    },
)


def _operation(name: str, summary: str, does: str, success: Success, **more: Any) -> Operation:
    """A call of leads with a section of its own."""
    return replace(operation(LEAD, name, summary, does, success, **more), tag=TAG)


ROUTES = [
    Route(
        "GET",
        "/api/lead/duplicates",
        list_,
        "lead:read",
        _operation(
            "duplicates",
            "List Leads That Look Alike",
            "retrieves pairs of leads that look alike, and groups of more than 20. Those with the highest score come first. A new or"
            " changed lead is in the list within a minute. [Duplicates](#tag/Duplicates) says"
            " what counts. It takes the parameters `limit`, `cursor`; others are refused.",
            _LIST,
            query=("limit", "cursor"),
            result=DATA,
        ),
        Sample(),
    ),
    Route(
        "POST",
        "/api/lead/duplicates/dismiss",
        dismiss,
        "lead:write",
        _operation(
            "dismiss_duplicates",
            "Dismiss Leads That Look Alike",
            "dismisses a pair or a group: it says that no two of these leads are one person. The list does not show pairs of them"
            " again, even if the leads change. It shows a group again when the group gets another lead.",
            responses.nothing("The leads are dismissed; `data` is empty", headers=(ignored_header.NAME,)),
            fields=FIELDS,
            result=NOTHING,
        ),
        Sample({"ids": [1, 2]}),
    ),
]
