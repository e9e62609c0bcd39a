"""Numbered migrations: each applied once, in one transaction, in order; then what they have derived columns made again.

A file in `migrations/` is plain SQL for both engines. A line that ends in `-- sqlite` or `-- postgres` is
for that engine alone. Text is compared by code point: on PostgreSQL it has to be said.
"""

import functools
import logging
import re
import time
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

from closum import __version__
from closum.errors import Refusal
from closum.store.recompute import Rules, recompute
from closum.store.session import Session
from closum.store.unit import Unit, timestamp

RECOMPUTED = frozenset({10, 17, 18, 20, 50, 51})
"""Migrations that come with another rule for a derived column: all of these are made again by the rules of today.

That takes many transactions, and comes after the last migration, whose tables the declarations describe. Until it is done
the migration has UNFINISHED instead of the time at which it was applied.
"""
UNFINISHED = "unfinished"

FIRST_VERSIONS = {9: "0.1.0", 10: "0.2.0"} | dict.fromkeys(range(11, 53), "0.3.0")
"""The version of closum that a schema came with, from that of 0.1.0 on; it stays in the database, for older programs to name."""

ENGINES = ("sqlite", "postgres")

log = logging.getLogger("closum.store")

_HAS_TABLE = {
    "sqlite": "SELECT 1 FROM sqlite_schema WHERE name = ?",
    "postgres": "SELECT 1 WHERE to_regclass(?) IS NOT NULL",
}

# Where tables are spread over machines: a transaction may change shared and account tables, and a new table that
# refers to a shared one stays a plain one, to be spread. Elsewhere nobody knows these names.
_BEFORE = {
    "sqlite": (),
    "postgres": (
        "SET LOCAL citus.multi_shard_modify_mode TO 'sequential'",
        "SET LOCAL citus.enable_local_reference_table_foreign_keys TO off",
    ),
}

_HISTORY = """
CREATE TABLE IF NOT EXISTS schema_version (
    version BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    program TEXT NOT NULL,
    applied TEXT NOT NULL
)
"""


_TABLE = re.compile(
    r"CREATE TABLE (?:IF NOT EXISTS )?(?P<made>\w+)|DROP TABLE (?P<gone>\w+)|ALTER TABLE (?P<old>\w+) RENAME TO (?P<new>\w+)"
)


class Migration(NamedTuple):
    version: int
    name: str
    text: str

    def statements(self, engine: str) -> Iterator[str]:
        """The statements for one engine."""
        other = tuple(f"-- {name}" for name in ENGINES if name != engine)
        lines = [line for line in self.text.splitlines() if not line.endswith(other)]
        code = _collated("\n".join(line.split("--")[0].rstrip() for line in lines), engine)
        return (statement.strip() for statement in code.split(";") if statement.strip())


def _collated(code: str, engine: str) -> str:
    return re.sub(r"\bTEXT\b", 'TEXT COLLATE "C"', code) if engine == "postgres" else code


def migrations() -> list[Migration]:
    """Every migration of this program, in order."""
    return list(_read())


@functools.cache
def _read() -> tuple[Migration, ...]:
    """Once: a new database asks what is pending before each of them."""
    folder = files("closum.store") / "migrations"
    found = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return tuple(
        Migration(int(name[:4]), name, (folder / name).read_text(encoding="utf-8")) for name in found
    )


def tables(engine: str) -> set[str]:
    """The names of the tables that all migrations together make."""
    names = set[str]()
    code = [_HISTORY, *(one for migration in migrations() for one in migration.statements(engine))]
    for found in filter(None, map(_TABLE.match, map(str.strip, code))):
        names -= {found["gone"], found["old"]}
        names |= {name for name in (found["made"], found["new"]) if name}
    return names


def newest() -> int:
    """The schema that this program knows."""
    return migrations()[-1].version


def version_of(unit: Unit) -> tuple[int, str]:
    """The schema's version and the program that made it; (0, "") for an empty database."""
    if unit.one(_HAS_TABLE[unit.engine], ("schema_version",)) is None:
        return 0, ""
    found = unit.one("SELECT version, program FROM schema_version ORDER BY version DESC LIMIT 1")
    return (found[0], found[1]) if found else (0, "")


def is_current(unit: Unit) -> bool:
    """Whether the schema is the one that this program knows, and every derived column made by its rules."""
    return version_of(unit)[0] == newest() and not is_unfinished(unit)


def is_unfinished(unit: Unit) -> bool:
    """Whether derived columns are still to be made again."""
    return unit.one("SELECT 1 FROM schema_version WHERE applied = ?", (UNFINISHED,)) is not None


def is_outdated(unit: Unit, name: str) -> bool:
    """Whether the database needs anything before it is used. Raises Refusal likewise."""
    return bool(pending(unit, name)) or is_unfinished(unit)


def pending(unit: Unit, name: str) -> list[Migration]:
    """What is still to be applied. Raises Refusal when the database, called `name`, is newer than this program."""
    version, program = version_of(unit)
    known = migrations()
    if version > known[-1].version:
        raise Refusal(
            f"{name} needs closum {program} or newer (its schema is {version}; this closum {__version__}"
            f" knows schema {known[-1].version}): upgrade closum"
        )
    return [migration for migration in known if migration.version > version]


def apply(unit: Unit, migration: Migration, name: str) -> None:
    """Apply a migration, unless another process was first."""
    if migration not in pending(unit, name):
        return
    begun = time.monotonic()
    for setting in _BEFORE[unit.engine]:
        unit.run(setting)
    if migration.version == 1:
        unit.run(_collated(_HISTORY, unit.engine))
    for statement in migration.statements(unit.engine):
        unit.run(statement)
    is_done = migration.version not in RECOMPUTED or _is_empty(unit)
    unit.run(
        "INSERT INTO schema_version (version, name, program, applied) VALUES (?, ?, ?, ?)",
        (
            migration.version,
            migration.name,
            FIRST_VERSIONS.get(max(migration.version, min(FIRST_VERSIONS)), __version__),
            timestamp(unit.now) if is_done else UNFINISHED,
        ),
    )
    log.debug("migration: %s, %.1f ms", migration.name, (time.monotonic() - begun) * 1_000)


def _is_empty(unit: Unit) -> bool:
    return not any(unit.one(f"SELECT 1 FROM {table} LIMIT 1") for table in ("account", "city"))


def finish(session: Session, rules: Rules | None) -> None:
    """Make derived columns again where a migration needs it, also one that was interrupted there. Raises Refusal.

    Nobody else does so at the same time.
    """
    with session.read() as unit:
        if not is_unfinished(unit):
            return
    if rules is None:
        raise Refusal(f"{session.name} is not brought up to date yet: 'closum check' does it")
    recompute(session, rules)
    with session.setup() as unit:
        unit.run("UPDATE schema_version SET applied = ? WHERE applied = ?", (timestamp(unit.now), UNFINISHED))
