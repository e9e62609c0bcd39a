"""Long changes of an account's records come one after the other: what two of them made of the same records would depend on timing."""

from closum.errors import WorkRunning
from closum.operations import jobs
from closum.store import background
from closum.store.operation import UNDO
from closum.store.unit import Unit

BULK = "bulk"
KINDS = (UNDO, BULK)
LONG = 1_000
"""Changes of one call; of more than these none goes on beside the background work of another one."""


def refuse(unit: Unit) -> None:
    """Raises WorkRunning where a long change has not ended. A unit that writes has its account for itself, so no other begins."""
    if running := waits_for(unit):
        raise WorkRunning(running)


def waits_for(unit: Unit) -> str | None:
    """The id of the long change that has not ended."""
    return next((jobs.job_id(one.kind, one.number) for one in background.going_on(unit, KINDS)), None)
