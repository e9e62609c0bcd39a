"""What changed: the feed of an account's changes, and the history of each record."""

from collections.abc import Sequence
from typing import Any

from closum.api import revisions
from closum.api.verbs import operation
from closum.errors import Gone
from closum.http import answer
from closum.http.answer import Answer
from closum.http.request import Request
from closum.http.route import DATA, REVISIONS, Operation, Route, Sample
from closum.model import query
from closum.model.resource import Resource
from closum.operations import feed, past

TAG = "Changes"


async def changes(request: Request) -> Answer:
    given = request.parameters("since", "limit")
    most = query.limit(given.get("limit"))
    of = (given.get("since", ""), most)
    found = await request.db.read(feed.read, *of, long=most > query.LONG_LIMIT, account_id=request.account_id)
    return stretch(found.changes, found.next, found.has_more, most)


async def history(request: Request) -> Answer:
    given = request.parameters("before", "limit")
    most = query.limit(given.get("limit"))
    before = query.number("before", given["before"], 0) if "before" in given else None
    of = (request.resource, request.record_id, most, before)
    found = await request.db.read(past.read, *of, long=most > query.LONG_LIMIT, account_id=request.account_id)
    return stretch(found.changes, found.next, found.next is not None, most)


def stretch(found: list[Any], after: str | int | None, has_more: bool, most: int) -> Answer:
    """A page that says where the next one begins."""
    places = {"next": after, "has_next_page": has_more, "limit": query.limit_shown(most)}
    return Answer(200, answer.page(found, places))


_CHANGES = Operation(
    "changes",
    "listChanges",
    TAG,
    "List What Changed",
    "retrieves the changes of your account's records behind a position, in their order: none is missing, and "
    "none is there twice. A change names what changed; [Show the History](#tag/Leads/operation/historyLead) has the values. "
    "It takes the parameters `since`, `limit`; others are refused.",
    revisions.CHANGES,
    query=("since", "limit"),
    errors=(Gone,),
    result=DATA,
)


def routes(resources: Sequence[Resource]) -> list[Route]:
    """The feed, and the history of each resource whose records an account changes."""
    kept = [
        one for one in resources if {"create", "update"} & {*one.verbs} and not (one.shared or one.singleton)
    ]
    return [
        Route("GET", "/api/change", changes, "change:read", _CHANGES, Sample()),
        *(_history(resource) for resource in kept),
    ]


def _history(resource: Resource) -> Route:
    return Route(
        "GET",
        f"/api/{resource.slug}/{{id}}/history",
        history,
        f"{resource.name}:read",
        operation(
            resource,
            "history",
            f"Show the History of {'an' if resource.name[0] in 'aeiou' else 'a'} {resource.title}",
            f"retrieves the changes of a specific {resource.title}, the newest first. Each has the values of the properties before "
            f"and after it. A deleted record has its history for as long as the server keeps it. The server has none of a record "
            f"that was removed for good or erased (404).",
            revisions.HISTORY,
            query=("before", "limit"),
            result=REVISIONS,
        ),
        Sample(id=resource.fixed.last_id + 1 if resource.fixed else 1),
    )
