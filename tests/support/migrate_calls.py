"""Calls of the functions of the store that read of the schema, for `tests/store/test_reading.py`, and what they give."""

from collections.abc import Callable
from typing import Any

from closum.store import migrate

READING: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "migrate.is_current": (migrate.is_current, True),
    "migrate.is_outdated": (lambda unit: migrate.is_outdated(unit, "it"), False),
    "migrate.is_unfinished": (migrate.is_unfinished, False),
    "migrate.pending": (lambda unit: migrate.pending(unit, "it"), []),
    "migrate.version_of": (lambda unit: migrate.version_of(unit)[0], migrate.newest()),
}
