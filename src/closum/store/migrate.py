"""Numbered migrations: each applied once, in one transaction, in order; a backup before the first.

A file in `migrations/` is plain SQL for both engines. A line that ends in `-- sqlite` or `-- postgres` is
for that engine alone.
"""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import apsw

from closum import __version__
from closum.errors import Refusal
from closum.store import backup
from closum.store.place import beside
from closum.store.sqlite import APPLICATION_ID, transaction
from closum.store.unit import Unit, timestamp

ENGINES = ("sqlite", "postgres")

_HISTORY = """
CREATE TABLE IF NOT EXISTS schema_version (
    version BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    program TEXT NOT NULL,
    applied TEXT NOT NULL
)
"""


class Migration(NamedTuple):
    version: int
    name: str
    text: str

    def statements(self, engine: str) -> Iterator[str]:
        """The statements for one engine."""
        other = tuple(f"-- {name}" for name in ENGINES if name != engine)
        lines = [line for line in self.text.splitlines() if not line.endswith(other)]
        code = "\n".join(line.split("--")[0].rstrip() for line in lines)
        return (statement.strip() for statement in code.split(";") if statement.strip())


def migrations() -> list[Migration]:
    """Every migration of this program, in order."""
    folder = files("closum.store") / "migrations"
    found = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return [Migration(int(name[:4]), name, (folder / name).read_text(encoding="utf-8")) for name in found]


def version_of(connection: apsw.Connection) -> tuple[int, str]:
    """The schema's version and the program that made it; (0, "") for an empty database."""
    if not connection.table_exists(None, "schema_version"):
        return 0, ""
    sql = "SELECT version, program FROM schema_version ORDER BY version DESC LIMIT 1"
    return next(iter(connection.execute(sql)), (0, ""))


def pending(connection: apsw.Connection, path: Path) -> list[Migration]:
    """What is still to be applied. Raises Refusal when the file is newer than this program."""
    version, program = version_of(connection)
    known = migrations()
    if version > known[-1].version:
        raise Refusal(
            f"{path} needs closum {program} or newer (its schema is {version}; this closum {__version__}"
            f" knows {known[-1].version}): upgrade closum"
        )
    return [migration for migration in known if migration.version > version]


def migrate(connection: apsw.Connection, path: Path, now: int) -> Path | None:
    """Bring the schema up to date; the backup that was made before, if there was anything to back up."""
    todo = pending(connection, path)
    version, _ = version_of(connection)
    saved = None
    if todo and version:
        saved = beside(path, f".before-{todo[0].version:04}")
        backup.copy(path, saved, overwrite=True)
    for migration in todo:
        with transaction(connection, now) as unit:
            if migration in pending(connection, path):  # another process may have been first
                _apply(unit, migration)
    return saved


def _apply(unit: Unit, migration: Migration) -> None:
    if migration.version == 1:
        unit.run(f"PRAGMA application_id = {APPLICATION_ID}")
        unit.run(_HISTORY)
    for statement in migration.statements("sqlite"):
        unit.run(statement)
    unit.run(
        "INSERT INTO schema_version (version, name, program, applied) VALUES (?, ?, ?, ?)",
        (migration.version, migration.name, __version__, timestamp(unit.now)),
    )
