"""Rows of imports that have a person: those that were refused, and those that a dry run shows."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from closum.model.draft import MAX_ID
from closum.operations.importing import report
from closum.operations.subjects import Subject
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import imports
from closum.store.imports import Import
from closum.store.unit import Unit

AT_ONCE = 1_000
_LEAST = 6  # digits of a number


def rows(unit: Unit, subject: Subject) -> Iterator[dict[str, Any]]:
    """Those whose cells have the address or the number, of the newest import first."""
    before, is_of = MAX_ID, _address(subject) if subject.resource is EMAIL else _number(subject)
    while some := imports.newest(unit, AT_ONCE, before):
        for one in some:
            yield from _refused(unit, one, is_of)
            yield from _shown(unit, one, is_of)
        before = some[-1].id


def _address(subject: Subject) -> Callable[[str], bool]:
    return lambda text: any(key in text.lower() for key in subject.keys)


def _number(subject: Subject) -> Callable[[str], bool]:
    """With its prefix or without, and however it is written."""
    keys = [re.sub("[^0-9]", "", key) for key in subject.keys]

    def is_of(text: str) -> bool:
        digits = re.sub("[^0-9]", "", text).lstrip("0")
        return len(digits) >= _LEAST and any(key.endswith(digits) or digits.endswith(key) for key in keys)

    return is_of


def _refused(unit: Unit, found: Import, is_of: Callable[[str], bool]) -> Iterator[dict[str, Any]]:
    headings, after = (found.form or {}).get("headings", []), 0
    while some := imports.faults(unit, found.id, after, AT_ONCE):
        for one in some:
            if any(map(is_of, one.cells)):
                cells = dict(zip(headings, one.cells, strict=False))
                yield {"import": found.id, "file": found.name, "line": one.line, "refused": cells}
        after = some[-1].record


def _shown(unit: Unit, found: Import, is_of: Callable[[str], bool]) -> Iterator[dict[str, Any]]:
    for one in report.shown(unit, found)["preview"]:
        lead, record = one["lead"], one.get("record", {})
        texts = [value for value in record.values() if isinstance(value, str)]
        for nested in LEAD.nested:
            texts += map(str, (lead.get(nested.name) or {}).values())
        if any(map(is_of, texts)):
            yield {"import": found.id, "file": found.name, "line": one["line"], "preview": lead or record}
