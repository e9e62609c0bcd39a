"""Where a record is that is not there any more: in another one, which it went into."""

from closum.errors import NotFound
from closum.http.request import Request
from closum.model.resource import Resource
from closum.operations import merging


async def elsewhere(request: Request, unknown: NotFound) -> NotFound:
    """What to answer where the record that the path names is not there."""
    resource: Resource | None = request.resource
    if resource is None or resource.shared or "id" not in request.params:
        return unknown
    try:
        record_id = request.record_id
    except NotFound:
        return unknown
    found = await request.db.read(merging.elsewhere, resource, record_id, account_id=request.account_id)
    return unknown if found is None else found
