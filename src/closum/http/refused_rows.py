"""The download of the rows that an import refused. The ledger has who took them."""

import asyncio
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256

from closum.http import answer
from closum.http.answer import Answer
from closum.http.request import Request
from closum.model.change import By
from closum.operations.importing import faults, job
from closum.operations.importing.faults import FileName, Wording
from closum.store import imports, noting
from closum.store.imports import Import

CSV_TYPE = "text/csv; charset=utf-8"


async def download(
    request: Request,
    by: By,
    wording: Wording = faults.PLAIN,
    name: Callable[[Import], FileName] = faults.name,
) -> Answer:
    """A CSV file, of the import in the path. Raises NotFound, Unavailable."""
    of = (request.record_id, request.account_id)
    found = await request.db.read(job.find, of[0], account_id=of[1])
    spooled, digest, after, number = request.services.spool.file(), sha256(), 0, 0
    try:
        piece = faults.head(found, wording)
        while piece:
            digest.update(piece)
            spooled.write(bytearray(piece))
            some = await request.db.read(imports.faults, found.id, after, faults.AT_ONCE, account_id=of[1])
            piece = await asyncio.to_thread(faults.rows, found, some, wording)
            after, number = some[-1].record if some else after, number + len(some)
        if request.scope["method"] != "HEAD":
            await noting.note(
                request.db, by, "refused_rows_exported", of[1], None, number=found.id, rows=number
            )
    except BaseException:
        spooled.close()
        raise
    headers = [(b"repr-digest", b"sha-256=:%b:" % b64encode(digest.digest()))]
    plain, named = name(found)
    return answer.download(spooled, CSV_TYPE, plain, headers, named)
