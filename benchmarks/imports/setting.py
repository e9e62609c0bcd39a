"""The files and databases of a run: made when a part first needs them."""

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path

from benchmarks import data as filling
from benchmarks import machine
from benchmarks.data import Data, url_of
from benchmarks.imports import commands, files
from benchmarks.imports.files import ROW_BYTES, Content

DATABASE = "closum.db"
GIBIBYTE = 2**30
LARGE_ROWS = 1_000_000
"""Of the file of 1 GiB, whatever the others have: longer rows would measure something else."""
_numbers = count(1)


@dataclass
class Setting:
    """Files have `rows` rows, and databases a twentieth as many leads before an import."""

    folder: Path
    rows: int

    @property
    def content(self) -> Content:
        known = max(1, self.rows // 20)
        return Content(known, known, self.rows)

    @cached_property
    def csv(self) -> Path:
        machine.say(f"writing a CSV file of {self.rows:,} rows")
        files.write_csv(self.folder / "leads.csv", self.content)
        return self.folder / "leads.csv"

    @cached_property
    def xlsx(self) -> Path:
        machine.say(f"writing a spreadsheet of {self.rows:,} rows")
        files.write_xlsx(self.folder / "leads.xlsx", self.content)
        return self.folder / "leads.xlsx"

    @property
    def large_content(self) -> Content:
        known = self.content.known
        return Content(known, known, LARGE_ROWS, GIBIBYTE // LARGE_ROWS - ROW_BYTES)

    @cached_property
    def large(self) -> Path:
        """A CSV file of about 1 GiB, and no more."""
        machine.say("writing a CSV file of 1 GiB")
        files.write_csv(self.folder / "large.csv", self.large_content)
        return self.folder / "large.csv"

    @cached_property
    def before(self) -> Path:
        """A database as it is before an import."""
        machine.say(f"filling a database with {self.content.known:,} leads")
        file = self._new_folder() / DATABASE
        filling.fill(url_of(file), Data({"main": [self.content.known]}))
        return file

    @cached_property
    def after(self) -> Path:
        """A database with the leads of the CSV file."""
        file = self.copy()
        commands.closum(file.parent, url_of(file), "import", self.csv, "--faults", file.parent / "faults.csv")
        return file

    def copy(self) -> Path:
        """A new database as it is before an import, in a folder of its own, written to the disk."""
        file = self._new_folder() / DATABASE
        shutil.copyfile(self.before, file)
        os.sync()
        return file

    def _new_folder(self) -> Path:
        made = self.folder / str(next(_numbers))
        made.mkdir()
        return made


def leads_in(file: Path) -> int:
    """How many leads a database of SQLite has."""
    with closing(sqlite3.connect(file)) as connection:
        [number] = connection.execute("SELECT COUNT(*) FROM lead").fetchone()
    return int(number)


def expect(found: int, wanted: int, what: str) -> None:
    """Raises RuntimeError where an import or its baseline has done something else."""
    if found != wanted:
        raise RuntimeError(f"{what}: {found:,} leads instead of {wanted:,}")
