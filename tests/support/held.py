"""Background work that goes on for as long as a test wants: no server takes it up."""

from typing import Any

from closum.operations import bulk, runner
from closum.operations.runner import Kind
from closum.store import background
from closum.store.background import Key
from closum.store.unit import Unit

STEP = 400
"""Records, or changes, of the first step."""
AHEAD = 3_000  # seconds


def begin(unit: Unit, kind: Kind, number: int, argument: Any) -> None:
    """Work with its first step. To a server it is put off."""
    unit.now += AHEAD
    background.add(unit, kind.name, number, argument)
    assert turn(unit, kind, number)


def turn(unit: Unit, kind: Kind, number: int) -> bool:
    """A step; whether there are more."""
    taken = runner.turn(unit, kind, Key(unit.account_id, kind.name, number), "test", STEP)
    return bool(taken and taken.left)


def begin_change(unit: Unit, count: int, body: dict[str, Any] | None, user_id: int | None = None) -> str:
    """A change, or without a body the deletion, of all leads, which are so many; the id of the work."""
    argument = {
        "resource": "lead",
        "parameters": [["filter", "id>0"]],
        "body": body,
        "count": count,
        "last": count,
        "position": 1_000_000,
        "user_id": user_id,
        "request_id": "",
    }
    begin(unit, bulk.kind(), 7, argument)
    return f"{bulk.NAME}-7"
