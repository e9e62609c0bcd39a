"""Undoing and restoring by those who may not change every resource: what they could not do, they cannot undo either."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from closum import resources
from closum.accounts.tokens import Identity
from closum.errors import Faults, NotFound
from closum.operations import bin as bins
from closum.operations import guarded, undoing, undone
from closum.operations.bin import Restored, RestoredSome
from closum.operations.guarded import Caller
from closum.operations.undo import Undone
from closum.store import bin as entries
from closum.store import operation as operations
from closum.store.background import Job
from closum.store.unit import Unit


def undo(unit: Unit, caller: Caller, operation: int, kept_days: int, faults: Faults) -> Undone | Job:
    """`undoing.begin` by a user. Raises Forbidden, too, for an operation that changed what the user may not."""
    found: Undone | Job = do(unit, caller, operation, undoing.begin, operation, kept_days, faults)
    return found


def do(unit: Unit, caller: Caller, operation: int, function: Callable[..., Any], *args: Any) -> Any:
    """`function(unit, *args)`, which takes back something of an operation, by a user; likewise."""
    _refuse_undo(unit, caller.identity, operation)
    return guarded.do(unit, caller, function, *args)


def preview_undo(unit: Unit, who: Identity, operation: int, kept_days: int, faults: Faults) -> dict[str, Any]:
    """`undoing.preview`, likewise."""
    _refuse_undo(unit, who, operation)
    return undoing.preview(unit, operation, kept_days, faults)


def restore(unit: Unit, caller: Caller, position: int) -> Restored:
    """`bin.restore` by a user. Raises Forbidden, too, for a record of what the user may not change."""
    _refuse_restore(unit, caller.identity, [position])
    found: Restored = guarded.do(unit, caller, bins.restore, position)
    return found


def restore_some(unit: Unit, caller: Caller, positions: Sequence[int]) -> RestoredSome:
    """`bin.restore_some`, likewise: all of them, or none."""
    _refuse_restore(unit, caller.identity, positions)
    found: RestoredSome = guarded.do(unit, caller, bins.restore_some, positions)
    return found


def _refuse_restore(unit: Unit, who: Identity, positions: Iterable[int]) -> None:
    forbidden = _forbidden(who)
    for position in positions if forbidden else ():
        if (entry := entries.at(unit, position)) and entry.resource in forbidden:
            who.require(forbidden[entry.resource])


def _refuse_undo(unit: Unit, who: Identity, operation: int) -> None:
    forbidden = _forbidden(who)
    if not forbidden:
        return
    try:
        found = undone.find(unit, operation)
    except NotFound:
        return  # `begin` says so, as to everybody
    for resource, position in operations.of_resources(unit, found.id, found.steps[-1].last, forbidden):
        if any(step.id <= position <= step.last for step in found.steps):
            who.require(forbidden[resource])


def _forbidden(who: Identity) -> dict[str, str]:
    """The resources whose records somebody may not change, with the permission that is missing."""
    needs = {one.name: f"{one.name}:write" for one in resources.RESOURCES if not one.shared}
    return {name: one for name, one in needs.items() if not who.allows(one)}
