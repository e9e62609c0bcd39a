"""Commands that are measured: their time, the processor's, and the memory of all their processes."""

import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.measuring import Figures
from benchmarks.process import clean_environment, pinned, resident_bytes

INTERVAL = 0.05  # seconds between two looks at the memory


class Spent(NamedTuple):
    """Seconds, seconds of the processor, and the most megabytes that all processes had at once."""

    seconds: float
    cpu: float
    megabytes: float

    def figures(self, leads: int) -> Figures:
        """Leads a second, microseconds of the processor for each, and the memory."""
        return {
            "rate": leads / self.seconds,
            "cpu": self.cpu / leads * 1e6,
            "megabytes": self.megabytes,
            "seconds": self.seconds,
            "leads": leads,
        }


def closum(folder: Path, url: str, *arguments: str | Path, core: int | None = None) -> Spent:
    """A command of closum with a database. Raises RuntimeError where it fails."""
    return run(folder, [sys.executable, "-m", "closum", *map(str, arguments)], url=url, core=core)


def run(
    folder: Path,
    command: Sequence[str],
    text: str = "",
    *,
    url: str = "",
    core: int | None = None,
) -> Spent:
    """A command in a folder, with a text as its input. Raises RuntimeError where it fails."""
    before, begun = _children(), time.perf_counter()
    with (folder / "output.log").open("w+b") as log:
        process = subprocess.Popen(
            pinned(command, core),
            cwd=folder,
            env={**clean_environment(), "CLOSUM_DATABASE": url},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        assert process.stdin
        process.stdin.write(text.encode())
        process.stdin.close()
        most = _watched(process)
        seconds = time.perf_counter() - begun
    if process.returncode:
        output = (folder / "output.log").read_text(encoding="utf-8")
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {output[-2_000:]}")
    return Spent(seconds, _children() - before, most / 1e6)


def _watched(process: subprocess.Popen[bytes]) -> int:
    """Wait for its end; the most bytes that it had, with those that it started."""
    most = 0
    while True:
        most = max(most, resident_bytes(process.pid))
        try:
            process.wait(INTERVAL)
        except subprocess.TimeoutExpired:
            continue
        return most


def _children() -> float:
    found = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found.ru_utime + found.ru_stime
