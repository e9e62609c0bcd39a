"""What is logged from a level on."""

import logging

import pytest

from closum.http.log import configure


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_libraries_tell_their_warnings_alone(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    root, own = logging.getLogger(), logging.getLogger("closum")
    before = root.handlers[:], root.level, own.level
    try:
        configure(level)
        threshold = logging.getLevelName(level.upper())
        assert own.level == threshold
        assert root.level == max(threshold, logging.WARNING)
    finally:
        root.handlers[:] = before[0]
        root.setLevel(before[1])
        own.setLevel(before[2])
