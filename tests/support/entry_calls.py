"""The functions of the store on how people get in, for `tests/store/test_reading.py`: what they give, and those that write."""

from collections.abc import Callable
from typing import Any

from closum.store import web_sessions
from closum.store.unit import Unit

READING: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "web_sessions.find": (
        lambda unit: [(web_sessions.find(unit, key) or ())[:5] for key in ("one", "other")],
        [("one", 1, None, "ana@example.com", "owner"), ()],
    ),
}

WRITING = {
    "web_sessions.add",
    "web_sessions.cut",
    "web_sessions.remove",
    "web_sessions.renumber",
    "web_sessions.set_preferences",
    "web_sessions.set_seen",
    "web_sessions.touch",
}


def entered(unit: Unit, user_id: int) -> None:
    """A row in each table."""
    web_sessions.add(unit, "one", user_id, 10**9)
