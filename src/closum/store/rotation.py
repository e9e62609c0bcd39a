"""Backups with their date in the name, and which of them are older than wanted."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from closum.errors import Refusal

_FORM = "%Y%m%dT%H%M%SZ"


def stamp() -> str:
    """The time in UTC, as it is written in names of files: 20260101T031500Z."""
    return datetime.now(UTC).strftime(_FORM)


def dated(folder: Path, database: Path, at: str) -> Path:
    """`closum.db` gives `closum-20260101T031500Z.db` in the folder."""
    return folder / f"{database.stem}-{at}.db"


def remove_older(newest: Path, days: int) -> int:
    """Remove the backups of the same database that are that much older than the newest, which is there and checked.

    With each goes what has its name and a suffix, such as its key. Returns how many backups went. Raises Refusal.
    """
    stem, at = newest.stem.rpartition("-")[::2]
    name = re.compile(rf"{re.escape(stem)}-(\d{{8}}T\d{{6}}Z)\.db(\..+|-.+)?", re.DOTALL)
    oldest = (datetime.strptime(at, _FORM).replace(tzinfo=UTC) - timedelta(days=days)).strftime(_FORM)
    removed = 0
    try:
        for file in sorted(newest.parent.iterdir()):
            match = name.fullmatch(file.name)
            if match and match[1] < oldest and file.is_file():
                file.unlink(missing_ok=True)
                removed += match[2] is None
    except OSError as error:
        raise Refusal(f"{error.filename} cannot be removed: {error.strerror}; {newest} is made") from None
    return removed
