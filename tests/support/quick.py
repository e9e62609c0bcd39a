"""Which tests `make quick` runs: those of some folders that need no server process, browser, Ruby or PostgreSQL.

They start no process, in whatever run: a test that does is moved, or asks for one of the fixtures that do.
"""

import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PLACES = ("accounts", "api", "formats", "http", "model", "operations", "store", "test_settings.py")
"""Below `tests`, as in the Makefile; of `store` without what PostgreSQL has alone."""
PROCESSES = frozenset({"server", "own_server", "api", "other_api", "program", "cluster", "command"})
"""Fixtures that start some."""
STARTS = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system"})
"""What the interpreter calls it."""

_watched: list[str] = []
"""The quick test that runs, if one does."""


def mark(items: list[pytest.Item]) -> None:
    """Mark those that are."""
    for item in items:
        if is_quick(item):
            item.add_marker("quick")


def is_quick(item: pytest.Item) -> bool:
    if not item.path.is_relative_to(TESTS):
        return False
    folder, *below = item.path.relative_to(TESTS).parts
    if folder not in PLACES or "postgres" in below:
        return False
    assert isinstance(item, pytest.Function)
    if PROCESSES & set(item.fixturenames) or item.get_closest_marker("slow"):
        return False
    return "engine" not in item.fixturenames or item.callspec.params.get("engine") == "sqlite"


def watch(item: pytest.Item) -> None:
    """Let it start no process from now on."""
    if item.get_closest_marker("quick"):
        _watched.append(item.nodeid)


def unwatch() -> None:
    _watched.clear()


def _refuse(event: str, _: object) -> None:
    if _watched and event in STARTS:
        raise AssertionError(f"{_watched[-1]} starts a process, so it is none for `make quick`: mark it slow")


sys.addaudithook(_refuse)
