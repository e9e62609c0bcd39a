"""Imports: a file is sent, looked at, tried and imported, each in the background."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from closum.api import imports_shown as shown
from closum.api import responses
from closum.errors import BodyTooLarge, Faults, Invalid, Malformed, UnsupportedMediaType, WrongPhase
from closum.formats.form import Given
from closum.http import answer, refused_rows, upload, written
from closum.http.answer import Answer, success
from closum.http.exported import DIGEST
from closum.http.request import Request
from closum.http.route import DATA, Operation, Route, Sample
from closum.model import body_fields, query
from closum.model.draft import MAX_ID
from closum.model.fields import Field
from closum.model.ignored import Path
from closum.operations import guarded
from closum.operations.importing import asked, declared, faults, job, report, rights
from closum.operations.importing.asked import FIELDS, START
from closum.operations.importing.policy import Policy
from closum.resources.lead import LEAD
from closum.store import imports
from closum.store.imports import Import, Sent
from closum.store.unit import Unit

TAG = "Imports"
RESOURCE = "resource"
MOST_BYTES = asked.MOST_BYTES


async def create(request: Request) -> Answer:
    resource = request.parameters(RESOURCE).get(RESOURCE, LEAD.name)
    if resource not in declared.names():
        raise Malformed(f"'{RESOURCE}' must be one of {', '.join(declared.names())}")
    rights.require(request.caller.identity, resource)
    path, files = request.services.files.new(request.account_id), request.services.files
    try:
        got = await request.upload(path, MOST_BYTES)
        media_type = request.headers.get(b"content-type", b"").decode("latin-1")[:255]
        sent = Sent(upload.name(request.headers), media_type, got.size, got.sha256, path.name)
        write = (guarded.do, request.caller, job.add, sent, Given(), Policy(), resource)
        done = await request.write(*write, answer=_created)
    except BaseException:
        files.remove(path.name)
        raise
    if written.is_replayed(done):  # the import has the file that came first
        files.remove(path.name)
    request.services.wake()
    return done


def _created(found: Import, ignored: Sequence[Path]) -> Answer:
    return success({"id": found.id}, 201, ignored=ignored)


async def list_(request: Request) -> Answer:
    given = request.parameters("before", "limit")
    most = query.limit(given.get("limit"))
    before = query.number("before", given["before"], 0) if "before" in given else MAX_ID
    found, has_more = await request.db.read(_newest, most, before, account_id=request.account_id)
    places = {
        "next": found[-1]["id"] if has_more else None,
        "has_next_page": has_more,
        "limit": query.limit_shown(most),
    }
    return Answer(200, answer.page(found, places))


def _newest(unit: Unit, most: int, before: int) -> tuple[list[dict[str, Any]], bool]:
    found = imports.newest(unit, most + 1, before)
    return [report.summary(unit, one) for one in found[:most]], len(found) > most


async def retrieve(request: Request) -> Answer:
    return success(await request.db.read(_whole, request.record_id, account_id=request.account_id))


def _whole(unit: Unit, number: int) -> dict[str, Any]:
    return report.shown(unit, job.find(unit, number))


async def update(request: Request) -> Answer:
    body, number = await request.body(), request.record_id
    body_fields.check_names(FIELDS, body)
    wanted = body_fields.draft(FIELDS, body)
    write = (rights.do, request.caller, _change, number, body, wanted.faults)
    return await request.write(*write, answer=partial(_shown, request))


def _change(unit: Unit, number: int, body: Mapping[str, Any], wrong: Faults) -> dict[str, Any]:
    found = job.find(unit, number)
    if wrong:
        raise Invalid(wrong)
    return report.shown(unit, job.change(unit, number, asked.wanted(found, body)))


async def start(request: Request) -> Answer:
    body, number = await request.optional_body(), request.record_id
    body_fields.check_names(START, body)
    wanted = body_fields.draft(START, body)
    write = (rights.do, request.caller, _start, number, wanted.values, wanted.faults)
    return await request.write(*write, answer=partial(_shown, request))


def _start(unit: Unit, number: int, values: Mapping[str, Any], wrong: dict[str, Any]) -> dict[str, Any]:
    job.find(unit, number)
    if wrong:
        raise Invalid(wrong)
    seen = values.get("sha256")
    return report.summary(unit, job.start(unit, number, bool(values.get("dry_run")), seen and seen.lower()))


async def cancel(request: Request) -> Answer:
    write = (guarded.do, request.caller, _cancel, request.record_id)
    return await request.write(*write, answer=partial(_shown, request))


def _cancel(unit: Unit, number: int) -> dict[str, Any]:
    return report.summary(unit, job.cancel(unit, number))


async def refused(request: Request) -> Answer:
    return await refused_rows.download(request, request.caller.by)


def _shown(request: Request, found: dict[str, Any], ignored: Sequence[Path]) -> Answer:
    request.services.wake()
    return success(found, ignored=ignored)


def _operation(name: str, id: str, summary: str, does: str, found: Any, **more: Any) -> Operation:
    return Operation(name, id, TAG, summary, does, found, result=DATA, **more)


def _configures(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {"fields": fields, "body": body_fields.schema(fields)}


READ, WRITE, PATH = "import:read", "import:write", "/api/import"

ROUTES = [
    Route(
        "POST",
        PATH,
        create,
        WRITE,
        _operation(
            "send_import",
            "sendImport",
            "Send a File",
            "takes a file of leads, or of the records that the parameter `resource` names, of at most 1 GiB: CSV, XLSX, NDJSON or vCard. "
            "The body is the file itself, `X-File-Name` has "
            "its name (percent-encoded), and `Content-Type` its type. The server reads it in the background; the import waits for "
            "its start. [Imports](#tag/Imports) shows the calls that follow.",
            responses.made("The id of the import"),
            query=(RESOURCE,),
            uploads=True,
            errors=(BodyTooLarge, UnsupportedMediaType),
        ),
        Sample(status=201, body=None),
    ),
    Route(
        "GET",
        PATH,
        list_,
        READ,
        _operation(
            "imports",
            "listImports",
            "List Imports",
            "retrieves the imports of your account, the newest first. It takes the parameters `before`, `limit`; others are "
            "refused.",
            shown.IMPORTS,
            query=("before", "limit"),
        ),
        Sample(),
    ),
    Route(
        "GET",
        f"{PATH}/{{id}}",
        retrieve,
        READ,
        _operation(
            "import",
            "retrieveImport",
            "Retrieve an Import",
            "says what the server has found out about the file, how far the import is, and what became of the rows.",
            shown.IMPORT,
        ),
        Sample(),
    ),
    Route(
        "PUT",
        f"{PATH}/{{id}}",
        update,
        WRITE,
        _operation(
            "configure_import",
            "configureImport",
            "Say How to Import a File",
            "says what the columns of the file mean, and what happens to a lead that a row matches. A property that is left out "
            "stays as it is. The server remembers the mapping for the next file with the same headings. After `format`, "
            "`encoding`, `delimiter`, `sheet` or `header_line` it reads the file again.",
            shown.CONFIGURED,
            errors=(WrongPhase,),
            **_configures(FIELDS),
        ),
        Sample({"on_match": "skip", "country": "PT"}),
    ),
    Route(
        "POST",
        f"{PATH}/{{id}}/start",
        start,
        WRITE,
        _operation(
            "start_import",
            "startImport",
            "Start an Import",
            "starts an import, or with `dry_run` counts what it would do and changes nothing. An import that was cancelled goes on "
            "where it stopped.",
            shown.STARTED,
            errors=(WrongPhase,),
            optional=True,
            **_configures(START),
        ),
        Sample({"dry_run": True}),
    ),
    Route(
        "POST",
        f"{PATH}/{{id}}/cancel",
        cancel,
        WRITE,
        _operation(
            "cancel_import",
            "cancelImport",
            "Cancel an Import",
            "stops an import, or its dry run. The leads that it has written stay; the undo of its operation takes them back.",
            shown.SUMMARY,
            errors=(WrongPhase,),
        ),
        Sample(),
    ),
    Route(
        "GET",
        f"{PATH}/{{id}}/faults",
        refused,
        READ,
        _operation(
            "import_faults",
            "downloadImportFaults",
            "Download the Rows That Were Refused",
            "retrieves a CSV file with the rows that were refused, as they were, and the reasons; after a dry run with those that "
            "the import would refuse. Correct them and send the file again: the two columns with line and reasons are left out then.",
            responses.document(
                f"The file. `Content-Length` and `{DIGEST}` tell whether all of it has arrived",
                faults.EXAMPLE,
                headers=(DIGEST, "Content-Disposition"),
            ),
        ),
        Sample(),
        media_type=refused_rows.CSV_TYPE,
    ),
]
