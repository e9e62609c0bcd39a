"""Writing: batches, upserts, deletions and undo, of closum on SQLite and on PostgreSQL with 25 000 leads.

Both servers run all the time; in every round each kind of write is measured of one after the other.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import database, machine
from benchmarks.data import ROOT
from benchmarks.find import setting
from benchmarks.find.rounds import Rounds
from benchmarks.find.scenarios import ENGINES
from benchmarks.find.setting import Setting
from benchmarks.goals import said, verdicts
from benchmarks.process import SERVER_CORE
from benchmarks.writes import page
from benchmarks.writes.goals import WRITING
from benchmarks.writes.rounds import measure
from benchmarks.writes.scenarios import DATA


def main() -> None:
    options = _options()
    machine.require("taskset")
    begun = machine.now()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="closum-bench-")))
        folder.chmod(0o755)  # PostgreSQL has a user of its own
        setting.fill_engines(folder, DATA)
        cluster = stack.enter_context(database.kept(folder / "postgres", SERVER_CORE))
        one = setting.start_engines(folder, DATA, cluster, stack)
        found = {
            "short": options.short,
            "begun": begun,
            "machine": machine.alone(),
            "postgres": database.version(),
            "options": {"rounds": options.rounds, "turns": options.turns},
            "rounds": _rounds(one, options),
        }
    found["goals"] = verdicts(found, WRITING)
    _write(found, options.output)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.writes", description=__doc__)
    parser.add_argument("--short", action="store_true", help="about a minute")
    parser.add_argument("--rounds", type=int, help="5, or 1 of the short form")
    parser.add_argument("--turns", type=int, help="of all kinds in a round: 3, or 2 of the short form")
    parser.add_argument("--output", type=Path, help="a folder for the report")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.short else 5)
    options.turns = options.turns or (2 if options.short else 3)
    name = "writes_short.json" if options.short else page.RESULTS.name
    options.output = (options.output or page.RESULTS.parent) / name
    return options


def _rounds(one: Setting, options: argparse.Namespace) -> Rounds:
    rounds: Rounds = {}
    for name in ENGINES:
        for _ in measure(one, name, 1):  # each statement is prepared once
            pass
    for number in range(options.rounds):
        machine.say(f"round {number + 1} of {options.rounds}")
        for name in ENGINES:
            for scenario, figures in measure(one, name, options.turns):
                rounds.setdefault(scenario, {}).setdefault(name, []).append(figures)
                machine.say(f"  {scenario}: {name}: {figures}")
    return rounds


def _write(found: dict[str, Any], output: Path) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if output == page.RESULTS:
        subprocess.run([sys.executable, "-m", "tools.generate"], cwd=ROOT, check=True)
    for row in found["goals"]:
        machine.say(said(row))


if __name__ == "__main__":
    main()
