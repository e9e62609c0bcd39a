"""Finding: closum on SQLite and on PostgreSQL beside PocketBase, over 25 000 and 1 000 000 leads as they are found in life.

All servers of one size run all the time; in every round each scenario is measured of one after the other.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import database, machine
from benchmarks.data import ROOT
from benchmarks.find import page, setting, walks
from benchmarks.find.goals import FINDING
from benchmarks.find.questions import KINDS, any_order, any_search, asked, broad, several
from benchmarks.find.rounds import Orders, Rounds, measure
from benchmarks.find.same import check
from benchmarks.find.scenarios import BROAD, ENGINES, FILTERED, LARGE, ORDERS, SEARCHES, SHORT_ORDERS, SMALL
from benchmarks.find.setting import Setting
from benchmarks.goals import said, verdicts
from benchmarks.scenarios import POCKETBASE


def main() -> None:
    options = _options()
    machine.require("wrk", "taskset")
    begun, orders = machine.now(), SHORT_ORDERS if options.short else ORDERS
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="closum-bench-")))
        folder.chmod(0o755)  # PostgreSQL has a user of its own
        settings = list(_settings(options, folder, stack))
        for one in settings:
            _prepare(one, orders)
        machine.say("comparing answers")
        same = [check(one) for one in settings]
        rounds: Rounds = {}
        for number in range(options.rounds):
            machine.say(f"round {number + 1} of {options.rounds}")
            for one in settings:
                for name, who, figures in measure(one, orders, options.seconds):
                    rounds.setdefault(name, {}).setdefault(who, []).append(figures)
                    machine.say(f"  {name}: {who}: {figures}")
        found = {
            "short": options.short,
            "begun": begun,
            "machine": machine.described(),
            "postgres": database.version(),
            "options": {"rounds": options.rounds, "seconds": options.seconds},
            "answers": same,
            "rounds": rounds,
        }
    found["goals"] = verdicts(found, FINDING)
    _write(found, options.output)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.find", description=__doc__)
    parser.add_argument("--short", action="store_true", help="no account above 25 000 leads; about a minute")
    parser.add_argument("--rounds", type=int, help="4, or 1 of the short form")
    parser.add_argument("--seconds", type=float, help="of each measurement: 2, or 1 of the short form")
    parser.add_argument(
        "--large", type=Path, default=ROOT / ".cache/benchmarks", help="a folder for large data"
    )
    parser.add_argument("--output", type=Path, help="a folder for the report")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.short else 4)
    options.seconds = options.seconds or (1.0 if options.short else 2.0)
    name = "find_short.json" if options.short else page.RESULTS.name
    options.output = (options.output or page.RESULTS.parent) / name
    return options


def _settings(options: argparse.Namespace, folder: Path, stack: ExitStack) -> Iterator[Setting]:
    yield setting.small(folder, SMALL, stack)
    if not options.short:
        yield setting.large(options.large / "find", LARGE, stack)


def _prepare(one: Setting, orders: Orders) -> None:
    """Make the questions, and walk to the places that are asked for."""
    machine.say(f"walking lists of {one.leads:,} leads")
    for kind, make in KINDS.items():
        questions = several(make, one.leads)
        for name in (*ENGINES, POCKETBASE):
            one.queries[kind, name] = asked(questions, "pocketbase" if name == POCKETBASE else "closum")
    for name in ENGINES:
        one.queries[SEARCHES, name] = any_search(one.leads)
        one.queries[FILTERED, name] = any_order(one.leads)
        one.queries[BROAD, name] = broad(one.leads)
        walks.prepare(one, name, orders)


def _write(found: dict[str, Any], output: Path) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if output == page.RESULTS:
        subprocess.run([sys.executable, "-m", "tools.generate"], cwd=ROOT, check=True)
    for row in found["goals"]:
        machine.say(said(row))


if __name__ == "__main__":
    main()
