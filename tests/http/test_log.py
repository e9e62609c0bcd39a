"""What is logged from a level on."""

import json
import logging
import re
from collections.abc import Iterator

import pytest

from closum.http.edge import RequestLog
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


@pytest.fixture
def _restored() -> Iterator[None]:
    root, own = logging.getLogger(), logging.getLogger("closum")
    before = root.handlers[:], root.level, own.level
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    own.setLevel(before[2])


@pytest.mark.usefixtures("_restored")
@pytest.mark.parametrize("door", ["of a request", "of a library"])
def test_a_traceback_quotes_no_value(door: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor those of its causes, its notes, and the errors of a group."""
    log = RequestLog("info")
    try:
        try:
            int("ana@example.com")
        except ValueError as error:
            error.add_note("Ana")
            raise ExceptionGroup("Ana", [KeyError("ana")]) from error
    except ExceptionGroup:
        if door == "of a request":
            log.fault("abc")
        else:
            logging.getLogger("uvicorn.error").error("failed", exc_info=True)
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)["exception"]
    assert [one for one in told.splitlines() if not one.startswith(" ")] == [
        "Traceback (most recent call last):",
        "ValueError",
        "",
        "Traceback (most recent call last):",
        "ExceptionGroup",
        "",
        "Traceback (most recent call last):",
        "KeyError",
    ]
    assert "test_log.py" in told
    assert "Ana" not in re.sub(r"\n    .*", "", told)  # what is indented is code


def test_causes_that_go_round_in_a_circle_are_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = KeyError("ana"), ValueError("ana")
    first.__cause__, second.__cause__ = second, first
    for error, told in ((first, ["ValueError", "KeyError"]), (second, ["KeyError", "ValueError"])):
        try:
            raise error
        except Exception:
            RequestLog("info").fault("abc")
        (line,) = capsys.readouterr().err.splitlines()
        assert re.findall(r"^\w+Error$", json.loads(line)["exception"], re.MULTILINE) == told
    try:
        raise (alone := KeyError("ana")) from alone
    except KeyError:
        RequestLog("info").fault("abc")
    assert json.loads(capsys.readouterr().err)["exception"].count("Traceback") == 1
