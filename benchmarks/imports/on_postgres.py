"""Imports by the command into PostgreSQL, beside `\\copy` of the same tables."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from benchmarks import database, machine
from benchmarks.data import url_of
from benchmarks.find.scenarios import ON_POSTGRES
from benchmarks.imports import commands
from benchmarks.imports.on_sqlite import TABLES, Found
from benchmarks.imports.scenarios import ANY, PSQL
from benchmarks.imports.setting import Setting, expect
from benchmarks.process import clean_environment
from tests.support import postgres
from tests.support.distribution import Distribution

BEFORE = "before"


@dataclass
class Server:
    """A server of the distribution, with the leads that are there before an import."""

    setting: Setting
    server: Distribution
    numbers: Iterator[int] = field(default_factory=count)

    def url(self, name: str) -> str:
        return postgres.with_database(self.server.url, name)

    def copy(self) -> str:
        """The name of a new database as it is before an import, written to the disk."""
        name = f"copy{next(self.numbers)}"
        database.create(self.server.url, name, BEFORE)
        database.analyze(self.url(name))
        return name

    def leads(self, name: str) -> int:
        with psycopg.connect(self.url(name)) as connection:
            row = connection.execute("SELECT COUNT(*) FROM lead").fetchone()
        return int(row[0]) if row else 0

    def drop(self, name: str) -> None:
        postgres.drop_database(self.url(name))


@contextmanager
def started(setting: Setting, programs: Path) -> Iterator[Server]:
    """A server with the leads of SQLite's database."""
    source = url_of(setting.before)
    machine.say("copying the leads to PostgreSQL")
    one = Server(setting, Distribution(programs, database.SETTINGS))
    try:
        database.create(one.server.url, BEFORE)
        command = [
            sys.executable, "-m", "closum", "database", "copy", "--from", source, "--to", one.url(BEFORE),
        ]  # fmt: skip
        subprocess.run(command, env=clean_environment(), check=True, stdout=subprocess.DEVNULL)
        database.analyze(one.url(BEFORE))
        yield one
    finally:
        one.server.remove()


def imports(one: Server) -> Iterator[Found]:
    """The CSV file, beside the same leads in tables."""
    setting, name = one.setting, one.copy()
    created, folder = setting.content.created(), setting.folder / "tables_of_postgres"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    faults = folder / "faults.csv"
    spent = commands.closum(folder, one.url(name), "import", setting.csv, "--faults", faults)
    expect(one.leads(name) - setting.content.known, created, "import into PostgreSQL")
    yield ANY, ON_POSTGRES, spent.figures(created)
    _psql(one, name, folder, [_saving(one, table, folder) for table in TABLES])
    one.drop(name)
    name = one.copy()
    loading = [f"\\copy {table} FROM '{folder / table}.csv' (FORMAT csv)" for table in TABLES]
    spent = _psql(one, name, folder, ["BEGIN;", *loading, "COMMIT;"])
    expect(one.leads(name) - setting.content.known, created, PSQL)
    one.drop(name)
    yield ANY, PSQL, spent.figures(created)


def _saving(one: Server, table: str, folder: Path) -> str:
    with psycopg.connect(one.url(BEFORE)) as connection:
        row = connection.execute(SQL("SELECT MAX(id) FROM {}").format(Identifier(table))).fetchone()
    assert row
    query = f"SELECT * FROM {table} WHERE id > {row[0]} ORDER BY id"  # noqa: S608 - a table's name
    return f"\\copy ({query}) TO '{folder / table}.csv' (FORMAT csv)"


def _psql(one: Server, name: str, folder: Path, lines: list[str]) -> commands.Spent:
    program = str(one.server.programs / "psql")
    command = [program, "-X", "-q", "-v", "ON_ERROR_STOP=1", one.url(name)]
    return commands.run(folder, command, "\n".join(lines) + "\n")
