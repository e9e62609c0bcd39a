"""What was done to one lead on its page, in words: `noted a call, changed the stage, added a follow-up`"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from closum.model.change import CREATE, UPDATE
from closum.resources.lead import LEAD
from closum.resources.note import NOTE
from closum.resources.task import TASK

_STAGE, _OWNER = "contact_lifecycle_stage_id", "owner_id"
_SAID = {_STAGE: "did.stage", _OWNER: "did.owner"}
_KNOWN = ((NOTE.name, CREATE), (LEAD.name, UPDATE), (TASK.name, CREATE))
"""In the order in which people think of them."""
_ORDER = [name for name, _ in _KNOWN]


class Step(NamedTuple):
    """One change of an operation: the properties are those that an update changed, and the kind is that of a note, "" of others."""

    resource: str
    verb: str
    properties: Sequence[str]
    kind: str = ""


def in_order(steps: Sequence[Step]) -> list[Step]:
    return sorted(
        steps, key=lambda one: _ORDER.index(one.resource) if one.resource in _ORDER else len(_ORDER)
    )


def keys(steps: Sequence[Step]) -> list[str]:
    """Of the texts that tell them; none where any is something else than a note, stage and owner, or a follow-up of one lead."""
    names = [one.resource for one in steps]
    are_known = all((one.resource, one.verb) in _KNOWN and not {*one.properties} - {*_SAID} for one in steps)
    return [key for one in steps for key in _keys(one)] if are_known and len(names) == len({*names}) else []


def _keys(step: Step) -> Iterator[str]:
    if step.resource == NOTE.name:
        yield f"did.note.{step.kind or 'note'}"
    elif step.resource == TASK.name:
        yield "did.task"
    else:
        yield from (key for name, key in _SAID.items() if name in step.properties)
