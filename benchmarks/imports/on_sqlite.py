"""Imports by the command into SQLite, beside `.import` of SQLite's shell; their memory; and exports."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.data import url_of
from benchmarks.imports import commands
from benchmarks.imports.commands import Spent
from benchmarks.imports.files import Content
from benchmarks.imports.scenarios import CORES, DRY, EXPORTS, LARGE, SHELL, SPREADSHEET, TWO
from benchmarks.imports.setting import Setting, expect, leads_in
from benchmarks.measuring import Figures
from benchmarks.scenarios import CLOSUM
from closum.store.sqlite.session import CACHE

Found = tuple[str, str, Figures]
"""A scenario, who did it, and what came of it."""

TABLES = ("email", "phone", "lead")


def imports(setting: Setting) -> Iterator[Found]:
    """The CSV file, on both cores and on one, each beside the same leads in tables; and its dry run."""
    for scenario, core in CORES.items():
        file, created, spent = _imported(setting, setting.csv, setting.content, core)
        yield scenario, CLOSUM, spent.figures(created)
        tables = _tables(setting, file)
        shutil.rmtree(file.parent)
        yield scenario, SHELL, _loaded(setting, tables, core).figures(created)
    file = setting.copy()
    spent = commands.closum(file.parent, url_of(file), "import", setting.csv, "--dry-run")
    expect(leads_in(file), setting.content.known, "a dry run")
    shutil.rmtree(file.parent)
    yield DRY, CLOSUM, spent.figures(setting.content.created())


def spreadsheet(setting: Setting) -> Iterator[Found]:
    yield _alone(setting, SPREADSHEET, setting.xlsx, setting.content)


def large(setting: Setting) -> Iterator[Found]:
    yield _alone(setting, LARGE, setting.large, setting.large_content)


def _alone(setting: Setting, scenario: str, source: Path, content: Content) -> Found:
    file, created, spent = _imported(setting, source, content, CORES[TWO])
    shutil.rmtree(file.parent)
    return scenario, CLOSUM, spent.figures(created)


def exports(setting: Setting) -> Iterator[Found]:
    file = setting.after
    leads = leads_in(file)
    for form, scenario in EXPORTS.items():
        target = setting.folder / f"exported.{form}"
        spent = commands.closum(file.parent, url_of(file), "export", target)
        target.unlink()
        yield scenario, CLOSUM, spent.figures(leads)


def _imported(setting: Setting, source: Path, content: Content, core: int | None) -> tuple[Path, int, Spent]:
    """The database, and how many leads the import has made."""
    file = setting.copy()
    faults = file.parent / "faults.csv"
    spent = commands.closum(file.parent, url_of(file), "import", source, "--faults", faults, core=core)
    created = content.created()
    expect(leads_in(file) - content.known, created, f"import of {source.name}")
    return file, created, spent


def _tables(setting: Setting, file: Path) -> Path:
    """A folder with the three tables of the leads that were imported, as CSV files."""
    folder = setting.folder / "tables"
    folder.mkdir(exist_ok=True)
    before = [".mode csv", f"ATTACH '{setting.before}' AS before;"]
    several = [
        line
        for name in TABLES
        for line in (
            f".output {folder / name}.csv",
            f"SELECT * FROM main.{name} WHERE id > (SELECT MAX(id) FROM before.{name}) ORDER BY id;",  # noqa: S608 - its name
        )
    ]
    commands.run(folder, ["sqlite3", "-bail", str(file)], "\n".join([*before, *several]))
    return folder


def _loaded(setting: Setting, tables: Path, core: int | None) -> Spent:
    """The tables loaded by SQLite's shell, with as much cache as closum's commands have."""
    file = setting.copy()
    lines = [
        f"PRAGMA cache_size = -{CACHE};",
        "PRAGMA foreign_keys = OFF;",  # it writes an empty text for NULL
        ".mode csv",
        *(f".import {tables / name}.csv {name}" for name in TABLES),
    ]
    spent = commands.run(file.parent, ["sqlite3", "-bail", str(file)], "\n".join(lines), core=core)
    expect(leads_in(file) - setting.content.known, setting.content.created(), SHELL)
    shutil.rmtree(file.parent)
    return spent
