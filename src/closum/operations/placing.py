"""Many records put on another one, such as leads on a list, or taken off it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from closum import resources
from closum.errors import Error, Invalid, fault
from closum.model import draft as drafts
from closum.model.change import By
from closum.model.resource import Resource
from closum.operations import records
from closum.operations.deletion import Delete
from closum.operations.plan import Ask, Create
from closum.operations.records import Written
from closum.store import rows
from closum.store.unit import Unit


class Placing(NamedTuple):
    """One of the `members` of a resource by its name, the id of what records are put on, and whether they are, or taken off.

    With the body of a `new` one, that is made first.
    """

    name: str
    id: int
    is_on: bool
    new: dict[str, Any] | None = None


def check(unit: Unit, resource: Resource, place: Placing) -> None:
    """Raises Invalid where there is nothing to put records on, and none can be made."""
    other = resource.listing.members[place.name].resource
    if place.new is not None:
        if faults := drafts.parse(other, place.new).faults:
            raise Invalid(faults)
    elif not rows.rows_by(unit, other, "id", [place.id]):
        raise Invalid({place.name: fault("_existsIn")})


def made(unit: Unit, resource: Resource, place: Placing, by: By) -> tuple[Placing, int | None]:
    """With what is new as a record, and the operation that this begins, None without. Raises Invalid."""
    if place.new is None:
        return place, None
    other = resource.listing.members[place.name].resource
    ask = Create(by, drafts.parse(other, place.new))
    (outcome,), operation = records.write_together(unit, other, [ask], by)
    if isinstance(outcome, Error):
        raise outcome
    return place._replace(id=outcome.id, new=None), operation


def write(
    unit: Unit, resource: Resource, place: Placing, ids: Sequence[int], by: By
) -> tuple[dict[int, Written | Error], int | None]:
    """As one operation, by the id of each record that it was about: nothing happens to those that are there, or gone, already."""
    place, begun = made(unit, resource, place, by)
    member = resource.listing.members[place.name]
    table = resources.RESOURCES.of_name(member.table)
    if place.is_on:
        about = list(ids)
        bodies = ({member.link: one, place.name: place.id} for one in about)
        asks: list[Ask] = [Create(by, drafts.parse(table, body)) for body in bodies]
    else:
        there = rows.all_by(unit, table, member.link, ids)
        pairs = [(one[member.link], one["id"]) for one in there if one[place.name] == place.id]
        about = [one for one, _ in pairs]
        asks = [Delete(by, one) for _, one in pairs]
    if not asks:
        return {}, None
    outcomes, operation = records.write_together(unit, table, asks, by, begun)
    return dict(zip(about, outcomes, strict=True)), operation
