"""Whether what reports count agrees with the leads."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from closum.model.draft import MAX_ID
from closum.model.reported import DAY, MONTH, WITHIN, Entry
from closum.model.resource import Resource
from closum.store import reports
from closum.store.unit import Unit

Sums = defaultdict[str, Counter[tuple[str, str, str]]]
"""By kind: how many there are of a month, an owner and a value."""


def counters(unit: Unit, resource: Resource, at_once: int) -> Iterator[str]:
    """Of the unit's account."""
    place, zone = reports.present(unit)
    if not place.counted:
        return
    kept, by_day, expected = _kept(unit, MONTH), _kept(unit, DAY), _sums(())
    yield from _differing(unit, kept, by_day, "those of days")
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


def _kept(unit: Unit, span: int) -> Sums:
    return _sums(
        Entry(kind, period, owner, value, number)
        for kind, period, counts in reports.kept(unit, span)
        for owner, values in counts.items()
        for value, number in values.items()
    )


def _sums(found: Iterable[Entry]) -> Sums:
    sums: Sums = defaultdict(Counter)
    _add(sums, found)
    return sums


def _add(sums: Sums, found: Iterable[Entry]) -> None:
    for kind, day, owner, value, number in found:
        sums[kind][day[:7], owner, value] += number
