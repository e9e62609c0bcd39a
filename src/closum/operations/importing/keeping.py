"""How long the files of imports are kept: as long as what they did can be undone, and no longer than a person wants."""

import asyncio
import contextlib
from functools import partial
from typing import Any

from closum.errors import Unavailable
from closum.operations.importing import job, work
from closum.operations.importing.files import Files
from closum.operations.runner import Kind, Work
from closum.store import background, imports
from closum.store.background import Progress
from closum.store.database import Database
from closum.store.imports import CANCELLED, DONE, RUN, Import
from closum.store.unit import Unit, timestamp

NAME = "import_files"
DAY = 24 * 3_600
MOST = 100  # imports of a step
SWEEP = 3_600.0  # seconds between two looks for files that no import knows

_COUNTS = (
    "phase",
    "record",
    "created",
    "updated",
    "unchanged",
    "skipped",
    "faulty",
    "left_out",
    "operation",
    "started",
)


def kind(days: int) -> Kind:
    """What files say is kept for so many days."""
    return Kind(NAME, partial(_forget_old, days), every=DAY)


def _forget_old(days: int, unit: Unit, work: Work) -> Progress:
    found = imports.with_files(unit, timestamp(unit.now - days * DAY), min(MOST, work.size))
    for one in found:
        _forget(unit, one)
    return Progress(done=work.progress.done + len(found), ended=not found)


def forget_all(unit: Unit) -> list[str]:
    """Keep nothing of any file: its name, its rows that were refused, what was shown of it, what its columns mean. The names of
    the files in their folder, which are still to be removed. An import that has not ended is cancelled.
    """
    names = list[str]()
    while found := imports.with_files(unit, "9", MOST):
        names += [one.file for one in found]
        for one in found:
            _forget(unit, one)
    imports.forget_mappings(unit)
    imports.forget_names(unit)
    return names


def _forget(unit: Unit, found: Import) -> None:
    """Of what became of the rows the counts stay. The file itself is removed by a sweep, or by who has asked."""
    run = (found.report or {}).get("run") or _running(unit, found.id)
    job.drop(unit, found.id)
    report = {"run": {name: run[name] for name in _COUNTS if name in run}} if run else None
    form = found.form and {**found.form, "headings": []}  # which are a person's data in a file without any
    phase = DONE if found.phase == DONE else CANCELLED
    imports.change(unit, found.id, phase=phase, report=report, form=form, mapping=[])


def _running(unit: Unit, number: int) -> dict[str, Any] | None:
    """How far an import is that has not ended."""
    begun = background.job(unit, work.NAME, number)
    place: dict[str, Any] = (begun.place if begun else None) or {}
    return place if place.get("phase") == RUN else None


async def sweep(db: Database, files: Files) -> None:
    """Now and then remove the files that no import knows: their imports forgot them, or were never made."""
    while True:
        with contextlib.suppress(Unavailable):
            await sweep_once(db, files)
        await asyncio.sleep(SWEEP)


async def sweep_once(db: Database, files: Files) -> None:
    """Remove the files that were not changed for an hour and that no import knows."""
    for account_id, name in await asyncio.to_thread(files.old):
        if not await db.read(imports.is_known, name, account_id=account_id):
            await asyncio.to_thread(files.remove, name)
