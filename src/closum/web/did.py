"""What somebody has just done to one lead, in words: `noted a call, changed the stage, added a follow-up`"""

from collections.abc import Iterator, Mapping
from typing import Any

from closum.model.change import CREATE, UPDATE
from closum.resources.lead import LEAD
from closum.resources.note import NOTE
from closum.resources.task import TASK
from closum.store import rows
from closum.store.unit import Unit
from closum.web.words import Words

_STAGE, _OWNER = "contact_lifecycle_stage_id", "owner_id"
_SAID = {_STAGE: "did.stage", _OWNER: "did.owner"}
_ONE = {NOTE.name: {CREATE: 1}, LEAD.name: {UPDATE: 1}, TASK.name: {CREATE: 1}}

Operation = Mapping[str, Any]
"""An operation with its first records, as `done.read` has it."""


def kind(unit: Unit, operation: Operation) -> str:
    """Of the note that an operation has made of one lead, "" where it made none."""
    of_notes = [one["id"] for one in _records(operation) if one["resource"] == NOTE.name]
    found = rows.rows_by(unit, NOTE, "id", of_notes) if of_notes else {}
    return next((str(one["kind"]) for one in found.values()), "")


def told(operation: Operation, kind: str, words: Words) -> str:
    """ "" for an operation that is something else."""
    return ", ".join(words(key) for key in _keys(operation, kind))


def _keys(operation: Operation, kind: str) -> Iterator[str]:
    """Of the texts of its parts, in the order in which people think of them."""
    by_name = {one["resource"]: one for one in _records(operation)}
    if NOTE.name in by_name:
        yield f"did.note.{kind or 'note'}"
    if LEAD.name in by_name:
        yield from (key for name, key in _SAID.items() if name in by_name[LEAD.name]["properties"])
    if TASK.name in by_name:
        yield "did.task"


def _records(operation: Operation) -> list[dict[str, Any]]:
    """What it changed, where that is a note, stage and owner, and a follow-up of one lead, or some of these; else nothing."""
    counts = operation["counts"] or {}
    if operation["undoes"] is not None or any(_ONE.get(name) != verbs for name, verbs in counts.items()):
        return []
    found: list[dict[str, Any]] = operation["records"]
    return [] if any(set(one["properties"] or ()) - {*_SAID} for one in found) else found
