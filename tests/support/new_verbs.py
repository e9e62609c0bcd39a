"""Verbs of leads that the product does not have: each is a handler and one row of a route table."""

from collections.abc import AsyncIterator, Sequence

from closum.api import responses, routes
from closum.api.verbs import VERBS, operation
from closum.errors import NotFound
from closum.http import answer
from closum.http.answer import Answer, success
from closum.http.request import Request
from closum.http.route import DATA, NOTHING, Route, Sample
from closum.model import body_fields, draft
from closum.model.body_fields import Array, Object
from closum.model.fields import Flag, Integer, Text
from closum.model.ignored import Path
from closum.model.resource import Resource
from closum.operations import guarded
from closum.operations.records import Written
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


async def join(request: Request) -> Answer:
    await request.body()
    return success([])


async def history(request: Request) -> Answer:
    return success([request.record_id])


async def split(request: Request) -> Answer:
    body = await request.body()
    values = body_fields.read(SPLIT, body)
    shown = values | {"seen": request.seen}
    return success(shown, ignored=[*body_fields.ignored(SPLIT, body)])


async def touch(request: Request) -> Answer:
    changes = draft.parse(LEAD, {"custom_data": {"touched": request.request_id}})
    of = (request.caller, LEAD, request.record_id)
    return await request.write(guarded.update, *of, changes, answer=_touched)


def _touched(written: Written, ignored: Sequence[Path]) -> Answer:
    return success({"id": written.id}, operation=written.operation, ignored=ignored)


async def page(request: Request) -> Answer:
    return answer.html("<!DOCTYPE html><p>Ana")


async def download(request: Request) -> Answer:
    return answer.download(
        b"id,name\r\n1,Ana\r\n", CSV, "leads.csv", [(b"cache-control", b"private, max-age=60")]
    )


async def card(request: Request) -> Answer:
    if request.record_id > 1:
        raise NotFound
    return answer.stream(_lines(), CARD)


async def _lines() -> AsyncIterator[bytes]:
    yield b"BEGIN:VCARD\r\n"
    yield b"END:VCARD\r\n"


async def unflag(request: Request) -> Answer:
    return success([])


async def restore(request: Request) -> Answer:
    return success({"id": request.record_id})


NEW = [
    Route(
        "POST",
        "/api/lead/{id}/join",
        join,
        "lead:write",
        operation(
            LEAD,
            "join",
            "Join Two Leads",
            "gives a lead what another one has, which goes.",
            responses.nothing("The lead has what both had"),
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
            "retrieves the changes of a lead.",
            responses.data("The changes", PLACES, [1]),
            query=("limit", "page"),
            result=DATA,
        ),
        Sample(),
    ),
    Route(
        "DELETE",
        "/api/lead/{id}/flags",
        unflag,
        "lead:write",
        operation(
            LEAD,
            "unflag",
            "Remove the Flags of a Lead",
            "removes the flags of a lead.",
            responses.nothing("It has none"),
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
            "puts a deleted lead back.",
            responses.record(LEAD),
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
            "makes several leads of one.",
            responses.data("What it was asked for", {"type": "object"}, INTO),
            fields=SPLIT,
            result=DATA,
            conditional=True,
        ),
        Sample(INTO),
    ),
]

TOUCH = Route(
    "POST",
    "/api/lead/{id}/touch",
    touch,
    "lead:write",
    operation(
        LEAD,
        "touch",
        "Touch a Lead",
        "notes who has touched a lead.",
        responses.written(LEAD, "It is noted; `data` has the id of the lead"),
        result=DATA,
    ),
    Sample(),
)
NEW.append(TOUCH)

CSV, CARD = "text/csv; charset=utf-8", "text/vcard"
DOCUMENTED = Route(
    "GET",
    "/api/lead/{id}/card",
    card,
    "lead:read",
    operation(
        LEAD,
        "card",
        "Download the Card of a Lead",
        "gives the card of a lead.",
        responses.document("The card", "BEGIN:VCARD"),
    ),
    Sample(),
    CARD,
)
PAGES = [
    Route("GET", "/hello", page, "lead:read", media_type=answer.HTML),
    Route("GET", "/leads.csv", download, "lead:read", media_type=CSV),
    DOCUMENTED,
]
"""What is not JSON: a page and a download that the document does not have, and one that it has."""

_product = routes.table


def table(resources: list[Resource]) -> list[Route]:
    """The product's table, with these as the only verbs that one resource alone has."""
    product = _product(resources)
    return [*(one for one in product if one.resource is None or one.verb in VERBS), *NEW, *PAGES]
