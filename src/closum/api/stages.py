"""In which stages a lead was, and is."""

from closum.api import revisions, schemas
from closum.api.changes import stretch
from closum.api.verbs import operation
from closum.http.answer import Answer
from closum.http.request import Request
from closum.http.route import DATA, Route, Sample
from closum.model import query
from closum.model.fields import Schema
from closum.operations import stays
from closum.resources.lead import LEAD


async def stages(request: Request) -> Answer:
    given = request.parameters("before", "limit")
    most = query.limit(given.get("limit"))
    before = query.number("before", given["before"], 0) if "before" in given else None
    of = (request.resource, request.record_id, most, before)
    found = await request.db.read(stays.read, *of, account_id=request.account_id)
    return stretch(found.stays, found.next, found.next is not None, most)


_TIME: Schema = {"format": "date-time"}
_STAY = schemas.object_of(
    {
        "contact_lifecycle_stage_id": {"type": "integer", "minimum": 1, "description": "The id of the stage"},
        "label": {
            "type": ["string", "null"],
            "description": "What the stage is called now; `null` for one that was deleted, as versions before this one let you",
        },
        "entered": _TIME | {"type": "string", "description": "When the lead entered it"},
        "left": _TIME
        | {"type": ["string", "null"], "description": "When the lead left it; `null` while it is there"},
        "lead_id": {
            "type": "integer",
            "minimum": 1,
            "description": "The lead that was in it: this one, or one that went into it when they were merged",
        },
    },
    description="A stage in which a lead was",
)
SCHEMAS: dict[str, Schema] = {"Stay": _STAY}

ROUTES = [
    Route(
        "GET",
        "/api/lead/{id}/stages",
        stages,
        "lead:read",
        operation(
            LEAD,
            "stages",
            "Show the Stages of a Lead",
            "retrieves in which contact lifecycle stages a specific lead was, the newest first, with when it entered and left each."
            " The server keeps this as long as it has the lead. A lead that is deleted leaves its stage, and enters it again when it"
            " is restored. After a merge, the stages of the leads that went into this one are there too, until the merge is undone."
            " It takes the parameters `before`, `limit`; others are refused.",
            revisions.page_of(
                "Stages in which the lead was, the newest first",
                "Stay",
                {
                    "type": ["integer", "null"],
                    "minimum": 1,
                    "description": "The `before` of the page that follows; `null` where none does",
                },
                {
                    "contact_lifecycle_stage_id": 3,
                    "label": "Lead",
                    "entered": "2018-01-01T10:00:00+00:00",
                    "left": None,
                    "lead_id": 1,
                },
                None,
            ),
            query=("before", "limit"),
            result=DATA,
        ),
        Sample(),
    ),
]
