"""What `closum import` prints: how a file is read, and what became of its rows."""

from collections.abc import Iterator
from typing import Any

import click

from closum.cli import table
from closum.cli.printable import printable
from closum.resources.lead import LEAD

FIRST = 10  # rows with faults, warnings, and rows as they will be

_COUNTS = {
    "created": ("new lead", "new leads"),
    "updated": (
        "row matched a lead, which has its values now",
        "rows matched a lead, which has their values now",
    ),
    "skipped": ("row matched a lead, which stays as it is", "rows matched a lead, which stays as it is"),
    "faulty": ("row is refused", "rows are refused"),
    "left_out": ("line is no row, and is left out", "lines are no rows, and are left out"),
}
"""Of one, and of several; of another resource they are records."""


def form(found: dict[str, Any]) -> None:
    """How the file is read, and what its columns mean."""
    said = {
        "format": found["format"],
        "encoding": found["encoding"],
        "delimiter": found["delimiter"] and repr(found["delimiter"]),
        "sheet": found["sheet"],
        "header in line": found["header_line"] or None,
    }
    click.echo(", ".join(f"{name} {printable(str(value))}" for name, value in said.items() if value))
    rows = [(one["heading"], _meaning(one), _samples(one["samples"])) for one in found["columns"]]
    table.show(("column", "becomes", "first value"), rows)


def _meaning(column: dict[str, Any]) -> str:
    kind = "" if column["type"] == "text" else f" ({column['type']})"
    return f"{column['to']}{kind}" if column["to"] else "(left out)"


def _samples(samples: list[Any]) -> str:
    text = " ".join(str(samples[0]).split()) if samples else ""
    return text if len(text) <= 40 else f"{text[:39]}…"


def result(found: dict[str, Any]) -> None:
    """What became of the rows, or would become of them."""
    for line in _result(found):
        click.echo(line)


def _result(found: dict[str, Any]) -> Iterator[str]:
    of_leads = found["resource"] == LEAD.name
    if found["is_dry_run"]:
        yield "A dry run: nothing is changed. The import would come to this:"
        for one in found["preview"][:FIRST]:
            yield printable(f"  line {one['line']}, {one['result']}: {_record(one)}")
    for name, texts in _COUNTS.items():
        if number := found["counts"][name]:
            text = texts[number > 1]
            yield f"{number:>11,} {text if of_leads else text.replace('lead', 'record')}"
    for one in found["faults"][:FIRST]:
        reasons = "; ".join(f"{each['property'] or 'row'}: {each['message']}" for each in one["faults"])
        yield printable(f"  line {one['line']} is refused: {reasons}")
    yield from _warnings(found["warnings"], found["warning_count"])
    if found["operation"]:
        yield f"'closum lead undo {found['operation']}' takes all of it back."


def _warnings(warnings: list[dict[str, Any]], count: int) -> Iterator[str]:
    """Those that say the same once, with the first of their lines; `count` is of all, of which `warnings` are the first."""
    lines = dict[str, list[int]]()
    for one in warnings:
        lines.setdefault(one["message"], []).append(one["line"])
    for message, found in [*lines.items()][:FIRST]:
        others = f" and {len(found) - 1:,} more" if len(found) > 1 else ""
        yield printable(f"  line {found[0]}{others}: {message}")
    if rest := count - sum(len(found) for found in [*lines.values()][:FIRST]):
        yield f"  … and {rest:,} more {'warning' if rest == 1 else 'warnings'}"


def speed(rows: int, seconds: float) -> None:
    """How long it took."""
    click.echo(
        f"{rows:,} {'row' if rows == 1 else 'rows'} in {seconds:.1f} s ({rows / max(seconds, 0.001):,.0f}/s)."
    )


def _record(row: dict[str, Any]) -> str:
    lead = row["lead"]
    if not lead:
        return _cut(", ".join(f"{name} {one}" for name, one in row["record"].items() if one is not None))
    phone = lead["phone"] and f"{lead['phone']['extension']} {lead['phone']['number']}"
    shown = (lead["name"], lead["email"] and lead["email"]["email"], phone, lead["custom_data"])
    return _cut(", ".join(str(one) for one in shown if one))


def _cut(text: str) -> str:
    return text if len(text) <= 150 else f"{text[:149]}…"
