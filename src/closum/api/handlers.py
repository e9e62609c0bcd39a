"""The verbs over HTTP: parse, call, render."""

from closum.errors import Unavailable
from closum.http import envelope, spool
from closum.http.answer import Answer
from closum.http.request import Call
from closum.http.spool import Body, Page
from closum.model import draft, ignored
from closum.model.draft import Draft
from closum.model.query import Query
from closum.model.resource import Resource
from closum.operations import guarded, records
from closum.store import migrate
from closum.store.rows import TooLong
from closum.store.unit import Stream


async def list_(call: Call) -> Answer:
    resource, asked, owner = call.resource, call.query, call.account_id
    try:
        found, count = await call.db.read(
            records.page, resource, asked, long=asked.is_long(resource), account_id=owner
        )
        body = envelope.page(found, asked.window.pagination(count))
    except TooLong:
        body = b""
    if not body or len(body) > spool.MOST_WHOLE:
        page = spool.Page(call.services.spool)
        of = (page, resource, asked)
        return Answer(200, await spool.written(call.db, call.receive, _write_page, *of, account_id=owner))
    return Answer(200, body)


def _write_page(unit: Stream, page: Page, resource: Resource, asked: Query) -> Body:
    with page:
        count = records.each(unit, resource, asked, page.add)
        return page.end(asked.window.pagination(count))


async def create(call: Call) -> Answer:
    new = await _draft(call)
    written = await call.db.write_set(
        call.account_id, guarded.create_many, call.resource, item=(call.caller, new)
    )
    call.operation = written.operation
    return Answer(201, envelope.success({"id": written.id}))


async def retrieve(call: Call) -> Answer:
    of = (call.resource, call.record_id, call.show_state)
    record = await call.db.read(records.retrieve, *of, account_id=call.account_id)
    return Answer(200, envelope.success(record))


async def update(call: Call) -> Answer:
    changes = await _draft(call)
    of = (call.caller, call.resource, call.record_id)
    written = await call.db.write(call.account_id, guarded.update, *of, changes, call.seen)
    call.operation = written.operation
    return Answer(200, envelope.success([]))


async def _draft(call: Call) -> Draft:
    body = await call.body()
    call.ignored = ignored.paths(call.resource, body)
    return draft.parse(call.resource, body)


async def health(call: Call) -> Answer:
    """The process is up; touches nothing."""
    return Answer(200, envelope.success({"status": "ok"}))


async def ready(call: Call) -> Answer:
    """The database can be read and written, and its schema is the one that this program knows."""
    if not await call.db.ready(migrate.is_current):
        raise Unavailable("The database's schema is not the one of this server: upgrade what is older")
    return Answer(200, envelope.success({"status": "ready"}))
