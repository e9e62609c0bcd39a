"""Calls of the functions of the store about imports, for `tests/store/test_reading.py`: the account has none."""

from collections.abc import Callable
from typing import Any

from closum.model.draft import MAX_ID
from closum.store import cities, imports

READING: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "cities.names": (
        lambda unit: [len(found := cities.names(unit)), (213, "Abrantes") in found],
        [308, True],
    ),
    "imports.faults": (lambda unit: imports.faults(unit, 1, 0, 9), []),
    "imports.faults_back": (lambda unit: imports.faults_back(unit, 1, 9, 9), []),
    "imports.find": (lambda unit: imports.find(unit, 1), None),
    "imports.is_known": (lambda unit: imports.is_known(unit, "1-file"), False),
    "imports.mapping": (lambda unit: imports.mapping(unit, "hash"), None),
    "imports.next_ids": (lambda unit: imports.next_ids(unit, 1, 9), []),
    "imports.newest": (lambda unit: imports.newest(unit, 9, MAX_ID), []),
    "imports.some": (lambda unit: imports.some(unit, [1, 2]), []),
    "imports.touched": (lambda unit: imports.touched(unit, 1, "lead", 0, 9), []),
    "imports.touched_back": (lambda unit: imports.touched_back(unit, 1, "lead", 9, 9), []),
    "imports.with_files": (lambda unit: imports.with_files(unit, "9999", 9), []),
}
WRITING = (
    "background.begin_again",
    "background.forget_place",
    "changes.write_new",
    "history.follow_new",
    "imports.add",
    "imports.change",
    "imports.forget_faults",
    "imports.forget_mappings",
    "imports.forget_names",
    "imports.keep_mapping",
    "imports.refuse",
    "imports.remove",
    "tally.follow_new_dates",
)
