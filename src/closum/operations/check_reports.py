"""Whether what reports count agrees with the leads."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from closum.model.draft import MAX_ID
from closum.model.reported import DAY, MONTH, WITHIN, YEAR, Entry
from closum.model.resource import Resource
from closum.store import reports
from closum.store.reports import TOTAL
from closum.store.unit import Unit

Sums = defaultdict[str, Counter[tuple[str, str, str]]]
"""By kind: how many there are of a month or a year, an owner and a value."""
_MONTH, _YEAR = len("2026-01"), len("2026")


def counters(unit: Unit, resource: Resource, at_once: int) -> Iterator[str]:
    """Of the unit's account."""
    place, zone = reports.present(unit)
    if not place.counted:
        return
    by_year = _kept(unit, YEAR, _YEAR), _kept(unit, MONTH, _YEAR)
    yield from _differing(unit, *by_year, "those of years")
    kept, expected = _kept(unit, MONTH, _MONTH), Sums(Counter)
    yield from _differing(unit, kept, _kept(unit, DAY, _MONTH), "those of days")
    _add(kept, reports.uncounted(unit, resource, place, zone, (), MAX_ID))
    for found in reports.each(unit, resource, zone, at_once):
        _add(expected, found)
    yield from _differing(unit, kept, expected, f"the {resource.plural}")


def _differing(unit: Unit, kept: Sums, expected: Sums, what: str) -> Iterator[str]:
    wrong = {
        kind.partition(WITHIN)[0] or WITHIN
        for kind in kept.keys() | expected.keys()
        if +kept[kind] != +expected[kind] or -kept[kind]
    }
    for kind in sorted(wrong):
        yield f"reports of account {unit.account_id}: the counters by {kind} do not agree with {what}"


def _kept(unit: Unit, span: int, length: int) -> Sums:
    """The counters of a span, by so many characters of their periods."""
    sums = Sums(Counter)
    for kind, owner, period, counts in reports.kept(unit, span):
        for value, number in counts.items():
            sums[kind][period[:length], owner, value] += number
    return sums


def _add(sums: Sums, found: Iterable[Entry]) -> None:
    for kind, day, owner, value, number in found:
        for who in (TOTAL, owner):
            sums[kind][day[:_MONTH], who, value] += number
