"""Undos of imports that have only come to a part of them: while one goes on, where it was stopped, and where a part came back."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from closum.errors import Gone, Invalid, NotFound
from closum.operations import jobs, remaining, undone
from closum.operations import undoing as undoings
from closum.operations.undone import Begun
from closum.store import background
from closum.store.background import DONE, FAILED, Job
from closum.store.operation import UNDO
from closum.store.unit import Unit


class Undoing(NamedTuple):
    """The last undo that is in force, None where none is; and of background work its id, "" of anything else, how many of so many changes
    it has come to, whether it brings back what an undo took, and whether it goes on."""

    undo: int | None
    job_id: str = ""
    done: int = 0
    total: int | None = None
    is_redo: bool = False
    goes_on: bool = False

    @property
    def name(self) -> str:
        """The last part of the keys of texts that say so."""
        if not self.goes_on:
            return "partly"
        return "redoing" if self.is_redo else "undoing"


def read(unit: Unit, operations: Iterable[int | None]) -> dict[int | None, Undoing]:
    """By the operation of each import of which only a part is there, how that came."""
    wanted = {one for one in operations if one}
    extents = undone.extents(unit, wanted)
    begun = background.jobs(unit, background.ALL, kind=UNDO) if wanted else []
    chains = undone.begun(unit, {one.number: one.argument["operation"] for one in begun})
    found = dict[int | None, Undoing]()
    for job in sorted(begun, key=lambda one: one.number):  # the last one decides
        chain = chains[job.number]
        if chain.operation in wanted:
            found.pop(chain.operation, None)
            if _is_partial(unit, job, chain):
                job_id, goes_on = jobs.job_id(UNDO, job.number), job.state not in (DONE, FAILED)
                undo = extents[chain.operation].undo
                found[chain.operation] = Undoing(undo, job_id, job.done, job.total, chain.is_redo, goes_on)
    for one, extent in extents.items():
        if extent.is_partly:
            found.setdefault(one, Undoing(extent.undo))
    return found


def with_left(unit: Unit, undone_by: Mapping[int, int]) -> dict[int | None, Undoing]:
    """Likewise of the operations of imports that are wholly undone but for what was changed since; with the undo of each."""
    sizes = {one: undone.find(unit, one).size for one in undone_by}
    return {one: Undoing(undone_by[one]) for one in remaining.read(unit, sizes)} if sizes else {}


class Left(NamedTuple):
    """Whether undos have left something, and the first of them that is in force, which has undone most."""

    stayed: bool
    first: int | None


def left(unit: Unit, operation: int, kept_days: int) -> Left:
    """Of the undos of an operation, which have ended."""
    first = min(undone.in_force(unit, [operation])[operation].values(), default=None)
    try:
        undoings.preview(unit, operation, kept_days, {})
    except (Gone, Invalid, NotFound):
        return Left(stayed=False, first=first)
    return Left(stayed=True, first=first)


def _is_partial(unit: Unit, job: Job, chain: Begun) -> bool:
    """Whether work goes on, has ended early, or has brought back what one of several undos took."""
    if job.state == DONE:
        return chain.is_redo and bool(undone.in_force(unit, [chain.operation])[chain.operation])
    operation = (job.place or {}).get("operation")
    has_done = operation is not None and not undone.in_force(unit, [operation])[operation]
    return job.state != FAILED or has_done
