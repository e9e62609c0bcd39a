"""Counts leads for reports, as background work: those that are new, and those that have changed."""

from closum.operations.runner import Kind, Work
from closum.resources.lead import LEAD
from closum.store import report_place, reports
from closum.store.background import Progress
from closum.store.unit import Unit, timestamp


def kind() -> Kind:
    return Kind(report_place.KIND, step, behind=_behind)


def _behind(unit: Unit, after: int, most: int) -> tuple[list[int], int | None]:
    return report_place.behind(unit, LEAD.name, timestamp(unit.now - report_place.AGAIN), after, most)


def step(unit: Unit, work: Work) -> Progress:
    """Count some more leads."""
    done, is_more = reports.count(unit, LEAD, work.size)
    return Progress(done=work.progress.done + done, ended=not is_more)
