"""What is left of closum without its code: its statements and bytes on the same server, and its inserts in a loop."""

import subprocess
import sys
from pathlib import Path

from benchmarks.contestants import closum
from benchmarks.contestants.contestant import Contestant
from benchmarks.contestants.orm import SOURCES
from benchmarks.process import SERVER_CORE, Process, free_port, pinned

CALLS = {kind: closum.CALLS[kind] for kind in ("lead", "first page")}


def reads(file: Path, like: Contestant) -> Contestant:
    """Over the same file, for its first account."""
    port = free_port()
    options = [
        "--port",
        str(port),
        "--loop",
        "uvloop",
        "--http",
        "httptools",
        "--no-access-log",
        "--no-server-header",
    ]
    command = [sys.executable, "-m", "uvicorn", "baseline_app:app", "--app-dir", str(SOURCES), *options]
    process = Process(command, port, file.parent, {"DATABASE_FILE": str(file), "ACCOUNT": "1"})
    return Contestant(
        "baseline", process, CALLS, closum.SORTS, closum.KEY, like.targets, lead=like.lead, page=like.page
    )


def creates(file: Path, account: int, size: int, seconds: float) -> float:
    """Leads a second, `size` of them in each transaction."""
    command = [
        sys.executable,
        str(SOURCES / "write_baseline.py"),
        str(file),
        str(account),
        str(size),
        str(seconds),
    ]
    done = subprocess.run(pinned(command, SERVER_CORE), capture_output=True, text=True, check=True)
    return float(done.stdout)
