"""What `lead import` prints: how a file is read, and what became of its rows."""

import importlib
import sys
from collections.abc import Iterator
from typing import Any

from closum_client.cli.text import cell, say, visible

FIRST = 10  # rows with faults, warnings, and rows as they will be
COLUMNS = ("column", "becomes", "first value")
_LONGEST, _SAMPLE = 150, 40  # characters of a row, of a value

LEAD = "lead"
_COUNTS = {
    "created": ("new lead", "new leads"),
    "updated": ("row changed a lead that was there", "rows changed leads that were there"),
    "skipped": ("row matched a lead, which stayed as it is", "rows matched a lead, which stayed as it is"),
    "faulty": ("row was refused", "rows were refused"),
    "left_out": ("line was left out: no row", "lines were left out: no rows"),
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
    say(", ".join(f"{name} {visible(str(value))}" for name, value in said.items() if value))
    rows = [[visible(one["heading"]), _meaning(one), _sample(one["samples"])] for one in found["columns"]]
    if sys.stdout.isatty():
        importlib.import_module("closum_client.cli.terminal").Table(COLUMNS, ("first value",)).add(rows)
    else:
        say("".join("\t".join(row) + "\n" for row in rows), nl=False)


def _meaning(column: dict[str, Any]) -> str:
    kind = "" if column["type"] == "text" else f" ({column['type']})"
    return visible(f"{column['to']}{kind}") if column["to"] else "(left out)"


def _sample(samples: list[Any]) -> str:
    return _cut(" ".join(str(samples[0]).split()), _SAMPLE) if samples else ""


def _cut(text: str, length: int) -> str:
    return visible(text if len(text) <= length else f"{text[: length - 1]}…")


def result(found: dict[str, Any]) -> None:
    """What became of the rows, or would become of them."""
    for line in _result(found):
        say(line)


def _result(found: dict[str, Any]) -> Iterator[str]:
    of_leads = found.get("resource", LEAD) == LEAD
    if found["is_dry_run"]:
        yield "A dry run: nothing is changed. The import would come to this:"
        for one in found["preview"][:FIRST]:
            yield f"  line {one['line']}, {one['result']}: {_record(one)}"
    for name, texts in _COUNTS.items():
        if number := found["counts"][name]:
            text = texts[number > 1]
            yield f"{number:>11,} {text if of_leads else text.replace('lead', 'record')}"
    for one in found["faults"][:FIRST]:
        reasons = "; ".join(f"{each['property'] or 'row'}: {each['message']}" for each in one["faults"])
        yield visible(f"  line {one['line']} is refused: {reasons}")
    for one in found["warnings"][:FIRST]:
        yield visible(f"  line {one['line']}: {one['message']}")
    if (rest := found["warning_count"] - FIRST) > 0:
        yield f"  … and {rest:,} more {'warning' if rest == 1 else 'warnings'}"


def _record(row: dict[str, Any]) -> str:
    lead = row["lead"]
    if not lead:
        values = (f"{name} {cell(one)}" for name, one in row["record"].items() if one is not None)
        return _cut(", ".join(values), _LONGEST)
    phone = lead["phone"] and f"{lead['phone']['extension']} {lead['phone']['number']}"
    shown = (lead["name"], lead["email"] and lead["email"]["email"], phone, lead["custom_data"])
    return _cut(", ".join(cell(one) for one in shown if one), _LONGEST)
