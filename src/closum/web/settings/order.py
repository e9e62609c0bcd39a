"""The order of records by their positions: the place of a new one, and of one that moves."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from closum.model import query
from closum.model.draft import Draft
from closum.model.fields import MOST_PLACE, Order
from closum.model.fixed import Fixed
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import records
from closum.store.unit import Unit

STEP = 10


def at_end(unit: Unit, resource: Resource, new: Draft) -> Draft:
    """A new record behind all others, where nobody has said its place."""
    name = next((one.name for one in resource.writable if isinstance(one, Order)), None)
    if name is None or name in new.values:
        return new
    asked = [("sort", name), ("direction", "desc"), ("limit", "1"), ("fields", name)]
    found, _ = records.page(unit, resource, query.parse(resource, asked))
    if not found:
        return new
    return replace(new, values={**new.values, name: min(found[0][name] + STEP, MOST_PLACE)})


def moved(rows: Sequence[Row], fixed: Fixed | None, record_id: int, step: int) -> dict[int, int]:
    """The positions that change, by id, when a record goes `step` places on; the rows are in their order, each with `id` and
    `position`. The fixed ones keep theirs, and the others stand between them. The one that moves is the first.
    """
    ids = [one["id"] for one in rows]
    place = ids.index(record_id)
    to = min(max(place + step, 0), len(ids) - 1)
    ids.insert(to, ids.pop(place))
    before = {one["id"]: one["position"] for one in rows}
    after = dict(sorted(_placed(ids, before, fixed), key=lambda one: one[0] != record_id))
    return {one: position for one, position in after.items() if before[one] != position}


def _placed(ids: Sequence[int], before: dict[int, int], fixed: Fixed | None) -> Iterator[tuple[int, int]]:
    """Each of the others with its new position: evenly between the fixed ones round it, from 0 on before the first."""
    least = -1
    stretches = [
        (is_fixed, [*some]) for is_fixed, some in groupby(ids, lambda one: bool(fixed and fixed.has(one)))
    ]
    for number, (is_fixed, some) in enumerate(stretches):
        if is_fixed:
            least = before[some[-1]]
            continue
        is_last = number == len(stretches) - 1
        most = least + STEP * (len(some) + 1) if is_last else before[stretches[number + 1][1][0]]
        for place, one in enumerate(some, 1):
            yield one, least + max(1, place * (most - least) // (len(some) + 1))
