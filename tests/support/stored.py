"""Records, written as operations write them."""

from collections.abc import Iterable, Sequence
from typing import Any

from closum.errors import Error
from closum.model import draft
from closum.model.change import ERASE, Operation
from closum.model.draft import Draft
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import records
from closum.operations.deletion import look_up_children
from closum.operations.edit import Edit
from closum.operations.plan import known_of
from closum.operations.records import Written
from closum.store import changes, rows
from closum.store.unit import Unit


def create(unit: Unit, resource: Resource, bodies: Iterable[dict[str, Any]]) -> list[int]:
    """Ids of new records."""
    return ids(records.create_many(unit, resource, [draft.parse(resource, body) for body in bodies]))


def prepare(unit: Unit, resource: Resource) -> None:
    """What the sample's record belongs to and names, in an account without such records."""
    named = [use.resource for use in resource.uses if use.name in resource.examples.sample]
    for other in (*(parent.resource for parent in resource.parents), *named):
        prepare(unit, other)
        create(unit, other, [dict(other.examples.sample)])


def many(unit: Unit, resource: Resource, drafts: Sequence[Draft]) -> list[int | Error]:
    """As `records.create_many`, of those that are written the ids alone."""
    outcomes = records.create_many(unit, resource, drafts)
    return [one if isinstance(one, Error) else one.id for one in outcomes]


def ids(outcomes: Sequence[Written | Error]) -> list[int]:
    """Of what was written, none of it refused."""
    return [one.id for one in map(written, outcomes)]


def written(outcome: Written | Error) -> Written:
    if isinstance(outcome, Error):
        raise outcome
    return outcome


def insert(unit: Unit, resource: Resource, new: Sequence[Row]) -> None:
    """Whole rows as they are, but for what new records get by themselves."""
    known = known_of(unit)
    edit = Edit(known)
    for row in new:
        edit.create(resource, row)
    changes.write(unit, [Operation(unit.by, edit.changes())], known.counters)


def fill(unit: Unit, resource: Resource, row: Row, number: int) -> None:
    """So many new records alike, written as imports write theirs."""
    known = known_of(unit)
    initial, ids = known.new(resource)
    whole = {**initial, **resource.blank, **row}
    whole |= resource.derive(whole)
    new = [resource.values({**whole, "id": next(ids)}) for _ in range(number)]
    changes.write_new(unit, unit.by, {resource: new}, {}, known.counters)


def put_back(unit: Unit, resource: Resource, gone: Sequence[Row]) -> None:
    """Records that were erased are there again, with the ids that they had."""
    known = known_of(unit)
    edit = Edit(known)
    for row in gone:
        edit.create(resource, row, row["id"])
    changes.write(unit, [Operation(unit.by, edit.changes())], known.counters)


def erase(unit: Unit, resource: Resource, gone: Sequence[int]) -> None:
    """Records that nothing shows, and those that belong to them."""
    known = known_of(unit)
    known.add(resource, rows.rows_by(unit, resource, "id", gone).values())
    look_up_children(unit, known, resource, gone)
    edit = Edit(known)
    for record_id in gone:
        edit.delete(resource, record_id, ERASE)
    changes.write(unit, [Operation(unit.by, edit.changes())], known.counters)
