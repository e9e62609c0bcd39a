"""The command in the process of the test: as `tests.support.server.closum`, without a start of Python for each run."""

import io
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from closum.cli import main
from tests.support import engine as engines

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def command(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`command("user", "list", stdin="", folder=tmp_path, CLOSUM_…="…")`: exit code and what was printed."""
    for name in os.environ:
        if name.startswith("CLOSUM_"):
            monkeypatch.delenv(name)

    def run(
        *arguments: str, stdin: str = "", folder: Path = folder, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        capsys.readouterr()
        with monkeypatch.context() as patch:
            patch.chdir(folder)
            patch.setattr("sys.stdin", io.StringIO(stdin))
            if engines.current.name == "postgres":
                environment = {"CLOSUM_DATABASE": engines.current.url(folder)} | environment
            for name, value in environment.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main(list(arguments))
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return subprocess.CompletedProcess(arguments, ended.value.code, printed.out, printed.err)

    return run


@pytest.fixture
def shut_out_within(engine: engines.Engine) -> float:
    """Seconds after which no server takes a token that has ended; on PostgreSQL they read of it in the background."""
    return {"sqlite": 0.0, "postgres": 1.0}[engine.name]
