"""What became of the rows of a file: counts that add up, and why rows were refused, left out or taken with a remark."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from closum.errors import Faults
from closum.operations.importing import nothing, wire
from closum.operations.importing.mapping import Column, column_of
from closum.operations.importing.rows import LEFT_OUT as IS_LEFT_OUT
from closum.operations.importing.wire import SHOWN, Faulty, LeftOut, Ready
from closum.operations.importing.writing import CREATED, REFUSED, SKIPPED, UPDATED, Outcome
from closum.resources.lead import LEAD
from closum.store.imports import Fault

MOST_WARNINGS = 100  # that are kept
RECORD, LEFT_OUT, UNCHANGED = "record", "left_out", "unchanged"
"""Of the rows that are `updated` some have changed nothing."""
REASONS = "reasons"
MOST_REASONS = 50
"""Why rows are refused, and how many for each: [column, or where there is none the property, rule, the message of the first row,
number]."""
REMARKS, MOST_REMARKS, MOST_LINES = "remarks", 50, 10
"""What is noted of rows that are taken: [rule, message, number, the first lines]; further messages of a rule are one, ""."""
NOT_VALID = "_not_valid"
"""The rule of a number that is kept although it is not valid."""
NOTHING = "nothing"
"""The cells for which rows are refused although they say nothing: [text, number]."""
LEFT, MOST_LEFT = "left", 100
"""The rows that are left out: [line, one of the reasons of `feet`, text]."""
BEGIN: dict[str, Any] = {
    RECORD: 0,
    CREATED: 0,
    UPDATED: 0,
    SKIPPED: 0,
    REFUSED: 0,
    LEFT_OUT: 0,
    "warning_count": 0,
    "warnings": [],
    "preview": [],
}

_SURE = [
    (one.name, place, names.index(one.resource.unique.sure))
    for place, (one, names) in enumerate(zip(LEAD.nested, SHOWN, strict=True))
    if one.resource.unique and one.resource.unique.sure
]
"""Of the records that leads show those that may be kept without being valid: the name, its place, and that of the flag in it."""


def count(
    place: dict[str, Any],
    start: int,
    rows: Sequence[wire.Row_],
    outcomes: Sequence[Outcome],
    warnings: Sequence[list[Any]],
    columns: Sequence[Column],
) -> list[Fault]:
    """Add what became of rows to the counts; those that were refused, with the columns that are to blame."""
    rest, faults, left = iter(outcomes), list[Fault](), list[LeftOut]()
    remarks, unchanged = list[list[Any]](), set[int]()
    for record, row in enumerate(rows, start + 1):
        if isinstance(row, Ready):
            outcome = next(rest)
            place[outcome.result] += 1
            place[UNCHANGED] = place.get(UNCHANGED, 0) + outcome.is_unchanged
            if outcome.result == REFUSED:
                cells = wire.unpacked(row.cells)
                faults.append(Fault(record, row.line, placed(outcome.faults, columns, cells), cells))
            elif outcome.result == SKIPPED or outcome.is_unchanged:
                unchanged.add(row.line)
            elif _is_not_valid(row, outcome):
                remarks.append([row.line, NOT_VALID, ""])
        elif isinstance(row, Faulty):
            place[REFUSED] += 1
            faults.append(Fault(record, row.line, row.faults, wire.unpacked(row.cells)))
        else:
            place[LEFT_OUT] += 1
            left.append(row)
    place[RECORD] += len(rows)
    place["warning_count"] += len(warnings)
    place["warnings"] = [*place["warnings"], *warnings][:MOST_WARNINGS]
    place[LEFT] = [*place.get(LEFT, []), *([one.line, one.reason, one.text] for one in left)][:MOST_LEFT]
    _count_reasons(place, faults)
    _count_nothing(place, faults)
    others = unchanged | {one.line for one in faults}
    remarks += [one for one in warnings if one[1] != IS_LEFT_OUT and one[0] not in others]
    _count_remarks(place, remarks)
    return faults


def _is_not_valid(row: Ready, outcome: Outcome) -> bool:
    """Whether a lead shows something of the row that is not valid."""
    for name, place, flag in _SURE:
        values = row.nested[place]
        if values is not None and not values[flag] and name in outcome.puts:
            return True
    return False


def _count_reasons(place: dict[str, Any], faults: Iterable[Fault]) -> None:
    """Add to the rows of each column and rule; a row with several faults is counted under each."""
    counts = {(one[0], one[1]): list(one) for one in place.get(REASONS, [])}
    for row in faults:
        for key, message in {(one[0] or one[1], one[2]): one[3] for one in row.faults}.items():
            if key in counts:
                counts[key][3] += 1
            elif len(counts) < MOST_REASONS:
                counts[key] = [*key, message, 1]
    place[REASONS] = list(counts.values())


def _count_nothing(place: dict[str, Any], faults: Iterable[Fault]) -> None:
    counts = Counter(dict(place.get(NOTHING, [])))
    for row in faults:
        columns = [column for column, name, *_ in row.faults if name in nothing.COLUMNS]
        cells = [row.cells[one - 1] for one in columns if 0 < one <= len(row.cells)]
        counts.update(nothing.key(one) for one in cells if nothing.says_nothing(one))
    place[NOTHING] = [[*one] for one in counts.items()]


def _count_remarks(place: dict[str, Any], remarks: Iterable[Sequence[Any]]) -> None:
    counts = {(one[0], one[1]): [*one[:3], [*one[3]]] for one in place.get(REMARKS, [])}
    for line, rule, message in remarks:
        key = (rule, message)
        if key not in counts and len(counts) >= MOST_REMARKS:
            key = (rule, "")
        found = counts.setdefault(key, [*key, 0, []])
        found[2] += 1
        found[3] = [*found[3], line][:MOST_LINES]
    place[REMARKS] = list(counts.values())


def placed(faults: Faults, columns: Sequence[Column], cells: Sequence[Any]) -> list[list[Any]]:
    """The faults of a write, as those of cells are told: each has column, property, rule and message."""
    return [[column_of(columns, name, cells), name, *told] for name, *told in _listed(faults)]


def _listed(faults: Faults, within: str = "") -> Iterator[tuple[str, str, str]]:
    for name, value in faults.items():
        if isinstance(value, str):
            yield within, name, value
        else:
            yield from _listed(value, f"{within}.{name}" if within else name)
