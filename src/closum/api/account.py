"""GET and PUT /api/account: the account of whoever is signed in."""

from closum.accounts import account
from closum.http import envelope
from closum.http.answer import Answer
from closum.http.request import Call
from closum.model import draft, ignored
from closum.operations import guarded


async def retrieve(call: Call) -> Answer:
    found, tag = await call.db.read(account.retrieve, call.account_id)
    call.show_state(tag)
    return Answer(200, envelope.success(found))


async def update(call: Call) -> Answer:
    body = await call.body()
    call.ignored = ignored.paths(call.resource, body)
    fields = call.resource.writable
    values, faults = draft.read_fields(fields, body)
    faults |= draft.missing(fields, values, values)
    await call.db.write(None, guarded.update_account, call.caller, values, faults, call.seen)
    return Answer(200, envelope.success([]))


HANDLERS = {"retrieve": retrieve, "update": update}
"""By verb."""
