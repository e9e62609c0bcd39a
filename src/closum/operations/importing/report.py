"""An import as people are shown it: what the file is, how far it is, what became of its rows."""

from datetime import datetime
from typing import Any

from closum.operations import undone
from closum.operations.importing import policy
from closum.operations.importing.counting import RECORD
from closum.operations.importing.mapping import Column
from closum.operations.importing.work import NAME
from closum.store import background, imports
from closum.store.background import FAILED as HAS_FAILED
from closum.store.background import Job
from closum.store.imports import ANALYSIS, CHECK, DONE, RUN, Import
from closum.store.unit import Unit

FAILED = "failed"
COUNTS = ("created", "updated", "skipped", "faulty", "left_out")
SAMPLES = 3  # values of a column
FIRST_FAULTS = 20


def shown(unit: Unit, found: Import) -> dict[str, Any]:
    """The whole of an import."""
    job = background.job(unit, NAME, found.id)
    report, place = found.report or {}, _place(found, job)
    said = policy.read(found.policy)
    faults = imports.faults(unit, found.id, 0, FIRST_FAULTS)
    return {
        **summary(unit, found),
        "cities": [*said.cities],
        "empty": [*said.empty],
        "sheets": report.get("sheets") or [],
        "columns": _columns(found, report.get("first") or []),
        "warning_count": place.get("warning_count", 0),
        "warnings": [_warning(*one) for one in place.get("warnings", [])],
        "faults": [_fault(one.line, one.faults) for one in faults],
        "preview": place.get("preview") or [],
    }


def summary(unit: Unit, found: Import) -> dict[str, Any]:
    """What a list shows of an import."""
    job = background.job(unit, NAME, found.id)
    place, form = _place(found, job), found.form or {}
    failed = job is not None and job.state == HAS_FAILED and found.phase in (ANALYSIS, CHECK, RUN)
    operation = _operation(found, job)
    return {
        "id": found.id,
        "phase": FAILED if failed else found.phase,
        "error": job.error if failed and job else None,
        "file": {
            "name": found.name,
            "size": found.size,
            "sha256": found.sha256,
            "is_kept": bool(found.file),
        },
        "format": form.get("format"),
        "encoding": form.get("encoding") or None,
        "delimiter": form.get("delimiter") or None,
        "sheet": form.get("sheet") or None,
        "header_line": form.get("header_line"),
        "match": found.policy["match"],
        "on_match": found.policy["on_match"],
        "country": found.policy["country"],
        "rows": place.get(RECORD, 0),
        "total": job.total if job and found.phase in (CHECK, RUN) else place.get(RECORD),
        "rate": _rate(place, job),
        "counts": {name: place.get(name, 0) for name in COUNTS},
        "is_dry_run": place.get("phase") == CHECK,
        "resource": found.resource,
        "operation": operation,
        "undone_by": _undone(unit, operation),
        "created": found.created,
        "modified": max(found.modified, job.modified) if job else found.modified,
    }


def counted(unit: Unit, found: Import) -> dict[str, Any]:
    """What became of the rows, as `counting` has it."""
    return _place(found, background.job(unit, NAME, found.id))


def _place(found: Import, job: Job | None) -> dict[str, Any]:
    """The counts of what goes on, none before its first rows, else of the last run, else of the last dry run."""
    report = found.report or {}
    if found.phase == DONE:
        return report.get("run") or {}
    running = job.place if job and (job.place or {}).get("phase") else None
    if found.phase in (CHECK, RUN):
        return running if running and running["phase"] == found.phase else {"phase": found.phase}
    return running or report.get("dry_run") or {}


def _operation(found: Import, job: Job | None) -> int | None:
    place: dict[str, Any] = (job.place if job else None) or (found.report or {}).get("run") or {}
    operation: int | None = place.get("operation")
    return operation


def _undone(unit: Unit, operation: int | None) -> int | None:
    if operation is None:
        return None
    return max(undone.in_force(unit, [operation])[operation].values(), default=None)


def _rate(place: dict[str, Any], job: Job | None) -> float | None:
    """Rows a second."""
    if not place.get(RECORD) or job is None:
        return None
    passed = datetime.fromisoformat(job.modified) - datetime.fromisoformat(place["started"])
    return round(float(place[RECORD]) / max(1.0, passed.total_seconds()), 1)


def _columns(found: Import, first: list[list[Any]]) -> list[dict[str, Any]]:
    """What each column means, in the order in which those of one property are tried, and its first values."""
    return [
        {
            "column": one.column,
            "heading": one.heading,
            "to": one.to or None,
            "type": one.type,
            "samples": [
                row[one.column - 1] for row in first if row[one.column - 1 : one.column] not in ([], [""])
            ][:SAMPLES],
        }
        for one in (Column(*each) for each in found.mapping)
    ]


def _warning(line: int, rule: str, message: str) -> dict[str, Any]:
    return {"line": line, "rule": rule, "message": message}


def _fault(line: int, faults: list[list[Any]]) -> dict[str, Any]:
    names = ("column", "property", "rule", "message")
    return {"line": line, "faults": [dict(zip(names, one, strict=True)) for one in faults]}
