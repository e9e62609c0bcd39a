"""Many records put on another one, such as leads on a list, or taken off it."""

from collections.abc import Sequence
from typing import NamedTuple

from closum.errors import Error, Invalid, fault
from closum.model import draft as drafts
from closum.model.change import By
from closum.model.resource import Resource
from closum.operations import records
from closum.operations.deletion import Delete
from closum.operations.plan import Ask, Create
from closum.operations.records import Written
from closum.resources import RESOURCES
from closum.store import rows
from closum.store.unit import Unit

_RESOURCES = {resource.name: resource for resource in RESOURCES}


class Placing(NamedTuple):
    """One of the `members` of a resource by its name, the id of what records are put on, and whether they are, or taken off."""

    name: str
    id: int
    is_on: bool


def check(unit: Unit, resource: Resource, place: Placing) -> None:
    """Raises Invalid where there is nothing to put records on."""
    if not rows.rows_by(unit, resource.listing.members[place.name].resource, "id", [place.id]):
        raise Invalid({place.name: fault("_existsIn")})


def write(
    unit: Unit, resource: Resource, place: Placing, ids: Sequence[int], by: By
) -> tuple[dict[int, Written | Error], int | None]:
    """As one operation, by the id of each record that it was about: nothing happens to those that are there, or gone, already."""
    member = resource.listing.members[place.name]
    table = _RESOURCES[member.table]
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
    outcomes, operation = records.write_together(unit, table, asks, by)
    return dict(zip(about, outcomes, strict=True)), operation
