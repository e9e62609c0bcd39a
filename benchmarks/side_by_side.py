"""closum beside its peers and its baselines, in one run. Run with `make bench`.

Each product runs over the same data, its server on one core and the load on the other; all servers stand by while one
is asked. In every round each scenario is measured of each product, one after the other, so that a machine whose speed
changes does not change the ratios.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import answers, extras, goals, machine, page, setting
from benchmarks.contestants.orm import BIN
from benchmarks.data import ROOT
from benchmarks.load import Load, Void
from benchmarks.measuring import Expected, measured
from benchmarks.scenarios import (
    LARGE,
    LOOP,
    LOOP_32,
    ONE_EMAIL,
    POCKETBASE,
    PRODUCTS,
    SCENARIOS,
    SHORT,
    SKIP_TOTAL,
    SMALL,
    Scenario,
)
from benchmarks.setting import Setting

KINDS = {SKIP_TOTAL: {"first page": "page without total"}, ONE_EMAIL: {"create": "create one e-mail"}}
OF = {SKIP_TOTAL: POCKETBASE, ONE_EMAIL: POCKETBASE}

Rounds = dict[str, dict[str, list[dict[str, float] | str]]]
"""By scenario and variant: of each round what was measured, or why it is void."""


def main() -> None:
    options = _options()
    machine.require("wrk", "taskset")
    begun = machine.now()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="closum-bench-")))
        settings = [setting.small(folder, SHORT if options.short else SMALL, stack)]
        if not options.short:
            settings.append(setting.large(options.large / "large", LARGE, stack))
        checked = [line for one in settings for line in answers.check(one)]
        rounds: Rounds = {}
        for number in range(options.rounds):
            machine.say(f"round {number + 1} of {options.rounds}")
            for one in settings:
                _round(one, rounds, options)
        found = {
            "short": options.short,
            "begun": begun,
            "machine": machine.described(),
            "durability": setting.DURABILITY,
            "options": {"rounds": options.rounds, "seconds": options.seconds},
            "answers": checked,
            "rounds": rounds,
            "extras": extras.measure(settings, rounds, options.seconds),
        }
    found["goals"] = goals.verdicts(found)
    _write(found, options.output)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--short", action="store_true", help="no account above 25 025 leads; under three minutes"
    )
    parser.add_argument("--rounds", type=int, help="4, or 2 of the short form")
    parser.add_argument("--seconds", type=float, help="of each measurement: 2, or 1 of the short form")
    parser.add_argument(
        "--large", type=Path, default=ROOT / ".cache/benchmarks", help="a folder for large data"
    )
    parser.add_argument("--output", type=Path, help="a folder for the report")
    options = parser.parse_args()
    options.rounds = options.rounds or (2 if options.short else 4)
    options.seconds = options.seconds or (1.0 if options.short else 2.0)
    name = "side_by_side_short.json" if options.short else page.RESULTS.name
    options.output = (options.output or page.RESULTS.parent) / name
    return options


def _round(one: Setting, rounds: Rounds, options: argparse.Namespace) -> None:
    asked = [
        (scenario, variant)
        for scenario in SCENARIOS
        if scenario.group in one.data.groups and (scenario.short or not options.short)
        for variant in (*scenario.products, *scenario.also)
    ]
    if one.kept:  # files that memory cannot hold beside each other: one product after the other
        asked.sort(key=lambda pair: PRODUCTS.index(OF.get(pair[1], pair[1])))
    for scenario, variant in asked:
        product = OF.get(variant, variant)
        one.warm(product)
        try:
            found: dict[str, float] | str = _measure(one, scenario, variant, options.seconds)
        except Void as reason:
            found = str(reason)
            one.contestants[product].process.restart()  # it may still be busy with what it did not answer
        rounds.setdefault(scenario.name, {}).setdefault(variant, []).append(found)
        machine.say(f"  {scenario.name}: {variant}: {found}")


def _measure(one: Setting, scenario: Scenario, variant: str, seconds: float) -> dict[str, float]:
    if scenario.writes:
        os.sync()  # what others have left to be written is not to be waited for
    if variant in (LOOP, LOOP_32):
        return {"rate": one.loop(1 if variant == LOOP else 32, seconds)}
    contestant = one.contestants[OF.get(variant, variant)]
    kinds = {upto: KINDS.get(variant, {}).get(kind, kind) for upto, kind in scenario.calls.items()}
    load = Load(
        contestant.targets[scenario.group],
        {upto: contestant.calls[kind] for upto, kind in kinds.items()},
        contestant.key,
        scenario.pages.get(variant, scenario.page),
        scenario.size,
        contestant.sorts[scenario.sort],
    )
    probed = one.probe(contestant, scenario, kinds[100])
    return measured(
        contestant.process,
        load,
        Expected(probed, lambda: one.single(contestant, scenario, kinds[100])),
        scenario.connections,
        seconds,
    )


def _write(found: dict[str, Any], output: Path) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if output == page.RESULTS:
        plots = [ROOT / "benchmarks/plots.py", output, ROOT / "docs/benchmarks"]
        subprocess.run([BIN / "python", *plots], check=True)
        subprocess.run([sys.executable, "-m", "tools.generate"], cwd=ROOT, check=True)
    for row in found["goals"]:
        machine.say(goals.said(row))


if __name__ == "__main__":
    main()
