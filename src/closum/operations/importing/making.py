"""Rows of a file become records of a resource as it is declared: by its own checks, and written in sets."""

from collections.abc import Mapping, Sequence
from typing import Any

from closum.errors import Error, NotFound, fault
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.model.user_fields import Users, listed
from closum.operations import batch, plan, upsert
from closum.operations.batch import Done, Item
from closum.operations.importing.declared import Said
from closum.operations.importing.headings import ID
from closum.operations.importing.mapping import Column
from closum.operations.importing.meant import Reader
from closum.operations.importing.wire import Ready
from closum.operations.importing.writing import CREATED, REFUSED, UPDATED, Outcome, Written, faults_of
from closum.operations.plan import Create, Drafted, Update
from closum.store import tally
from closum.store.unit import Unit


class Making:
    """Makes records of one file; a dry run remembers the keys of those before."""

    def __init__(self, resource: Resource, columns: Sequence[Column], said: Said) -> None:
        self._resource, self._columns, self._said = resource, columns, said
        self._keys: dict[Any, int] = {}  # with the id of the record that has it, 0 for a new one

    def write(self, unit: Unit, ready: Sequence[Ready]) -> Written:
        """Write rows in their order."""
        done = batch.write(unit, self._resource, unit.by, self._asked(unit, ready))
        return Written([*map(_outcome, done.outcomes)], done.operation)

    def decide(self, unit: Unit, ready: Sequence[Ready]) -> list[Outcome]:
        """Of each row what the import would do with it. Nothing is written."""
        outcomes = list[Outcome]()
        for run in batch.runs(self._asked(unit, ready), tally.last_id(unit, self._resource)):
            asks = [one for one in run if isinstance(one, Drafted)]
            decided = iter(self._decided(unit, asks))
            outcomes += [next(decided) if isinstance(one, Drafted) else _refused(one) for one in run]
        return outcomes

    def _decided(self, unit: Unit, asks: Sequence[Drafted]) -> list[Outcome]:
        if not asks:
            return []
        looked = plan.look_up(unit, self._resource, asks)
        decided = plan.decide_together(looked, self._resource, asks, unit.by)
        both = zip(asks, looked.ready, decided.outcomes, decided.changing, strict=True)
        return [self._imagined(ask, ready.values, one, changes) for ask, ready, one, changes in both]

    def _imagined(self, ask: Drafted, values: Row, decided: int | Error, changes: bool) -> Outcome:
        if isinstance(decided, Error):
            return _refused(decided)
        unique = self._resource.unique
        key = values.get(unique.column) if unique else None
        if unique and key is not None:
            record_id = ask.id if isinstance(ask, Update) else 0
            is_taken = key in self._keys and not (record_id and self._keys[key] == record_id)
            if is_taken and not unique.repeated:
                return Outcome(REFUSED, {unique.field: fault("_isUnique")})
            self._keys[key] = record_id
            changes = changes and not is_taken
        return Outcome(CREATED if isinstance(ask, Create) and changes else UPDATED, {}, not changes)

    def shown(self, unit: Unit, ready: Sequence[Ready]) -> list[dict[str, Any]]:
        """What rows give their records, as a list shows it."""
        asked = self._asked(unit, ready)
        return [{"lead": {}, "record": self._record(one)} for one in asked]

    def _record(self, item: Item) -> Mapping[str, Any]:
        values = item.draft.values if isinstance(item, Drafted) else {}
        lists = {one.name for one in self._resource.users if isinstance(one, Users)}
        return {name: listed(one) if one and name in lists else one for name, one in values.items()}

    def _asked(self, unit: Unit, ready: Sequence[Ready]) -> list[Item]:
        reader = Reader(unit, self._resource, self._columns, self._said)
        return [reader.ask(row.values) for row in ready]


def _outcome(done: Done | Error) -> Outcome:
    if isinstance(done, Error):
        return _refused(done)
    return Outcome(CREATED if done.result == upsert.CREATED else UPDATED, {}, done.result == upsert.UNCHANGED)


def _refused(error: Any) -> Outcome:
    return Outcome(REFUSED, {ID: fault("_existsIn")} if isinstance(error, NotFound) else faults_of(error))
