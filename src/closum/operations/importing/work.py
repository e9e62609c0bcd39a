"""Background work of imports: what a file is, a dry run, and the import itself, each in small steps."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from closum import resources
from closum.model.change import By
from closum.operations.importing import declared, dry, fitting, policy, wire, writing
from closum.operations.importing import mapping as mappings
from closum.operations.importing.child import Task
from closum.operations.importing.counting import BEGIN, RECORD, count
from closum.operations.importing.declared import Said
from closum.operations.importing.files import Files
from closum.operations.importing.making import Making
from closum.operations.importing.mapping import Column
from closum.operations.importing.policy import Policy
from closum.operations.importing.reader import Reader
from closum.operations.importing.wire import Analysis, Ready, Rows
from closum.operations.importing.writing import REFUSED, Outcome, Written
from closum.operations.runner import Elsewhere, Kind, Work
from closum.resources.lead import LEAD
from closum.store import imports
from closum.store.background import Claim, Key, Progress
from closum.store.imports import ANALYSIS, CHECK, DONE, READY, RUN, Import
from closum.store.unit import Unit, timestamp

NAME = imports.NAME
LEAST, MOST = 100, 10_000  # rows of a step
STEP_SECONDS, PAUSES = 0.010, 1
PREVIEW = 10  # rows that a dry run shows


class Argument(NamedTuple):
    """What is asked for: a phase, the task of the process that reads the file, whose it is, and what its rows become."""

    phase: str
    task: dict[str, Any]
    policy: dict[str, Any]
    user_id: int | None
    request_id: str
    key_id: int | None = None
    resource: str = LEAD.name


class Leads:
    """Makes leads of the rows of one file."""

    def __init__(self, wanted: Policy) -> None:
        self._policy, self._imagined = wanted, dry.imagined(wanted)

    def write(self, unit: Unit, ready: Sequence[Ready]) -> Written:
        return writing.write(unit, self._policy, ready, unit.by)

    def decide(self, unit: Unit, ready: Sequence[Ready]) -> list[Outcome]:
        return dry.decide(unit, self._policy, ready, unit.by, self._imagined)

    def shown(self, unit: Unit, ready: Sequence[Ready]) -> list[dict[str, Any]]:
        return [{"lead": lead_of(row)} for row in ready]


def making(
    resource: str, policy_kept: Mapping[str, Any], columns: Iterable[Sequence[Any]], said: Said
) -> Leads | Making:
    """What makes records of a resource, of what is in these columns."""
    if resource == LEAD.name:
        return Leads(policy.read(policy_kept))
    return Making(resources.RESOURCES.of_name(resource), [Column(*one) for one in columns], said)


class _Reading:
    """A file that is being read, and what makes records of its rows; what a dry run has decided last."""

    def __init__(self, argument: Argument, task: Task, said: Said) -> None:
        self.argument, self.reader = argument, Reader(task)
        self.columns = [Column(*one) for one in task.columns or ()]
        self.making = making(argument.resource, argument.policy, self.columns, said)
        self.decided: tuple[int, list[Outcome]] = (-1, [])


class Step(NamedTuple):
    """What a step is handed: what the file is, or rows of it, the last ones where it `is_last`."""

    analysis: Analysis | None
    rows: Rows
    is_last: bool
    reading: _Reading


class Preparing:
    """Reads the files of imports, each in a process of its own, as long as its work goes on here. Not `alone` a file that is not
    here is that of another server.
    """

    def __init__(self, files: Files, said: Said, *, alone: bool) -> None:
        self._files, self._said, self._alone = files, said, alone
        self._readings: dict[Key, _Reading] = {}

    def prepare(self, key: Key, claim: Claim, size: int) -> Step:
        argument = Argument(*claim.argument)
        position = (claim.progress.place or BEGIN)[RECORD]
        reading = self._readings.get(key)
        if reading is None or reading.argument != argument or reading.reader.position != position:
            self.forget(key)
            reading = self._readings[key] = self._begun(argument, position)
        if argument.phase == ANALYSIS:
            return Step(reading.reader.analysis(), Rows([], []), True, reading)
        rows = reading.reader.take(max(LEAST, min(size, MOST)))
        return Step(None, rows, reading.reader.is_at_end, reading)

    def _begun(self, argument: Argument, position: int) -> _Reading:
        # What a dry run remembers ends with the process, so a dry run begins again at the first row.
        start = 0 if argument.phase == CHECK else position
        task = Task(**argument.task)
        path = self._files.path(task.path)
        if not (self._alone or path.exists()):
            raise Elsewhere
        known = declared.known(argument.resource, self._said)
        return _Reading(argument, task._replace(path=str(path), start=start, known=known), self._said)

    def forget(self, key: Key) -> None:
        if reading := self._readings.pop(key, None):
            reading.reader.close()


def kind(files: Files, said: Said = declared.unsaid, *, alone: bool = True) -> Kind:
    """Reads and imports the files that people send, whose headings and cells may be as pages call things; not `alone` there are
    servers that have files which are not here.
    """
    return Kind(
        NAME,
        _step,
        preparing=Preparing(files, said, alone=alone),
        seconds=STEP_SECONDS,
        pauses=PAUSES,
        forgets=True,
    )


def _step(unit: Unit, work: Work) -> Progress:
    argument, step = Argument(*work.argument), work.prepared
    found = imports.find(unit, work.number)
    if found is None or found.phase != argument.phase:  # cancelled
        return Progress(work.progress.place, work.progress.done, work.progress.total, ended=True)
    by = By(argument.user_id, argument.request_id, NAME, work.number, argument.key_id)
    return _STEPS[argument.phase](unit.of(unit.account_id, by), work, found, step)


def hashed(headings: Sequence[str], resource: str) -> str:
    """The same for two files of a resource with the same headings."""
    of = () if resource == LEAD.name else (resource, "")
    return sha256("\x1f".join((*of, *headings)).encode()).hexdigest()


def _analysed(unit: Unit, work: Work, found: Import, step: Step) -> Progress:
    analysis = step.analysis
    assert analysis
    mapping = _kept(unit, analysis.form["headings"], found.resource) or _proposed(unit, found, analysis)
    report = {name: getattr(analysis, name) for name in ("sheets", "first", "lines", "about", "counted")}
    imports.change(unit, found.id, phase=READY, form=analysis.form, mapping=mapping, report=report)
    imports.forget_faults(unit, found.id)
    return Progress(done=1, total=1, ended=True)


def _proposed(unit: Unit, found: Import, analysis: Analysis) -> list[list[Any]]:
    if found.resource != LEAD.name:
        return analysis.mapping
    return [list(one) for one in fitting.proposed(unit, analysis.mapping, analysis.first)]


def _kept(unit: Unit, headings: Sequence[str], resource: str) -> list[list[Any]] | None:
    """What a person said of a file with these headings, or of the one whose refused rows this file has."""
    if kept := imports.mapping(unit, hashed(headings, resource)):
        return kept
    start, sent = tuple(headings[:2]), headings[2:]
    kept = imports.mapping(unit, hashed(sent, resource)) if start in mappings.OF_REFUSED else None
    return kept and [list(one) for one in mappings.of_refused([mappings.Column(*one) for one in kept], start)]


def _checked(unit: Unit, work: Work, found: Import, step: Step) -> Progress:
    reading, rows = step.reading, step.rows.rows
    start = reading.reader.position - len(rows)
    place = dict((start and work.progress.place) or _begun(unit, CHECK))
    ready = [one for one in rows if isinstance(one, Ready)]
    if reading.decided[0] != start:  # a step may run twice, and what is imagined goes on once
        reading.decided = start, reading.making.decide(unit, ready)
    outcomes = reading.decided[1]
    faults = count(place, start, rows, outcomes, step.rows.warnings, reading.columns)
    if not start:  # what an interrupted one has kept
        imports.forget_faults(unit, found.id)
    imports.refuse(unit, found.id, faults)
    _preview(unit, place, ready, outcomes, reading.making)
    if step.is_last:
        imports.change(unit, found.id, phase=READY, report={**(found.report or {}), "dry_run": place})
    return _progress(place, found, step)


def _imported(unit: Unit, work: Work, found: Import, step: Step) -> Progress:
    rows, place = step.rows.rows, dict(work.progress.place or _begun(unit, RUN))
    ready = [one for one in rows if isinstance(one, Ready)]
    written = step.reading.making.write(unit, ready)
    faults = count(place, place[RECORD], rows, written.outcomes, step.rows.warnings, step.reading.columns)
    imports.refuse(unit, found.id, faults)
    place["operation"] = place.get("operation") or written.operation
    if step.is_last:
        imports.change(unit, found.id, phase=DONE, report={**(found.report or {}), "run": place})
    return _progress(place, found, step)


_STEPS: dict[str, Callable[[Unit, Work, Import, Step], Progress]] = {
    ANALYSIS: _analysed,
    CHECK: _checked,
    RUN: _imported,
}


def _begun(unit: Unit, phase: str) -> dict[str, Any]:
    return {**BEGIN, "phase": phase, "started": timestamp(unit.now)}


def _progress(place: dict[str, Any], found: Import, step: Step) -> Progress:
    about = (found.report or {}).get("about")
    total = place[RECORD] if step.is_last else about and max(about, place[RECORD])
    return Progress(place, place[RECORD], total, step.is_last)


def _preview(
    unit: Unit,
    place: dict[str, Any],
    ready: Sequence[Ready],
    outcomes: Sequence[Outcome],
    making: Leads | Making,
) -> None:
    """The first rows as they will be."""
    both = [one for one in zip(ready, outcomes, strict=True) if one[1].result != REFUSED]
    some = both[: max(0, PREVIEW - len(place["preview"]))]
    shown = making.shown(unit, [row for row, _ in some]) if some else []
    told = [
        {"line": row.line, "result": outcome.result, **one}
        for (row, outcome), one in zip(some, shown, strict=True)
    ]
    place["preview"] = [*place["preview"], *told]


def lead_of(row: Ready) -> dict[str, Any]:
    """The lead that a row becomes, or gives its values to."""
    values = dict(zip(wire.OWN, row.values, strict=True))
    listed = (*LEAD.listing.listed, wire.DATED)
    lead: dict[str, Any] = {
        name: values[name]
        for name in (*LEAD.writable_names, wire.DATED)
        if name in listed or values[name] is not None
    }
    for nested, names, record in zip(LEAD.nested, wire.SHOWN, row.nested, strict=True):
        found = record and dict(zip(names, record, strict=True))
        lead[nested.name] = found and {name: found[name] for name in nested.shows}
    return lead
