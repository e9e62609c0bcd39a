"""The command in processes of their own that begin at once: each is forked from one that has imported it."""

import multiprocessing
import os
import sys
from multiprocessing.context import ForkServerContext
from pathlib import Path

import closum.cli.data
import closum.cli.database
import closum.cli.files
import closum.cli.users  # noqa: F401 - imported before the fork
from closum.cli import main
from tests.support.patience import PATIENCE

PRELOADED = [__name__]


class Running:
    """A command that runs in a folder; `kill` ends it with SIGKILL."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.arguments, self._said = arguments, folder / f"said-{id(self)}.txt"
        self._process = forks().Process(target=_run, args=(arguments, folder, self._said))
        self._process.start()

    def kill_after(self, seconds: float) -> None:
        """At some moment: it may have ended by itself."""
        self._process.join(seconds)
        self._process.kill()

    def end(self) -> tuple[int, str]:
        """Exit code, and what it printed."""
        self._process.join(PATIENCE)
        code = self._process.exitcode
        assert code is not None, self.arguments
        self._process.close()
        said = self._said.read_text() if self._said.exists() else ""
        self._said.unlink(missing_ok=True)
        return code, said


def forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def _run(arguments: tuple[str, ...], folder: Path, said: Path) -> None:
    for name in [name for name in os.environ if name.startswith("CLOSUM_")]:
        del os.environ[name]
    os.chdir(folder)
    with said.open("w", buffering=1) as file:
        sys.stdout = sys.stderr = file
        main(list(arguments))
