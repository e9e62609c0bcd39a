"""Reports over HTTP: what the leads of an account come to."""

from collections.abc import Callable
from typing import Any

from closum.api import schemas
from closum.api.responses import data
from closum.errors import Malformed
from closum.http.answer import Answer, success
from closum.http.request import Request
from closum.http.route import DATA, Handler, Operation, Route, Sample
from closum.model import query, when
from closum.model.draft import MAX_ID
from closum.model.fields import Schema
from closum.model.when import When
from closum.operations import reports
from closum.operations.reports import BY, Asked

TAG = "Reports"
FILTERS = ("from", "to", "owner_id")


async def leads(request: Request) -> Answer:
    given = request.parameters("by", *FILTERS, "limit")
    by = given.get("by", BY[0])
    if by not in BY:
        raise Malformed(f"'by' must be one of {', '.join(BY)}")
    return await _read(request, reports.leads, by, _asked(given), query.limit(given.get("limit")))


async def funnel(request: Request) -> Answer:
    return await _read(request, reports.funnel, _asked(request.parameters(*FILTERS)))


async def first_contact(request: Request) -> Answer:
    return await _read(request, reports.first_contact, _asked(request.parameters(*FILTERS)))


async def _read(request: Request, report: Callable[..., dict[str, Any]], *of: Any) -> Answer:
    found = await request.db.read(report, *of, long=True, one_moment=True, account_id=request.account_id)
    return success(found)


def _asked(given: dict[str, str]) -> Asked:
    first, last = (_day(name, given[name]) if name in given else None for name in ("from", "to"))
    return Asked(first, last, _owner(given["owner_id"]) if "owner_id" in given else None)


def _day(name: str, text: str) -> When:
    try:
        found = when.read(text)
    except ValueError:
        found = None
    if found is None or not found.is_day:
        raise Malformed(
            f"'{name}' must be a day such as 2026-01-31, today, yesterday, or -7d for seven days ago"
        )
    return found


def _owner(text: str) -> str:
    """Empty for the leads without an owner."""
    if not text:
        return text
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:20]) <= MAX_ID:
        raise Malformed("'owner_id' must be the id of a user, or empty for the leads without an owner")
    return str(int(text))


_COUNT: Schema = {"type": "integer", "minimum": 0}
_SPAN: dict[str, Schema] = {
    "first_day": {"type": ["string", "null"], "description": "The first day, `null` without one"},
    "last_day": {"type": ["string", "null"], "description": "The last day, `null` without one"},
}
_ROW = schemas.object_of(
    {
        "value": {
            "type": ["string", "null"],
            "description": "The value, as a filter takes it: of a city, an owner or a stage the id; of a week its Monday. `null` for"
            " the leads without one",
        },
        "label": {
            "type": ["string", "null"],
            "description": "What people call it: the name of the city, the e-mail address of the owner; else the value",
        },
        "count": _COUNT | {"description": "How many leads have it"},
    },
    description="How many leads have a value",
)
_LEADS = schemas.object_of(
    {
        "by": {"type": "string", "description": "What the leads are counted by"},
        **_SPAN,
        "total": _COUNT | {"description": "How many leads there are in all"},
        "others": _COUNT
        | {"description": "How many of them are in none of the `rows`, because these are more than `limit`"},
        "rows": {
            "type": "array",
            "items": schemas.ref("ReportRow"),
            "description": "The values and times that leads have: times in their order, of values those first that most leads have",
        },
    },
    description="How many leads there are",
)
_STAGE = schemas.object_of(
    {
        "contact_lifecycle_stage_id": {"type": "integer", "minimum": 1, "description": "The id of the stage"},
        "label": {
            "type": ["string", "null"],
            "description": "What the stage is called; `null` for a deleted stage",
        },
        "entered": _COUNT | {"description": "How many leads entered it for the first time"},
        "kept": _COUNT | {"description": "How many of them are in it now, or in a later one"},
    },
    description="A stage, and the leads that entered it",
)
_FUNNEL = schemas.object_of(
    {
        **_SPAN,
        "rows": {
            "type": "array",
            "items": schemas.ref("FunnelRow"),
            "description": "The stages in the order of their positions, without archived ones that no lead entered",
        },
    },
    description="How far leads went",
)
_SECONDS: Schema = {"type": ["number", "null"], "minimum": 0}
_FIRST_CONTACT = schemas.object_of(
    {
        **_SPAN,
        "leads": _COUNT | {"description": "How many leads there are"},
        "contacted": _COUNT | {"description": "How many of them somebody has spoken with"},
        "mean": _SECONDS | {"description": "The mean of the seconds until then; `null` where there is none"},
        "median": _SECONDS
        | {"description": "Their median, of an even number the mean of the two in the middle"},
        "percentile_90": _SECONDS
        | {"description": "The least number of seconds within which 90 % of them were spoken with"},
    },
    description="How soon somebody spoke with leads",
)
SCHEMAS: dict[str, Schema] = {
    "ReportRow": _ROW,
    "LeadsReport": _LEADS,
    "FunnelRow": _STAGE,
    "FunnelReport": _FUNNEL,
    "FirstContactReport": _FIRST_CONTACT,
}


def _route(
    path: str,
    handler: Handler,
    texts: tuple[str, str, str],
    schema: str,
    example: dict[str, Any],
    parameters: tuple[str, ...] = FILTERS,
    sample: dict[str, str] | None = None,
) -> Route:
    summary, does, text = texts
    name = path.replace("-", "_")
    listed = ", ".join(f"`{one}`" for one in parameters)
    return Route(
        "GET",
        f"/api/report/{path}",
        handler,
        "report:read",
        Operation(
            f"{name}_report",
            f"report{schemas.camel_case(name)}",
            TAG,
            summary,
            f"{does} It takes the parameters {listed}; others are refused. [Reports](#tag/Reports) says what counts.",
            data(text, schemas.ref(schema), example),
            query=parameters,
            result=DATA,
        ),
        Sample(query=sample or {}),
    )


_YEAR = {"first_day": "2018-01-01", "last_day": "2018-12-31"}
ROUTES = [
    _route(
        "leads",
        leads,
        (
            "Count Leads",
            "counts the leads that were made on some days, by a property or by the day, week or month.",
            "How many leads there are",
        ),
        "LeadsReport",
        {
            "by": "city",
            **_YEAR,
            "total": 1312,
            "others": 1,
            "rows": [
                {"value": "213", "label": "Abrantes", "count": 1201},
                {"value": None, "label": None, "count": 110},
            ],
        },
        ("by", *FILTERS, "limit"),
        {"by": "city"},
    ),
    _route(
        "funnel",
        funnel,
        (
            "Tell How Far Leads Went",
            "tells how many leads entered each stage on some days, and how many of them are in it now or in a later one.",
            "How far they went",
        ),
        "FunnelReport",
        {
            **_YEAR,
            "rows": [{"contact_lifecycle_stage_id": 3, "label": "Lead", "entered": 1312, "kept": 1024}],
        },
    ),
    _route(
        "first-contact",
        first_contact,
        (
            "Tell How Soon Leads Are Contacted",
            "tells in how many seconds somebody spoke with the leads that were made on some days: until the first note of"
            " a call, an e-mail or a meeting.",
            "How soon somebody spoke with them",
        ),
        "FirstContactReport",
        {
            **_YEAR,
            "leads": 1312,
            "contacted": 1024,
            "mean": 5400.25,
            "median": 3600,
            "percentile_90": 86400,
        },
    ),
]
