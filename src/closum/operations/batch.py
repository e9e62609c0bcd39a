"""Many writes of one call as one operation: each has the outcome that it would have had alone, in their order."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from closum.errors import Error, Faults, Invalid, NotFound, fault
from closum.model.change import By
from closum.model.resource import Resource
from closum.operations import merging, records, upsert
from closum.operations.deletion import Delete
from closum.operations.plan import Ask, Create, Update
from closum.operations.records import Written
from closum.operations.upsert import Upsert, Upserted
from closum.store import tally
from closum.store.unit import Unit

MOST = 1_000  # items

Item = Ask | Upsert | Error
"""What an item asks for, or why that cannot be read."""


class Done(NamedTuple):
    """The record of an item, and what became of it."""

    id: int
    result: str


class Batch(NamedTuple):
    """Of each item, in order, what was done or why it is refused; the operation, None where nothing had to change."""

    outcomes: list[Done | Error]
    operation: int | None


def write(unit: Unit, resource: Resource, by: By, items: Sequence[Item], *, atomic: bool = False) -> Batch:
    """Write the items; with `atomic` all of them or none. Raises Invalid with the faults by item then."""
    writing = _Writing(unit, resource, by)
    for run in runs(items, tally.last_id(unit, resource)):
        writing.write(run)
    if atomic:
        _refuse_any(writing.outcomes)
    return Batch(writing.outcomes, writing.operation)


def _refuse_any(outcomes: Iterable[Done | Error]) -> None:
    faults: Faults = {
        str(place): _faults(one) for place, one in enumerate(outcomes) if isinstance(one, Error)
    }
    if faults:
        raise Invalid({"items": faults})


def _faults(error: Error) -> Faults:
    if isinstance(error, Invalid):
        return error.faults
    return fault("_refused", status=error.status, reason=error.message)


def runs(items: Sequence[Item], last: int) -> Iterator[Sequence[Item]]:
    """Items that follow each other and can be looked up together: upserts, or others that change no record twice, and none
    with an id above the `last` one, which an item before it may have made.
    """
    run, changed = list[Item](), set[int]()
    for item in items:
        again = isinstance(item, Update | Delete) and (item.id in changed or item.id > last)
        if run and (again or isinstance(item, Upsert) is not isinstance(run[-1], Upsert)):
            yield run
            run, changed = [], set()
        run.append(item)
        if isinstance(item, Update):
            changed.add(item.id)
    if run:
        yield run


class _Writing:
    """What was done so far."""

    def __init__(self, unit: Unit, resource: Resource, by: By) -> None:
        self._unit, self._resource, self._by = unit, resource, by
        self.outcomes = list[Done | Error]()
        self.operation: int | None = None

    def write(self, run: Sequence[Item]) -> None:
        if not isinstance(run[0], Upsert):
            self.outcomes += self._plain([one for one in run if not isinstance(one, Upsert)])
            return
        for some in upsert.runs(one for one in run if isinstance(one, Upsert)):
            self.outcomes += self._plain(upsert.resolve(self._unit, self._resource, some))

    def _plain(self, run: Sequence[Ask | Upserted | Error]) -> Iterator[Done | Error]:
        asks = [one for one in run if isinstance(one, Ask)]
        written = iter(self._written(asks))
        for one in run:
            if isinstance(one, Ask):
                outcome = next(written)
                yield outcome if isinstance(outcome, Error) else Done(outcome.id, upsert.result(one, outcome))
            else:
                yield one if isinstance(one, Error) else Done(one.id, one.result)

    def _written(self, asks: Sequence[Ask]) -> Sequence[Written | Error]:
        if not asks:
            return ()
        outcomes, self.operation = records.write_together(
            self._unit, self._resource, asks, self._by, self.operation
        )
        return [self._told(ask, one) for ask, one in zip(asks, outcomes, strict=True)]

    def _told(self, ask: Ask, outcome: Written | Error) -> Written | Error:
        """The outcome; of a record that is not there where it went."""
        if not isinstance(outcome, NotFound) or isinstance(ask, Create):
            return outcome
        return merging.elsewhere(self._unit, self._resource, ask.id) or outcome
