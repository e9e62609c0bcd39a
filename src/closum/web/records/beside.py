"""What was done beside a lead, which its history tells too: to its notes and its follow-ups."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from closum.model.change import CREATE, UPDATE
from closum.model.draft import MAX_ID
from closum.model.resource import Resource
from closum.operations import past
from closum.operations.past import Other, Revisions
from closum.resources.note import NOTE
from closum.resources.task import TASK
from closum.store.unit import Unit

TOLD = (NOTE, TASK)
Told = Mapping[Resource, Mapping[int, Mapping[str, Any]]]
"""Of each of TOLD the newest records of a lead, by id: nobody looks for the others, nor for those in the bin."""


def read(unit: Unit, told: Told, before: int | None) -> list[dict[str, Any]]:
    """Changes like those of the lead, before an operation, each with the word for what it was and the text that it is about."""
    return [
        one.change | {"of": f"{resource.name}.{_what(unit, resource, one, record)}", "text": record["text"]}
        for resource, some in told.items()
        if some
        for one in past.of_others(unit, resource, some, MAX_ID if before is None else before)
        for record in (some[one.record_id],)
    ]


def _what(unit: Unit, resource: Resource, one: Other, record: Mapping[str, Any]) -> str:
    if one.change["verb"] == CREATE and resource is NOTE:
        return f"{CREATE}.{record['kind']}"
    if one.change["verb"] == UPDATE and "lead_id" in one.changed:
        return "move"
    if one.change["verb"] == UPDATE and "done" in one.changed:
        if one.changed["done"] is None:
            return "done"
        operation = one.change["operation"]
        behind = past.states(unit, resource, one.record_id, [operation])[operation]
        return "update" if behind.get("done") else "open"
    return str(one.change["verb"])


def among(own: Revisions, others: Iterable[dict[str, Any]], most: int) -> Revisions:
    """Both, the newest first, as far as the lead's own changes go: whole operations. Of one in which the lead itself changed,
    that and what was added tell enough.
    """
    told = {one["operation"] for one in own.changes}
    since = own.next or 0
    behind = [
        one
        for one in others
        if one["operation"] >= since and (one["operation"] not in told or one["verb"] == CREATE)
    ]
    both = sorted([*own.changes, *behind], key=lambda one: -one["operation"])
    return _cut(both, own.next, most)


def _cut(both: Sequence[dict[str, Any]], following: int | None, most: int) -> Revisions:
    if len(both) <= most:
        return Revisions([*both], following)
    last = both[most - 1]["operation"]
    shown = [one for one in both if one["operation"] >= last]
    return Revisions(shown, last if following or len(shown) < len(both) else None)
