"""Background work that people stop: what its steps have done stays, and can be undone.

It is of the kinds that are of use also where only a part is done; a handover, say, has to end.
"""

from typing import Any

from closum.errors import WorkEnded
from closum.operations import bulk, jobs
from closum.operations.alone import KINDS
from closum.store import background
from closum.store.background import Key
from closum.store.unit import Unit

STOPPED = "It was stopped: what it has done stays, and can be undone"


def stop(unit: Unit, job_id: str) -> dict[str, Any]:
    """End work behind its last step; what it has come to. Raises NotFound, WorkEnded."""
    job = jobs.find(unit, job_id)
    key = Key(unit.account_id, job.kind, job.number)
    if job.kind not in KINDS or not background.stop(unit, key, STOPPED):
        raise WorkEnded
    if job.kind == bulk.NAME:  # as at its end; an undo is known by what it undoes
        background.forget_argument(unit, key)
    return jobs.retrieve(unit, job_id)
