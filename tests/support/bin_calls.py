"""Calls of the functions of the store that read and write the bin, for `tests/store/test_reading.py`."""

from collections.abc import Callable
from typing import Any

from closum.resources.lead import LEAD
from closum.store import bin as bins
from closum.store.unit import timestamp

READING: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "bin.at": (lambda unit: bins.at(unit, 3), None),
    "bin.of_records": (lambda unit: bins.of_records(unit, [(LEAD, 1), (LEAD, 9)]), []),
    "bin.count": (lambda unit: [bins.count(unit, 9), bins.count(unit, 9, 2, "lead")], [0, 0]),
    "bin.of_operations": (lambda unit: bins.of_operations(unit, [1, 3]), set()),
    "bin.oldest": (lambda unit: bins.oldest(unit, timestamp(unit.now), 9), []),
    "bin.page": (lambda unit: [bins.page(unit, 2**63, 9), bins.page(unit, 9, 9, "lead", 1)], [[], []]),
    "bin.walk": (lambda unit: list(bins.walk(unit, 9)), []),
}
WRITING = {
    "bin.cut",
    "bin.follow",
    "bin.follow_back",
    "bin.forget",
    "bin.forget_at",
    "history.note_purged",
}
