"""Background work as clients see it: how far it is, and what it has done."""

import re
from collections.abc import Sequence
from typing import Any

from closum.errors import NotFound
from closum.model.draft import MAX_ID
from closum.store import background
from closum.store import operation as operations
from closum.store.background import Job
from closum.store.operation import UNDO
from closum.store.unit import Unit, timestamp

QUIET = 10  # seconds

_ID = re.compile(r"([a-z_]{1,50})-([1-9][0-9]{0,18})", re.ASCII)


def job_id(kind: str, number: int) -> str:
    """What a client calls it."""
    return f"{kind}-{number}"


def read(unit: Unit, most: int) -> tuple[list[dict[str, Any]], bool]:
    """At most so many pieces of work, the newest first, and whether there are more."""
    found = background.jobs(unit, most + 1)
    return _shown(unit, found[:most]), len(found) > most


def retrieve(unit: Unit, text: str) -> dict[str, Any]:
    """The work with an id, as an answer has it. Raises NotFound."""
    return _shown(unit, [find(unit, text)])[0]


def going_on(unit: Unit) -> set[int]:
    """The operations that work is doing which has not ended."""
    return {one["operation"] for one in _shown(unit, background.going_on(unit)) if one["operation"]}


def is_quiet(unit: Unit, modified: str) -> bool:
    """Whether work that goes on has made no step for a while, as when its server was killed and nobody has taken it over yet."""
    return modified < timestamp(unit.now - QUIET)


def find(unit: Unit, text: str) -> Job:
    """The work with an id. Raises NotFound."""
    named = _ID.fullmatch(text)
    if not named or int(named[2]) > MAX_ID or not (job := background.job(unit, named[1], int(named[2]))):
        raise NotFound
    return job


def _shown(unit: Unit, found: Sequence[Job]) -> list[dict[str, Any]]:
    """As an answer has it. `operation` is what it has done, of which it names what it has left."""
    others = [(one.kind, one.number) for one in found if one.kind != UNDO]
    firsts = operations.first_caused(unit, others)
    return [
        begun(one) if one.kind == UNDO else begun(one) | {"operation": firsts.get((one.kind, one.number))}
        for one in found
    ]


def begun(job: Job) -> dict[str, Any]:
    """As an answer has it, as far as the work itself tells."""
    place = job.place or {}
    return {
        "id": job_id(job.kind, job.number),
        "kind": job.kind,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "error": job.error or None,
        "created": job.created,
        "modified": job.modified,
        "operation": place.get("operation"),
        "left_count": place.get("left_count", 0),
        "left": place.get("left", []),
    }
