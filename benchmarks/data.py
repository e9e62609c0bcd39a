"""The data that every product has: accounts of demo leads, made by closum's own commands and copied to the others."""

import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.process import clean_environment

PASSWORD = "a password for the benchmark"  # noqa: S105
ROOT = Path(__file__).parents[1]
SCHEMA = (
    "src/closum/store/migrations",
    "src/closum/operations/dates.py",
    "src/closum/operations/demo.py",
    "src/closum/operations/people.py",
    "benchmarks/contestants/orm.py",
    "benchmarks/contestants/pocketbase.py",
    "benchmarks/peers/fastapi_app.py",
    "benchmarks/peers/django_site/models.py",
)

_PROGRAM = """
import io, json, sys
from closum.cli import closum
commands = json.load(sys.stdin)
for command, given in commands:
    sys.stdin = io.StringIO(given)
    closum.main(command, standalone_mode=False)
"""


@dataclass(frozen=True, slots=True)
class Data:
    """Sizes of accounts, by what they are called: the first is account 1, and so on."""

    groups: Mapping[str, Sequence[int]]

    def named(self) -> list[tuple[str, str, int]]:
        """Of each account its group, its own name and its number of leads, in the order of ids."""
        return [
            (group, group if len(sizes) == 1 else f"{group}-{number}", size)
            for group, sizes in self.groups.items()
            for number, size in enumerate(sizes, 1)
        ]


def uneven(accounts: int, largest: int) -> list[int]:
    """Sizes of accounts, as they are found: a few large ones, and many that have a page or two."""
    return [30 + largest // rank for rank in range(1, accounts + 1)]


def email_of(name: str) -> str:
    """The user of an account."""
    return f"{name}@example.com"


def url_of(file: Path) -> str:
    return f"sqlite:///{file}"


def fill(url: str, data: Data) -> None:
    """A new database of closum, by its commands."""
    commands: list[tuple[list[str], str]] = []
    for _, name, size in data.named():
        commands.append((["account", "add", name], ""))
        commands.append((["user", "add", email_of(name), "--account", name, "--password-stdin"], PASSWORD))
        if size:
            commands.append((["demo", "--leads", str(size), "--account", name], ""))
    environment = {**clean_environment(), "CLOSUM_DATABASE": url}
    subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        input=json.dumps(commands),
        env=environment,
        stdout=subprocess.DEVNULL,
        text=True,
        check=True,
    )


def copy(source: Path, target: Path, statements: Sequence[str], values: Mapping[str, object]) -> None:
    """Run statements that copy the data of closum's database (`source`) into a peer's, and create its indexes at the end."""
    with sqlite3.connect(target, isolation_level=None, uri=True) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -2000000")
        connection.execute("ATTACH ? AS source", (f"file:{source}?mode=ro",))
        indexes = connection.execute(
            "SELECT name, sql FROM main.sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
            " AND tbl_name IN ('email', 'phone', 'lead')"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f'DROP INDEX main."{name}"')
        connection.execute("BEGIN")
        for statement in statements:
            connection.execute(statement, values if ":" in statement else {})
        for _, sql in indexes:
            connection.execute(sql)
        connection.execute("COMMIT")
        connection.execute("ANALYZE main")
    connection.close()


def digest(data: Data, also: Sequence[str] = ()) -> str:
    """A digest of everything on which the filled databases depend, further files among it."""
    found = hashlib.sha256(repr(data.groups).encode())
    for name in (*SCHEMA, *also):
        path = ROOT / name
        for file in sorted(path.glob("*.sql")) if path.is_dir() else [path]:
            found.update(file.read_bytes())
    return found.hexdigest()
