"""Moving a database of SQLite to PostgreSQL."""

import os
import subprocess
import sys
import time
from pathlib import Path


def rate(folder: Path, leads: int, url: str) -> int:
    """Leads a second that `closum database copy` moves, from its start to the end of its check."""
    source = f"sqlite:///{folder}/source.db"
    _closum("account", "add", "Copied", database=source)
    _closum("demo", "--leads", str(leads), database=source)
    begun = time.monotonic()
    _closum("database", "copy", "--from", source, "--to", url, database=source)
    return round(leads / (time.monotonic() - begun))


def _closum(*arguments: str, database: str) -> None:
    environment = {**os.environ, "CLOSUM_DATABASE": database}
    subprocess.run(
        [sys.executable, "-m", "closum", *arguments], env=environment, check=True, stdout=subprocess.DEVNULL
    )
