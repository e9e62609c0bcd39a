"""Merge leads: others go into one, whose id stays."""

from collections.abc import Sequence
from typing import Any

from closum.api import responses, schemas
from closum.api.verbs import operation
from closum.http.answer import Answer, success
from closum.http.request import Request
from closum.http.route import DATA, Route, Sample
from closum.model import body_fields
from closum.model.body_fields import Array, Object
from closum.model.fields import Flag, Integer
from closum.model.ignored import Path
from closum.operations import guarded, merging
from closum.operations.merging import IDS, PROPERTIES, Merged
from closum.operations.undone import MOST_MERGED
from closum.resources.lead import LEAD

FIELDS = (
    Array(
        IDS,
        required=True,
        max_items=MOST_MERGED,
        of=Integer("id"),
        description="The ids of the leads that go into this one; it takes what it lacks from the first of them that has it",
    ),
    Object(
        PROPERTIES,
        fields=tuple(
            Integer(name, description=f"The id of the lead that gives `{name}`")
            for name in merging.names(LEAD)
        ),
        description="Which lead gives a property, by its id: this one or one of the others",
    ),
    Flag("dry_run", description="`true`: change nothing, and answer with the lead as it would be"),
)


async def merge(request: Request) -> Answer:
    body = await request.body()
    body_fields.check_names(FIELDS, body)
    wanted = body_fields.draft(FIELDS, body)
    of = (request.resource, request.record_id, wanted, request.seen)
    if wanted.values.get("dry_run"):
        shown = request.retrieved(request.resource)
        found: Any = await request.db.read(
            merging.preview, *of, shown, one_moment=True, account_id=request.account_id
        )
        return success(found)
    write = (guarded.do, request.caller, merging.write, *of)
    return await request.write(*write, answer=_done)


def _done(done: Merged, ignored: Sequence[Path]) -> Answer:
    shown = {"id": done.id, "merged": done.ids, "record": None}
    return success(shown, operation=done.operation, ignored=ignored)


_ID = {"type": "integer", "minimum": 1}
_MERGED = schemas.object_of(
    {
        "id": {**_ID, "description": "The id of the lead that the others went into"},
        "merged": {"type": "array", "items": _ID, "description": "The ids of the others"},
        "record": {
            "anyOf": [schemas.ref(schemas.name(LEAD)), {"type": "null"}],
            "description": "Of a dry run: the lead as it would be; otherwise `null`",
        },
    },
    description="What was merged, or would be",
)

ROUTES = [
    Route(
        "POST",
        "/api/lead/{id}/merge",
        merge,
        "lead:write",
        operation(
            LEAD,
            "merge",
            "Merge Leads",
            "merges other leads into this one, in one operation, which you can undo. This lead keeps what it has and takes what it "
            "lacks from the others, of `custom_data` key by key; `properties` names the lead that gives a property instead. Afterwards "
            "a call for one of the others answers 404, and `merged_into` has the id of this lead. The others are not in the bin. With "
            "`dry_run` the call changes nothing, and the answer has the lead as it would be.",
            responses.data(
                "The leads are merged",
                _MERGED,
                {"id": 1, "merged": [2], "record": None},
                headers=responses.OF_WRITE,
            ),
            fields=FIELDS,
            result=DATA,
            conditional=True,
        ),
        Sample({"ids": [2], "properties": {"name": 2}}),
    ),
]
