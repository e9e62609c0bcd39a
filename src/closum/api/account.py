"""GET and PUT /api/account: the account of the user."""

from closum.accounts import account
from closum.http.answer import Answer, success, unchanged
from closum.http.file import has_etag
from closum.http.request import Request
from closum.model import draft, ignored
from closum.operations import guarded


async def retrieve(request: Request) -> Answer:
    found, tag = await request.db.read(account.retrieve, request.account_id)
    if has_etag(request.known, tag):
        return unchanged(tag)
    return success(found, tag=tag)


async def update(request: Request) -> Answer:
    body = await request.body()
    fields = request.resource.writable
    values, faults = draft.read_fields(fields, body)
    faults |= draft.missing(fields, values, values)
    await request.db.write(None, guarded.update_account, request.caller, values, faults, request.seen)
    return success([], ignored=ignored.paths(request.resource, body))


HANDLERS = {"retrieve": retrieve, "update": update}
"""By verb."""
