"""Lines that say how far long work is."""

from types import SimpleNamespace

import pytest

from closum.cli import progress


def test_short_work_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.progress_lines("Recomputing", "records") as report:
        report(1, 2)
        report(2, 2)
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_long_work_prints_how_many_of_how_many(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("closum.cli.progress.time", SimpleNamespace(monotonic=lambda: now))
    with progress.progress_lines("Recomputing", "records") as report:
        for done in range(0, 30_000, 1_000):
            report(done, 30_000)
            now += 1.0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [
        f"closum: Recomputing: {done} of 30000 records" for done in range(5_000, 30_000, 5_000)
    ]
