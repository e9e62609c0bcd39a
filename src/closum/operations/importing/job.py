"""Imports as people ask for them: a file is taken, told how to be read, started and cancelled."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from closum.accounts import account
from closum.errors import Invalid, NotFound, WrongPhase, fault
from closum.formats.form import Given
from closum.operations import undone
from closum.operations.importing import mapping, owners, policy, sheet, stages
from closum.operations.importing.child import Task
from closum.operations.importing.counting import RECORD
from closum.operations.importing.headings import ID, OWNER
from closum.operations.importing.mapping import Column
from closum.operations.importing.policy import Policy
from closum.operations.importing.work import NAME, Argument, hashed
from closum.resources.lead import LEAD
from closum.store import background, cities, identity, imports
from closum.store.background import DONE as HAS_ENDED
from closum.store.background import FAILED, Job
from closum.store.imports import ANALYSIS, CANCELLED, CHECK, DONE, READY, RUN, Import, Sent
from closum.store.operation import UNDO
from closum.store.unit import Unit

_IS = {
    ANALYSIS: "is being read: wait until its phase is 'ready'",
    READY: "has not been started: start it first",
    CHECK: "is in a dry run: wait for its end, or cancel it",
    RUN: "is running: wait for its end, or cancel it",
    DONE: "has ended: send the file again, or undo what it did with POST /api/operation/{operation}/undo",
    CANCELLED: "was cancelled: start it, and it goes on where it stopped, or send the file again",
}
_GONE = "The file of import {id} was removed: send it again"
_CHANGED = "The file of import {id} is another one than was looked at: its SHA-256 is {sha256}"


class Wanted(NamedTuple):
    """What a person says of an import: how the file is read, what its columns mean, what becomes of rows that match.
    None of the three is changed where it is None."""

    given: Given | None
    columns: Sequence[Column] | None
    policy: Policy | None


def add(unit: Unit, sent: Sent, given: Given, usual: Policy, resource: str = LEAD.name) -> Import:
    """A new import, of a resource that has them, which background work begins to read."""
    how = usual if resource == LEAD.name else policy.BY_ID
    number = imports.add(unit, sent, given._asdict(), how._asdict(), resource)
    return _begin(unit, find(unit, number), ANALYSIS)


def find(unit: Unit, number: int) -> Import:
    """Raises NotFound."""
    found = imports.find(unit, number)
    if found is None:
        raise NotFound
    return found


def change(unit: Unit, number: int, wanted: Wanted) -> Import:
    """Read the file in another way, or do something else with its rows. Raises NotFound, WrongPhase."""
    found = find(unit, number)
    job = _job(unit, found)
    if found.phase != READY and not (found.phase == ANALYSIS and job.state == FAILED):
        raise _wrong(found)
    if wanted.policy:
        _check_cities(unit, wanted.policy)
        imports.change(unit, number, policy=wanted.policy._asdict())
        if ID in wanted.policy.match and wanted.columns is None:
            columns = mapping.with_id([Column(*one) for one in found.mapping])
            imports.change(unit, number, mapping=[list(one) for one in columns])
    if wanted.columns is not None and found.form:
        kept = [list(one) for one in wanted.columns]
        imports.change(unit, number, mapping=kept)
        imports.keep_mapping(unit, hashed(found.form["headings"], found.resource), kept)
    if wanted.given and wanted.given._asdict() != found.given:
        imports.change(unit, number, given=wanted.given._asdict())
        return _begin(unit, find(unit, number), ANALYSIS)
    return find(unit, number)


def _check_cities(unit: Unit, wanted: Policy) -> None:
    """Raises Invalid for cities that are not there."""
    there = {each for each, _ in cities.names(unit)} if wanted.cities else set()
    places = [place for place, one in enumerate(wanted.cities) if one["city_id"] not in there]
    if places:
        raise Invalid({"cities": {str(place): {"city_id": fault("_existsIn")} for place in places}})


def start(unit: Unit, number: int, dry: bool, sha256: str | None) -> Import:
    """Begin a dry run, or the import, which goes on where it stopped. Raises NotFound, WrongPhase, Invalid."""
    found = find(unit, number)
    job = _job(unit, found)
    if not found.file:
        raise WrongPhase(_GONE.format(id=number))
    if sha256 not in (None, found.sha256):
        raise WrongPhase(_CHANGED.format(id=number, sha256=found.sha256))
    if found.phase == ANALYSIS and job.state == FAILED:
        raise WrongPhase(f"The file of import {number} cannot be read: say how with PUT, or send it again")
    has_failed = found.phase in (RUN, CHECK) and job.state == FAILED
    if found.phase not in (READY, *(() if dry else (CANCELLED,))) and not has_failed:
        raise _wrong(found)
    if found.form is None:
        raise WrongPhase(f"Import {number} was cancelled before the file was read: send it again")
    check(found)
    goes_on = not dry and found.phase != READY and (job.place or {}).get("phase") == RUN
    if goes_on and (operation := (job.place or {}).get("operation")):
        goes_on = not _is_undone(unit, number, operation)
    if not goes_on:
        imports.forget_faults(unit, number)
    return _begin(unit, found, CHECK if dry else RUN, job.place if goes_on else None)


def check(found: Import) -> None:
    """Raises Invalid where nothing can come of the columns."""
    columns = [Column(*one) for one in found.mapping]
    if found.resource == LEAD.name:
        mapping.check(columns, policy.read(found.policy).match)
    else:
        mapping.check_any(columns)


def cancel(unit: Unit, number: int) -> Import:
    """Stop what goes on. What was imported stays. Raises NotFound, WrongPhase."""
    found = find(unit, number)
    if found.phase in (DONE, CANCELLED):
        raise _wrong(found)
    imports.change(unit, number, phase=READY if found.phase == CHECK else CANCELLED)
    return find(unit, number)


def forget_check(unit: Unit, number: int) -> None:
    """Keep nothing of the last dry run, which was of another mapping or policy. Raises NotFound."""
    report = find(unit, number).report
    if report and report.get("dry_run"):
        imports.change(unit, number, report={**report, "dry_run": None})
        imports.forget_faults(unit, number)
        background.forget_place(unit, NAME, number)


def can_be_removed(found: Import, job: Job | None) -> bool:
    """Whether it has written nothing, and nothing goes on."""
    has_written = found.phase == DONE or bool(((job and job.place) or {}).get("operation"))
    return not has_written and (job is None or job.state in (HAS_ENDED, FAILED))


def remove(unit: Unit, number: int) -> Import:
    """Keep nothing of an import that has written nothing; what it was. The file itself is removed by who has it.

    Raises NotFound, WrongPhase.
    """
    found = find(unit, number)
    if not can_be_removed(found, background.job(unit, NAME, number)):
        raise WrongPhase(f"Import {number} goes on, or has written something: cancel it, or undo that")
    imports.remove(unit, number)
    background.forget_argument(unit, background.Key(unit.account_id, NAME, number))
    background.forget_place(unit, NAME, number)
    return found


def drop(unit: Unit, number: int) -> None:
    """Keep neither the file of an import nor its rows that were refused. The file itself is removed by who has it."""
    imports.change(unit, number, phase=CANCELLED, file="", report=None)
    imports.forget_faults(unit, number)
    background.forget_place(unit, NAME, number)


def _is_undone(unit: Unit, number: int, operation: int) -> bool:
    """Whether what an import has written was taken back. Raises WrongPhase while that goes on."""
    undo = background.job(unit, UNDO, operation)
    if undo and undo.state not in (HAS_ENDED, FAILED):
        raise WrongPhase(f"What import {number} has written is being undone: wait for the end of that")
    return bool(undone.in_force(unit, [operation])[operation])


def _wrong(found: Import) -> WrongPhase:
    operation = ((found.report or {}).get("run") or {}).get("operation") or "<ID>"
    return WrongPhase(f"Import {found.id} {_IS[found.phase].format(operation=operation)}")


def _job(unit: Unit, found: Import) -> Job:
    """Raises WrongPhase for one that came from another database, and whose file is there."""
    job = background.job(unit, NAME, found.id)
    if job is None:
        raise WrongPhase(_GONE.format(id=found.id))
    return job


class Known(NamedTuple):
    """What the cells of a file may name: as `Options` has it."""

    users: dict[str, int]
    zone: str = "UTC"
    stages: dict[str, int] = {}  # noqa: RUF012
    stage_names: Sequence[str] = ()


def known(unit: Unit, found: Import, headings: Sequence[str]) -> Known:
    """The zone is that of the pages where one of them has exported the file."""
    becomes = {Column(*one).to for one in found.mapping}
    users = owners.known(unit) if OWNER in becomes else {}
    zone = identity.zone(unit) if sheet.is_sheet(headings) else "UTC"
    return Known(users, zone, *(stages.known(unit) if sheet.STAGE in becomes else ()))


def _begin(unit: Unit, found: Import, phase: str, place: Any = None) -> Import:
    """Have background work begin a phase."""
    form, country, said = None, None, policy.read(found.policy)
    if phase != ANALYSIS:
        form = found.form
        settings, _ = account.retrieve(unit.of(0), unit.account_id)
        country = found.policy["country"] or settings["country"]
    task = Task(
        path=found.file,
        name=found.name,
        media_type=found.media_type,
        size=found.size,
        sha256=found.sha256,
        given=found.given,
        form=form,
        columns=found.mapping if form else None,
        country=country,
        cities=cities.names(unit) if form else None,
        called=said.called if form else None,
        empty=[*said.empty],
        **(known(unit, found, form["headings"])._asdict() if form else {}),
        is_dry=phase == CHECK,
    )
    by = unit.by
    of = (by.user_id, by.request_id, by.key_id, found.resource)
    argument = Argument(phase, task._asdict(), found.policy, *of)
    imports.change(unit, found.id, phase=phase)
    total = (found.report or {}).get("about") if form else None
    background.begin_again(unit, NAME, found.id, argument, place, (place or {}).get(RECORD, 0), total)
    return find(unit, found.id)
