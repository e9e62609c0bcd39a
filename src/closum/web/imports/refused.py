"""What became of the rows of an import, or would become of them: those that are refused, in pages, and what is noted of others."""

from typing import Any, NamedTuple

from closum.operations.importing.counting import LEFT, REASONS, REMARKS
from closum.store import imports
from closum.store.imports import Fault
from closum.store.unit import Unit
from closum.web import positions
from closum.web.imports import phases, told
from closum.web.imports.phases import At
from closum.web.positions import Place, Window
from closum.web.words import Words

ON_A_PAGE = 25
_NO_CODE = "_required"
"""The rule of a number without a country code."""


class Read(NamedTuple):
    """An import, and a page of the rows that it refused."""

    at: At
    faults: Window


def read(unit: Unit, number: int, wanted: Place) -> Read:
    at = phases.at(unit, number)  # first: where it has ended, all of them are there

    def forth(after: int, most: int) -> list[Fault]:
        return imports.faults(unit, number, after, most)

    def back(before: int, most: int) -> list[Fault]:
        return imports.faults_back(unit, number, before, most)

    return Read(at, positions.window(wanted, ON_A_PAGE, forth, back, lambda one: one.record))


def shown(read: Read, words: Words) -> dict[str, Any]:
    """What templates say of it."""
    at, window = read
    return {
        "at": at,
        "window": window,
        "faults": [(one.line, told.faults(at.found, one.cells, one.faults, words)) for one in window.some],
        "reasons": told.reasons(at.found, at.counted.get(REASONS, []), words),
        "remarks": told.remarks(at.counted.get(REMARKS, []), words),
        "left": told.left(at.counted.get(LEFT, []), words),
    }


def lacks_country(at: At, of_company: str | None) -> bool:
    """Whether rows are refused for numbers without a country code, and no country is chosen for those."""
    rules = {rule for _, rule, *_ in at.counted.get(REASONS, [])}
    return at.is_of_leads and _NO_CODE in rules and not (at.found.policy["country"] or of_company)
