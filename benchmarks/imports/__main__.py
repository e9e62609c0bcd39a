"""Imports and exports of closum, beside what SQLite and PostgreSQL bring to load tables.

Each part can be measured alone; the report keeps what an earlier run has measured of the others.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import database, machine
from benchmarks.data import ROOT
from benchmarks.goals import said, verdicts
from benchmarks.imports import beside, on_postgres, on_sqlite, page
from benchmarks.imports.goals import IMPORTING
from benchmarks.imports.on_sqlite import Found
from benchmarks.imports.setting import LARGE_ROWS, Setting
from tests.support import distribution

Round = Callable[[], Iterator[Found]]
LARGE = "large"
PARTS = ("sqlite", "postgres", "server", "xlsx", LARGE, "export")


def main() -> None:
    options = _options()
    machine.require("taskset", "sqlite3")
    found = _earlier(options)
    with tempfile.TemporaryDirectory(prefix="closum-bench-", dir=options.folder) as name:
        setting = Setting(Path(name), options.rows)
        for part in options.only:
            _measure(found, part, setting, options)
            found["goals"] = verdicts(found, IMPORTING)
            _write(found, options.output)
    if options.output == page.RESULTS:
        subprocess.run([sys.executable, "-m", "tools.generate"], cwd=ROOT, check=True)
    for row in found["goals"]:
        machine.say(said(row))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument(
        "--short", action="store_true", help="50 000 rows and one round, without the file of 1 GiB"
    )
    parser.add_argument("--rows", type=int, help="of the files: 1 000 000, or 50 000 of the short form")
    parser.add_argument(
        "--rounds", type=int, help="3, or 1 of the short form; files but CSV are imported once"
    )
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; may be repeated")
    parser.add_argument("--folder", type=Path, help="where to put files and databases, some GB")
    parser.add_argument("--output", type=Path, help="a folder for the report")
    options = parser.parse_args()
    options.rows = options.rows or (50_000 if options.short else 1_000_000)
    options.rounds = options.rounds or (1 if options.short else 3)
    options.keeps = bool(options.only)
    options.only = options.only or [one for one in PARTS if not (options.short and one == LARGE)]
    if "postgres" in options.only and not distribution.programs():
        machine.say("postgres is left out: no PostgreSQL of the distribution is installed")
        options.only.remove("postgres")
    name = "imports_short.json" if options.short else page.RESULTS.name
    options.output = (options.output or page.RESULTS.parent) / name
    return options


def _earlier(options: argparse.Namespace) -> dict[str, Any]:
    """What the report keeps of an earlier run."""
    if options.keeps and options.output.exists():
        found: dict[str, Any] = json.loads(options.output.read_text(encoding="utf-8"))
        return found
    return {"parts": {}, "rounds": {}, "goals": []}


def _measure(found: dict[str, Any], part: str, setting: Setting, options: argparse.Namespace) -> None:
    """Replace the figures of a part."""
    begun, rounds = machine.now(), dict[str, dict[str, list[Any]]]()
    with _opened(part, setting, options) as (one_round, version):
        number = 1 if part in ("xlsx", LARGE) else options.rounds
        for turn in range(number):
            machine.say(f"{part}: round {turn + 1} of {number}")
            for scenario, who, figures in one_round():
                rounds.setdefault(scenario, {}).setdefault(who, []).append(figures)
                machine.say(f"  {scenario}: {who}: {figures}")
    found["rounds"] |= rounds
    found["parts"][part] = {
        "begun": begun,
        "machine": machine.alone(),
        "beside": version,
        "rows": LARGE_ROWS if part == LARGE else options.rows,
        "rounds": number,
    }


@contextmanager
def _opened(part: str, setting: Setting, options: argparse.Namespace) -> Iterator[tuple[Round, str]]:
    """What measures a round of a part, and what it is measured beside."""
    if part == "server":
        with beside.started(setting.folder, options.rows, options.rows // 10) as server:
            yield partial(beside.measure, server, 10 if options.short else 60), ""
    elif part == "postgres":
        programs = distribution.programs()
        assert programs
        with on_postgres.started(setting, programs) as cluster:
            yield partial(on_postgres.imports, cluster), database.version(programs)
    else:
        one_round = {
            "sqlite": on_sqlite.imports,
            "xlsx": on_sqlite.spreadsheet,
            LARGE: on_sqlite.large,
            "export": on_sqlite.exports,
        }[part]
        yield partial(one_round, setting), _shell() if part == "sqlite" else ""


def _shell() -> str:
    done = subprocess.run(["sqlite3", "--version"], capture_output=True, text=True, check=True)
    return f"sqlite3 {done.stdout.split()[0]}"


def _write(found: dict[str, Any], output: Path) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
