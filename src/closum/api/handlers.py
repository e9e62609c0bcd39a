"""The verbs over HTTP: parse, call, render."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from closum.errors import Invalid, Unavailable, fault
from closum.http import answer, spool
from closum.http.answer import Answer, success, unchanged
from closum.http.file import has_etag
from closum.http.request import Request
from closum.http.spool import Body, Page
from closum.model import draft, matching
from closum.model.draft import Draft
from closum.model.ignored import Path, paths
from closum.model.matching import Match
from closum.model.query import Query
from closum.model.resource import Resource
from closum.operations import guarded, records
from closum.operations.records import Written
from closum.operations.upsert import CREATED, Upsert, Upserted
from closum.store import migrate
from closum.store.rows import TooLong, Window
from closum.store.unit import Stream

Parse = Callable[[Resource, Mapping[str, Any]], Draft]


async def list_(request: Request) -> Answer:
    resource, asked, owner = request.resource, request.query, request.account_id
    if asked.is_window:
        return await _window(request, asked)
    try:
        found, count = await request.db.read(
            records.page, resource, asked, long=asked.is_long(resource), account_id=owner
        )
        body = answer.page(found, asked.pagination(count))
    except TooLong:
        body = b""
    if not body or len(body) > spool.MOST_WHOLE:
        page = spool.Page(request.services.spool)
        of = (page, resource, asked)
        return Answer(
            200, await spool.written(request.db.stream, request.receive, _write_page, *of, account_id=owner)
        )
    return Answer(200, body)


async def _window(request: Request, asked: Query) -> Answer:
    """A page of a list that is filtered, or goes on behind a record."""
    owner, of = request.account_id, (request.resource, asked)
    try:
        found = await request.db.read(
            records.window,
            *of,
            long=asked.is_long(request.resource),
            one_moment=asked.is_filtered and not asked.is_at_once(request.resource),
            account_id=owner,
        )
        body = answer.page(found.records, _pagination(request, asked, found))
    except TooLong:
        body = b""
    if not body or len(body) > spool.MOST_WHOLE:
        page = spool.Page(request.services.spool)
        return Answer(
            200,
            await spool.written(
                request.db.stream, request.receive, _write_window, page, request, asked, account_id=owner
            ),
        )
    return Answer(200, body)


def _pagination(request: Request, asked: Query, found: Window) -> dict[str, Any]:
    has_next = found.last is not None
    return asked.pagination(found.total, has_next, request.cursor(asked, found.last))


def _write_window(unit: Stream, page: Page, request: Request, asked: Query) -> Body:
    with page:
        found = records.each_of_window(unit, request.resource, asked, page.add)
        return page.end(_pagination(request, asked, found))


def _write_page(unit: Stream, page: Page, resource: Resource, asked: Query) -> Body:
    with page:
        count = records.each(unit, resource, asked, page.add)
        return page.end(asked.pagination(count))


async def create(request: Request) -> Answer:
    if request.scope["query_string"] and (match := _match(request)):
        return await _upsert(request, match)
    if (fixed := request.resource.fixed) and fixed.reserves((await request.body()).get("id")):
        raise Invalid({"id": fault("_isReserved", last=fixed.last_id)})
    new, ignored = await _draft(request, draft.parse)
    of = (guarded.create_many, request.resource)
    return await request.write_set(*of, item=(request.caller, new), answer=_created, ignored=ignored)


def _created(written: Written, ignored: Sequence[Path]) -> Answer:
    status = 201 if written.operation else 200
    return success({"id": written.id}, status, operation=written.operation, ignored=ignored)


def _match(request: Request) -> Match | None:
    """Raises Forbidden for who may add records alone: an upsert finds those that are there."""
    given = request.parameters(*matching.PARAMETERS)
    if given:
        request.identity.require(f"{request.resource.name}:write")
    return matching.parse(request.resource, given)


async def _upsert(request: Request, match: Match) -> Answer:
    body, resource = await request.body(), request.resource
    new = draft.parse(resource, body)
    ask = Upsert(request.caller.by, new, match, matching.wanted(resource, match, body, new), request.seen)
    of, item = (guarded.upsert_many, resource), (request.caller, ask)
    return await request.write_set(*of, item=item, answer=_upserted, ignored=paths(resource, body))


def _upserted(found: Upserted, ignored: Sequence[Path]) -> Answer:
    status, shown = 201 if found.result == CREATED else 200, {"id": found.id, "result": found.result}
    return success(shown, status, operation=found.operation, ignored=ignored)


async def retrieve(request: Request) -> Answer:
    of = (request.resource, request.record_id, request.fields)
    if known := request.known:
        is_known = partial(has_etag, known)
        found = await request.db.read(records.retrieve_unless, *of, is_known, account_id=request.account_id)
    else:
        found = await request.db.read(records.retrieve_with_tag, *of, account_id=request.account_id)
    record, tag = found
    return success(record, tag=tag) if record is not None else unchanged(tag)


async def update(request: Request) -> Answer:
    return await _update(request, draft.parse)


async def patch(request: Request) -> Answer:
    return await _update(request, draft.parse_patch)


async def _update(request: Request, parse: Parse) -> Answer:
    changes, ignored = await _draft(request, parse)
    of = (guarded.update, request.caller, request.resource, request.record_id, changes, request.seen)
    return await request.write(*of, answer=_updated, ignored=ignored)


def _updated(written: Written, ignored: Sequence[Path]) -> Answer:
    return success([], operation=written.operation, ignored=ignored)


async def delete(request: Request) -> Answer:
    of = (request.caller, records.delete, request.resource, request.record_id, request.seen)
    return await request.write(guarded.do, *of, answer=_updated)


async def _draft(request: Request, parse: Parse) -> tuple[Draft, Sequence[Path]]:
    """What the body asks for, and the properties in it that have no effect."""
    body = await request.body()
    return parse(request.resource, body), paths(request.resource, body)


async def health(request: Request) -> Answer:
    """The process is up; touches nothing."""
    return success({"status": "ok"})


async def ready(request: Request) -> Answer:
    """The database can be read and written, and its schema is the one that this program knows."""
    if not await request.db.ready(migrate.is_current):
        raise Unavailable("The database's schema is not the one of this server: upgrade what is older")
    return success({"status": "ready"})
