"""Leads that look alike, as servers have found them: shown, and dismissed."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from closum.errors import Faults, Invalid, fault
from closum.model import duplicates
from closum.model.cursor import Place
from closum.model.duplicates import MOST_ALIKE
from closum.operations import alike
from closum.resources.lead import LEAD
from closum.store import duplicates as store
from closum.store import rows
from closum.store.duplicates import PAIR, Found
from closum.store.unit import Unit

MOST = 1_000
"""Leads that are dismissed together: as many as a group shows."""
SHOWN = MOST_ALIKE  # whole leads of a group

_BEGINNING = (-1, 0, 0, "")


class Window(NamedTuple):
    """How many there are in all, and the place of the last one of a page, None at the end."""

    total: int
    last: Place | None


def each(
    unit: Unit,
    after: Place | None,
    most: int,
    take: Callable[[dict[str, Any], Place], object],
    fields: tuple[str, ...] = (),
) -> Window:
    """Hand at most so many pairs and groups behind a place to `take`, each with its own: those that are most alike first.

    `fields` are what is shown of leads, none for what lists show otherwise.
    """
    found = store.page(unit, _place(after) if after else _BEGINNING, most + 1)
    for one in found[:most]:
        if len(ids := _ids(unit, one)) > 1:
            take(_shown(unit, one, ids, fields), _written(one))
    last = _written(found[most - 1]) if len(found) > most else None
    return Window(store.count(unit), last)


def _shown(unit: Unit, one: Found, ids: list[int], fields: tuple[str, ...]) -> dict[str, Any]:
    leads = rows.listed(unit, LEAD, ids[:SHOWN], fields)
    return {
        "score": 100 - one.rank,
        "reasons": duplicates.told(one.reasons),
        "ids": ids,
        "leads": [leads[lead_id] for lead_id in ids[:SHOWN]],
    }


def dismiss(unit: Unit, ids: Sequence[int]) -> None:
    """Remember of these leads that no two of them are one. Raises Invalid."""
    distinct = dict.fromkeys(ids)
    there = {lead.id for lead in store.leads(unit, (one for one in distinct if 0 < one < 2**63))}
    unknown: Faults = {str(place): fault("_existsIn") for place, one in enumerate(ids) if one not in there}
    if unknown:
        raise Invalid({"ids": unknown})
    if len(distinct) < 2:
        raise Invalid({"ids": fault("_atLeastTwo")})
    store.dismiss(unit, list(distinct))
    closed = store.pairs_among(unit, distinct)
    closed += [one for one in store.groups_of(unit, distinct) if alike.shows_only(unit, one.bucket, distinct)]
    store.close(unit, closed)


def _ids(unit: Unit, found: Found) -> list[int]:
    if found.bucket == PAIR:
        return [found.first_id, found.second_id]
    return [lead.id for lead in alike.members(unit, found.bucket, MOST)]


def _place(after: Place) -> tuple[int, int, int, str]:
    rank, second, bucket = str(after.value).split("/")
    return int(rank), after.id, int(second), bucket


def _written(one: Found) -> Place:
    return Place(f"{one.rank}/{one.second_id}/{one.bucket}", one.first_id)
