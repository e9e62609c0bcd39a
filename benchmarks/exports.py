"""Exports: all leads of an account as CSV, NDJSON and XLSX, of both databases of closum, each in a process of its own."""

import argparse
import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import database, machine
from benchmarks.data import ROOT, Data, url_of
from benchmarks.find import setting
from benchmarks.find.goals import ON
from benchmarks.find.scenarios import ENGINES, ON_POSTGRES
from benchmarks.goals import Figure, Report, said, verdicts
from benchmarks.process import LOAD_CORE, SERVER_CORE, clean_environment, pinned
from benchmarks.scenarios import CLOSUM
from tests.support import postgres

RESULTS = ROOT / "benchmarks" / "results" / "exports.json"
LEADS, FEW = 1_000_000, 50_000
LEADS_A_SECOND = {"csv": 120_000, "ndjson": 250_000, "xlsx": 12_000}
MEGABYTES = 100

# The first line of what it is given are URL, account and format; the clock runs from an open database to a whole file.
_PROGRAM = """
import json, sys, time
from closum.accounts import users
from closum.cli.options import open_session
from closum.formats.output import Output
from closum.model.query import Query
from closum.operations.exporting import Export, write
from closum.resources.lead import LEAD
url, account, format = json.loads(sys.stdin.readline())
with open_session(url) as session, session.stream() as unit, open(sys.argv[1], "wb") as file:
    own = unit.of(users.account_named(unit, account).id)
    begun, used = time.perf_counter(), time.process_time()
    number = write(own, Export(LEAD, Query("id"), format), Output(file.write))
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
most = int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]) / 1024
print(json.dumps({"rate": number / seconds, "cpu": cpu / number * 1e6, "leads": number, "megabytes": most}))
"""


def scenario(format: str) -> str:
    return f"export, {format.upper()}"


def _found(format: str, who: str, figure: str, report: Report) -> list[float]:
    return [one[figure] for one in report["rounds"].get(scenario(format), {}).get(who, [])]


GOALS = [
    goal
    for who in ON
    for kind, rate in LEADS_A_SECOND.items()
    for goal in (
        Figure(
            scenario(kind),
            f"{ON[who]}: leads a second",
            rate,
            partial(_found, kind, who, "rate"),
            at_most=False,
        ),
        Figure(scenario(kind), f"{ON[who]}: megabytes", MEGABYTES, partial(_found, kind, who, "megabytes")),
    )
]


def main() -> None:
    options = _options()
    machine.require("taskset")
    begun = machine.now()
    data = Data({"main": [options.leads]})
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="closum-bench-")))
        folder.chmod(0o755)  # PostgreSQL has a user of its own
        setting.fill_engines(folder, data)
        cluster = stack.enter_context(database.kept(folder / "postgres", SERVER_CORE))
        urls = {
            CLOSUM: url_of(folder / CLOSUM / "closum.db"),
            ON_POSTGRES: postgres.with_database(cluster.url, setting.DATABASE),
        }
        ((_, account, _),) = data.named()
        found: dict[str, Any] = {
            "short": options.short,
            "begun": begun,
            "machine": machine.alone(),
            "postgres": database.version(),
            "options": {"rounds": options.rounds, "leads": options.leads},
            "rounds": _rounds(urls, account, folder, options.rounds),
        }
    found["goals"] = verdicts(found, GOALS)
    options.output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for row in found["goals"]:
        machine.say(said(row))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exports", description=__doc__)
    parser.add_argument("--short", action="store_true", help="about a minute")
    parser.add_argument("--rounds", type=int, help="5, or 1 of the short form")
    parser.add_argument("--leads", type=int, help=f"{LEADS}, or {FEW} of the short form")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.short else 5)
    options.leads = options.leads or (FEW if options.short else LEADS)
    options.output = RESULTS.with_name("exports_short.json") if options.short else RESULTS
    return options


def _rounds(urls: dict[str, str], account: str, folder: Path, number: int) -> dict[str, dict[str, list[Any]]]:
    rounds: dict[str, dict[str, list[Any]]] = {}
    for one in range(number):
        machine.say(f"round {one + 1} of {number}")
        for kind in LEADS_A_SECOND:
            for who in ENGINES:
                figures = _measured(urls[who], account, kind, folder / f"leads.{kind}")
                rounds.setdefault(scenario(kind), {}).setdefault(who, []).append(figures)
                machine.say(f"  {scenario(kind)}: {who}: {figures}")
    return rounds


def _measured(url: str, account: str, format: str, file: Path) -> dict[str, float]:
    """The database of PostgreSQL has the other core."""
    done = subprocess.run(
        pinned([sys.executable, "-c", _PROGRAM, str(file)], LOAD_CORE),
        input=json.dumps([url, account, format]) + "\n",
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


if __name__ == "__main__":
    main()
