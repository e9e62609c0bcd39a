"""Demo leads: reproducible, believable, valid, and written in sets."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from closum.errors import Error, Refusal
from closum.model.draft import Draft, Put, parse
from closum.model.fields import Timestamp
from closum.operations import records
from closum.operations.dates import YEARS, Dates
from closum.operations.people import people
from closum.resources.lead import LEAD
from closum.store import tally
from closum.store.unit import Unit, timestamp

LARGE_SET = 500
SMALL_SET = 25  # what fits well into the 20 ms of a writer beside a server

Step = Callable[[Unit], None]

_DATES = {
    nested.name: field.name
    for nested in LEAD.nested
    for field in nested.resource.fields
    if isinstance(field, Timestamp)
}


def next_person(unit: Unit) -> int:
    """The number of the first person to add: one for each id that the account has given to a lead."""
    return tally.last_id(unit, LEAD)


def dates(unit: Unit, count: int) -> Dates:
    """When so many new leads came: after the last one up to now, in an account without leads in the last three years."""
    last = tally.last_timestamp(unit, LEAD)
    begin = datetime.fromisoformat(last) if last else None
    return Dates(int(begin.timestamp()) if begin else unit.now - YEARS, unit.now, count)


def steps(
    start: int,
    count: int,
    size: Callable[[], int],
    report: Callable[[int, int], None],
    when: Dates | None = None,
) -> Iterator[Step]:
    """Sets of leads, to be run one after the other; `size` says of each how many it may have at most.

    `when` has their dates; without it they come when they are written.
    """
    done = 0
    while done < count:
        number = min(size(), count - done)
        yield partial(_write, start + done, when.of(done, number) if when else number)
        done += number
        report(done, count)


def drafts(first: int, count: int) -> list[Draft]:
    """Persons as new leads: what reading their bodies gives."""
    return [parse(LEAD, body) for body in people(first, count)]


def _write(first: int, times: Sequence[int] | int, unit: Unit) -> None:
    if isinstance(times, int):
        _create(unit, drafts(first, times))
        return
    present = unit.now
    try:
        unit.now = times[0]
        leads = drafts(first, len(times))
        _date(leads, list(map(timestamp, times)), _least(unit))
        unit.now = times[-1]
        _create(unit, leads)
    finally:
        unit.now = present


def _least(unit: Unit) -> dict[str, str]:
    """By resource the date before which no new record of it may be."""
    known, now = tally.counters(unit), timestamp(unit.now)
    resources = (LEAD, *(nested.resource for nested in LEAD.nested))
    return {one.name: max(now, known.get(one.name, tally.NEVER).last_timestamp) for one in resources}


def _date(leads: Sequence[Draft], stamps: Sequence[str], least: Mapping[str, str]) -> None:
    for one, stamp in zip(leads, stamps, strict=True):
        one.values["creation_date"] = max(stamp, least["lead"])
        for name, intent in one.nested.items():
            if isinstance(intent, Put):
                intent.values[_DATES[name]] = max(stamp, least[name])


def _create(unit: Unit, leads: Sequence[Draft]) -> None:
    outcomes = records.create_many(unit, LEAD, leads)
    if any(isinstance(outcome, Error) for outcome in outcomes):
        raise Refusal(
            "The cities of the demo data are missing: load municipalities.csv with 'closum city load'"
        )
