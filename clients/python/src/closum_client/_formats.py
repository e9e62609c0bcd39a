"""The formats of exports."""

import os
from pathlib import Path
from typing import BinaryIO

FORMATS = ("csv", "xlsx", "ndjson")

Target = str | os.PathLike[str] | BinaryIO
"""The path of a file, or a binary file that is open for writing."""


def format_of(target: Target, format: str | None) -> str:
    """The format that is asked for: by the end of the name of a path, else csv. Raises ValueError."""
    if format is None:
        name = os.fspath(target) if isinstance(target, str | os.PathLike) else ""
        ending = Path(name).suffix.lower().removeprefix(".")
        return ending if ending in FORMATS else "csv"
    if format not in FORMATS:
        raise ValueError(f"a format is one of {', '.join(FORMATS)}, not {format!r}")
    return format
