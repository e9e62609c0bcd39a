"""Verbs of leads that the product does not have: each is a handler and one row of a route table."""

from closum.api import answers, routes
from closum.api.verbs import VERBS, operation
from closum.http.answer import Answer, success
from closum.http.request import Request
from closum.http.route import DATA, NOTHING, Route, Sample
from closum.model import bodies
from closum.model.bodies import Array, Object
from closum.model.fields import Flag, Integer, Text
from closum.model.resource import Resource
from closum.resources.lead import LEAD

OTHER = Integer("other_id", required=True, description="The lead that goes", example=2)
PLACES = {"type": "array", "items": {"type": "integer"}, "description": "The places of the changes"}
PARTS = Array(
    "parts",
    required=True,
    max_items=3,
    of=Object("part", fields=(Text("name", required=True), Flag("is_first", example=1))),
    description="The leads that it becomes",
)
OPTIONS = Object("options", fields=(Flag("keeps_email"), Text("reason")), description="What else to do")
LABELS = Array("labels", of=Integer("label"), description="Labels of all of them")
SPLIT = (PARTS, OPTIONS, LABELS)
INTO = {
    "parts": [{"name": "Ana", "is_first": 1}, {"name": "Rui"}],
    "options": {"keeps_email": 1, "reason": 'two "people"'},
    "labels": [3, 4],
}


async def merge(request: Request) -> Answer:
    await request.body()
    return success([])


async def history(request: Request) -> Answer:
    return success([request.record_id])


async def split(request: Request) -> Answer:
    body = await request.body()
    values = bodies.read(SPLIT, body)
    shown = values | {"seen": request.seen}
    return success(shown, ignored=[*bodies.ignored(SPLIT, body)])


async def delete(request: Request) -> Answer:
    return success([])


async def restore(request: Request) -> Answer:
    return success({"id": request.record_id})


NEW = [
    Route(
        "POST",
        "/api/lead/{id}/merge",
        merge,
        "lead:write",
        operation(
            LEAD,
            "merge",
            "Merge Two Leads",
            "This endpoint gives a lead what another one has, which goes.",
            answers.nothing("The lead has what both had"),
            fields=(OTHER,),
            result=NOTHING,
            conditional=True,
        ),
        Sample({"other_id": 2}),
    ),
    Route(
        "GET",
        "/api/lead/{id}/history",
        history,
        "lead:read",
        operation(
            LEAD,
            "history",
            "Show the History of a Lead",
            "This endpoint retrieves the changes of a lead.",
            answers.data("The changes", PLACES, [1]),
            query=("limit", "page"),
            result=DATA,
        ),
        Sample(),
    ),
    Route(
        "DELETE",
        "/api/lead/{id}",
        delete,
        "lead:write",
        operation(
            LEAD,
            "delete",
            "Delete a Lead",
            "This endpoint deletes a lead.",
            answers.nothing("It is deleted"),
            result=NOTHING,
        ),
        Sample(),
    ),
    Route(
        "POST",
        "/api/lead/{id}/put_back",
        restore,
        "lead:write",
        operation(
            LEAD,
            "put_back",
            "Put a Lead Back",
            "This endpoint puts a deleted lead back.",
            answers.record(LEAD),
        ),
        Sample(),
    ),
    Route(
        "POST",
        "/api/lead/{id}/split",
        split,
        "lead:write",
        operation(
            LEAD,
            "split",
            "Split a Lead",
            "This endpoint makes several leads of one.",
            answers.data("What it was asked for", {"type": "object"}, INTO),
            fields=SPLIT,
            result=DATA,
            conditional=True,
        ),
        Sample(INTO),
    ),
]

_product = routes.table


def table(resources: list[Resource]) -> list[Route]:
    """The product's table, with these as the only verbs that one resource alone has."""
    product = _product(resources)
    return [*(one for one in product if one.resource is None or one.verb in VERBS), *NEW]
