"""Verbs of leads that the product does not have: each is a handler and one row of a route table."""

from closum.api import answers, routes
from closum.api.verbs import operation
from closum.http.answer import Answer, success
from closum.http.request import Request
from closum.http.route import DATA, NOTHING, Route, Sample
from closum.model.fields import Integer
from closum.model.resource import Resource
from closum.resources.lead import LEAD

OTHER = Integer("other_id", required=True, description="The lead that goes", example=2)
PLACES = {"type": "array", "items": {"type": "integer"}, "description": "The places of the changes"}


async def merge(request: Request) -> Answer:
    await request.body()
    return success([])


async def history(request: Request) -> Answer:
    return success([request.record_id])


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
]

_product = routes.table


def table(resources: list[Resource]) -> list[Route]:
    """The product's table, with these."""
    return [*_product(resources), *NEW]
