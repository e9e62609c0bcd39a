"""GET, PUT and PATCH /api/account: the account of the user."""

from collections.abc import Sequence
from typing import Any

from closum.accounts import account
from closum.http.answer import Answer, success, unchanged
from closum.http.file import has_etag
from closum.http.request import Request
from closum.model import draft, ignored
from closum.model.ignored import Path
from closum.operations import guarded
from closum.store.unit import Unit


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
    of = (guarded.update_account, request.caller, values, faults, request.seen)
    paths, account_id = ignored.paths(request.resource, body), request.account_id

    def shown(unit: Unit, _: int) -> tuple[Any, str]:
        return account.retrieve(unit, account_id)

    return await request.write(*of, answer=_updated, ignored=paths, shared=True, shown=shown)


def _updated(_: None, ignored: Sequence[Path]) -> Answer:
    return success([], ignored=ignored)


HANDLERS = {"retrieve": retrieve, "update": update, "patch": update}
"""By verb."""
