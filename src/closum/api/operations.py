"""What was done, and undoing it: each call, command and background work is one operation."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from closum.api import operations_shown as shown
from closum.errors import Gone, NotFound, WorkEnded, WorkRunning
from closum.http import answer
from closum.http.answer import Answer, success
from closum.http.request import Request
from closum.http.route import DATA, Operation, Route, Sample
from closum.model import body_fields, query
from closum.model.fields import Flag
from closum.model.ignored import Path
from closum.operations import guarded, jobs, performed, permitted, stopping, undoing
from closum.operations.undo import Undone
from closum.store.background import Job

TAG, JOBS = "Operations", "Jobs"
FIELDS = (
    Flag("dry_run", description="`true`: change nothing, and answer what the undo would do", example=True),
)


async def list_(request: Request) -> Answer:
    given = request.parameters("before", "limit")
    most = query.limit(given.get("limit"))
    before = query.number("before", given["before"], 0) if "before" in given else None
    of = (most, _days(request), before)
    found = await request.db.read(performed.page, *of, long=True, account_id=request.account_id)
    places = {
        "next": found.next,
        "has_next_page": found.next is not None,
        "limit": query.limit_shown(most),
    }
    return Answer(200, answer.page(found.operations, places))


async def retrieve(request: Request) -> Answer:
    of = (request.record_id, _days(request))
    return success(await request.db.read(performed.retrieve, *of, long=True, account_id=request.account_id))


async def undo(request: Request) -> Answer:
    body = await request.optional_body()
    body_fields.check_names(FIELDS, body)
    wanted = body_fields.draft(FIELDS, body)
    of = (request.record_id, _days(request), wanted.faults)
    owner = request.account_id
    if wanted.values.get("dry_run"):
        preview = (permitted.preview_undo, request.identity, *of)
        found: Any = await request.db.read(*preview, long=True, one_moment=True, account_id=owner)
        return success(found)
    write = (permitted.undo, request.caller, *of)
    return await request.write(*write, answer=partial(_done, request))


def _done(request: Request, done: Undone | Job, ignored: Sequence[Path]) -> Answer:
    if isinstance(done, Undone):
        return success(undoing.shown(done), operation=done.operation, ignored=ignored)
    return accepted(request, done, ignored)


async def list_jobs(request: Request) -> Answer:
    most = query.limit(request.parameters("limit").get("limit"))
    found, has_more = await request.db.read(jobs.read, most, long=True, account_id=request.account_id)
    places = {"has_next_page": has_more, "limit": query.limit_shown(most)}
    return Answer(200, answer.page(found, places))


async def retrieve_job(request: Request) -> Answer:
    text = request.params["id"]
    return success(await request.db.read(jobs.retrieve, text, account_id=request.account_id))


async def stop(request: Request) -> Answer:
    write = (guarded.do, request.caller, stopping.stop, request.params["id"])
    return await request.write(*write, answer=_stopped)


def _stopped(found: dict[str, Any], ignored: Sequence[Path]) -> Answer:
    return success(found, ignored=ignored)


def accepted(request: Request, job: Job, ignored: Sequence[Path]) -> Answer:
    """202: background work begins."""
    shown = jobs.begun(job)
    status, body, headers, _ = success({"job": shown}, 202, ignored=ignored)
    place = f"{request.scope.get('root_path', '')}/api/job/{shown['id']}"
    return Answer(status, body, [(b"location", place.encode()), *headers])


def _days(request: Request) -> int:
    return request.services.kept_days


def _operation(name: str, tag: str, id: str, summary: str, does: str, found: Any, **more: Any) -> Operation:
    return Operation(name, id, tag, summary, does, found, result=DATA, **more)


ROUTES = [
    Route(
        "GET",
        "/api/operation",
        list_,
        "operation:read",
        _operation(
            "operations",
            TAG,
            "listOperations",
            "List What Was Done",
            "retrieves the operations of your account, the newest first. An operation is what one call, one command or one "
            "piece of background work did. A page can have fewer than `limit` if operations are large. "
            "It takes the parameters `before`, `limit`; others are refused.",
            shown.OPERATIONS,
            query=("before", "limit"),
        ),
        Sample(),
    ),
    Route(
        "GET",
        "/api/operation/{id}",
        retrieve,
        "operation:read",
        _operation(
            "operation",
            TAG,
            "retrieveOperation",
            "Retrieve an Operation",
            "retrieves one operation, with the first 100 records that it changed. The id of an operation is in the header "
            "`X-Operation` of the answer to the call, in the changes, and in the history of each record. The changes and the history "
            "have an id for each step of background work; this call takes it too, and answers with the whole operation.",
            shown.OPERATION,
        ),
        Sample(),
    ),
    Route(
        "POST",
        "/api/operation/{id}/undo",
        undo,
        "operation:write",
        _operation(
            "undo",
            TAG,
            "undoOperation",
            "Undo an Operation",
            "undoes an operation of the last 30 days, property by property, and says what it left and why: a property that "
            "somebody has changed since stays as it is. An undo is an operation too, so undoing it does again what it undid. With "
            "`dry_run` the call changes nothing, and says what the undo would do. Background work undoes an operation of more than "
            "3,000 changes: the answer is 202, with the job.",
            shown.UNDONE,
            fields=FIELDS,
            body=body_fields.schema(FIELDS),
            optional=True,
            errors=(Gone, WorkRunning),
            also=(shown.ACCEPTED,),
        ),
        Sample({"dry_run": True}),
    ),
    Route(
        "GET",
        "/api/job",
        list_jobs,
        "job:read",
        _operation(
            "jobs",
            JOBS,
            "listJobs",
            "List Background Work",
            "retrieves the background work that calls and commands have begun in your account, the newest first. Work that has ended is shown for 30 days. "
            "It takes the parameter `limit`; others are refused.",
            shown.JOBS,
            query=("limit",),
        ),
        Sample(),
    ),
    Route(
        "GET",
        "/api/job/{id}",
        retrieve_job,
        "job:read",
        _operation(
            "job",
            JOBS,
            "retrieveJob",
            "Retrieve Background Work",
            "says how far background work is: `done` of `total`, and whether its `state` is `pending`, `running`, `done` "
            "or `failed`.",
            shown.JOB,
            errors=(NotFound,),
        ),
        Sample(id="undo-1"),
    ),
    Route(
        "POST",
        "/api/job/{id}/stop",
        stop,
        "operation:write",
        _operation(
            "stop_job",
            JOBS,
            "stopJob",
            "Stop Background Work",
            "ends an undo, or a change or deletion of many records, behind the step that is being done. What is done stays: undo its "
            "`operation`. The `state` is `failed` then, and `error` says that it was stopped. Undo the same operation "
            "once more, and what the undo has not come to is undone.",
            shown.JOB,
            errors=(NotFound, WorkEnded),
        ),
        Sample(id="undo-1"),
    ),
]
