"""The parts of docs/guide/scaling.md that come from the figures in benchmarks/results/postgres.json."""

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "postgres.json"
LEADS = 100_000_000
ACCOUNTS = 10_000
HEADROOM = 0.5  # of what was measured, for a day's peak


def machine() -> str:
    """The machine, and how the figures were measured."""
    report = _report()
    one, options = report["machine"], report["options"]
    return (
        f"Measured on {one['cores']} cores ({one['processor']}), which the server, the database and the load generator"
        f" share, with {' and with '.join(_servers())}, Python {one['python']}, {one['durability']};"
        f" {options['workers']} server processes, 32 connections, accounts with {options['leads']} and"
        f" {options['large']} leads, the median of {options['rounds']} rounds of {options['seconds']:g} s."
        " `make bench-postgres` repeats the measurement."
    )


def rates() -> str:
    """A table of the rates of one run."""
    servers = [one["rates"] for one in _servers().values()]
    rows = [f"| {name} | {' | '.join(_spread(one[name]) for one in servers)} |" for name in servers[0]]
    head = "".join(f" a second, {name} | rounds, from and to |" for name in _servers())
    return "\n".join([f"| what |{head}", f"|---|{'---|---|' * len(servers)}", *rows])


def ratios() -> str:
    """A table of goals, with the ratio reached and the verdict."""
    rows = [
        f"| {name} | {one['of']} | {one['to']} | {one['goal']} | {one['median']} | {'yes' if one['reached'] else 'no'} |"
        for name, server in _servers().items()
        for one in server["ratios"]
    ]
    return "\n".join(["| on | of | to | goal | reached | verdict |", "|---|---|---|---|---|---|", *rows])


def arithmetic() -> str:
    """What the figures mean for 100 million leads in 10 000 accounts."""
    report = _report()
    rates = {name: found["median"] for name, found in report["rates"].items()}
    size = report["bytes_per_lead"] * LEADS / 1e9
    day = rates["create"] * HEADROOM * 86_400
    lines = [
        f"- **Disk**: a lead takes {report['bytes_per_lead']:,} bytes with its address, number and indexes, so"
        f" {LEADS:,} leads take {size:,.0f} GB. Each account has {LEADS // ACCOUNTS:,} leads on average.",
        f"- **Reading**: half of the rate of these {report['machine']['cores']} cores is"
        f" {rates['lead by id'] * HEADROOM:,.0f} leads or {rates['page of 25'] * HEADROOM:,.0f} pages a second:"
        f" {rates['page of 25'] * HEADROOM / ACCOUNTS * 3600:,.0f} pages an hour for each of {ACCOUNTS:,} accounts."
        f" A page of an account of {report['options']['large']:,} leads takes as long as one of {report['options']['leads']:,}.",
        f"- **Writing**: one account accepts {rates['create']:,.0f} leads a second, since servers write to it one after the"
        f" other. Half of that rate is {day:,.0f} leads a day, so {LEADS:,} leads take {LEADS / day:,.1f} days, or"
        f" {LEADS / report['copied_per_second'] / 60:,.0f} minutes with `closum database copy`"
        f" ({report['copied_per_second']:,} leads a second, including its check).",
    ]
    return "\n".join(lines)


def _servers() -> dict[str, dict[str, Any]]:
    """The figures by PostgreSQL server: the wheel's, and the distribution's if there is one."""
    report = _report()
    others = [report["distribution"]] if "distribution" in report else []
    return {report["machine"]["database"]: report, **{one["database"]: one for one in others}}


def _spread(found: dict[str, Any]) -> str:
    return f"{round(found['median']):,} | {min(found['rounds']):,} to {max(found['rounds']):,}"


def _report() -> dict[str, Any]:
    report: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return report
