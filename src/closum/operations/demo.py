"""Demo leads: reproducible, believable, valid, and written in sets."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby

from closum.errors import Error, Refusal
from closum.model.draft import Draft, parse
from closum.operations import records
from closum.operations.dates import HOUR, YEARS, Dates
from closum.operations.people import people
from closum.resources.lead import LEAD
from closum.store import tally
from closum.store.unit import Unit

LARGE_SET = 500
SMALL_SET = 10  # what fits well into the 20 ms of a writer beside a server

Step = Callable[[Unit], None]


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
    present, begun = unit.now, 0
    leads = drafts(first, len(times))
    try:
        for _, group in groupby(times, lambda time: time // HOUR):  # the history has the date of a write
            *_, unit.now = some = [*group]
            _create(unit, leads[begun : begun + len(some)])
            begun += len(some)
    finally:
        unit.now = present


def _create(unit: Unit, leads: Sequence[Draft]) -> None:
    outcomes = records.create_many(unit, LEAD, leads)
    if any(isinstance(outcome, Error) for outcome in outcomes):
        raise Refusal(
            "The cities of the demo data are missing: load municipalities.csv with 'closum city load'"
        )
