"""A list as a file: written at full speed to the spool, of one moment, and sent from there as the client takes it.

The ledger has who took which records out.
"""

from base64 import b64encode
from typing import NamedTuple

from closum.formats.output import Output
from closum.http import spool
from closum.http.answer import Answer, Headers
from closum.http.file import of_file
from closum.http.request import Request
from closum.http.spool import Growing, Spooled
from closum.model.change import By
from closum.operations import exporting
from closum.operations.exporting import MEDIA_TYPES, Export
from closum.store import exports, noting
from closum.store.unit import Stream

DIGEST = "Repr-Digest"
"""The header with the digest of a file."""


class Made(NamedTuple):
    """A whole file, its SHA-256, its name, and how many records it has."""

    file: Spooled
    sha256: bytes
    name: str
    records: int

    @property
    def etag(self) -> str:
        return f'"{self.sha256.hex()[:32]}"'


async def answer(request: Request, asked: Export, by: By) -> Answer:
    """The file, to be saved under its name. Raises Malformed for what its format cannot hold, and Unavailable."""
    growing = Growing(request.services.spool, exports.SECONDS)
    made = await spool.written(
        request.db.export, request.receive, _write, growing, asked, account_id=request.account_id
    )
    media_type = MEDIA_TYPES[asked.format]
    found = of_file(request.scope, made.file, len(made.file), made.etag, media_type, _headers(made))
    if _has_bytes(request, found):
        try:
            await noting.note(
                request.db, by, "exported", request.account_id, None, **asked.told(made.records)
            )
        except BaseException:
            made.file.close()
            raise
    return found


def _has_bytes(request: Request, found: Answer) -> bool:
    """Whether the client gets any of the file."""
    return request.scope["method"] != "HEAD" and found.status in (200, 206)


def _write(unit: Stream, growing: Growing, asked: Export) -> Made:
    with growing:
        output = Output(growing.write)
        number = exporting.write(unit, asked, output)
        return Made(growing.end(), output.sha256, asked.file_name(unit.now), number)


def _headers(made: Made) -> Headers:
    saved = f"attachment; filename=\"{made.name}\"; filename*=UTF-8''{made.name}"
    return [
        (b"content-disposition", saved.encode()),
        (DIGEST.lower().encode(), b"sha-256=:%b:" % b64encode(made.sha256)),
    ]
