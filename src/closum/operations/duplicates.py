"""Leads that look alike, as servers have found them: shown, and dismissed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
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
MOST_LOOKED_AT = 20
"""Pairs and groups that are looked at for the next one: of a group all may be dismissed."""

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
    store.close(unit, _among(unit, distinct))


def restore(unit: Unit, ids: Sequence[int]) -> None:
    """Take back the last dismissal of these leads, so that they are listed again where they look alike."""
    distinct = dict.fromkeys(ids)
    if len(distinct) < 2:
        return
    numbers = _together(store.dismissals(unit, distinct), distinct)
    if not numbers:
        return
    store.forget_dismissal(unit, list(distinct), max(numbers))
    left = store.dismissals(unit, distinct)
    store.reopen(unit, [one for one in _among(unit, distinct) if not _is_dismissed(unit, one, left)])


def _among(unit: Unit, ids: Iterable[int]) -> list[Found]:
    """The pairs and groups that have no other leads than these."""
    distinct = dict.fromkeys(ids)
    groups = store.groups_of(unit, distinct)
    return [
        *store.pairs_among(unit, distinct),
        *(one for one in groups if alike.shows_only(unit, one.bucket, distinct)),
    ]


def _is_dismissed(unit: Unit, one: Found, dismissals: Mapping[int, set[int]]) -> bool:
    if one.bucket == PAIR:
        return bool(_together(dismissals, (one.first_id, one.second_id)))
    return alike.is_dismissed(unit, one.bucket)


def _together(dismissals: Mapping[int, set[int]], ids: Iterable[int]) -> set[int]:
    """The numbers of the dismissals that all the leads are in."""
    return set.intersection(*(dismissals.get(one, set()) for one in ids))


class Pair(NamedTuple):
    """Two leads that are compared: what they were found as, and how many leads are in the group that they are of, 2 in none."""

    ids: tuple[int, int]
    found: Found
    members: int = 2

    @property
    def reasons(self) -> list[str]:
        return duplicates.told(self.found.reasons)


def pair(unit: Unit, first_id: int, second_id: int, bucket: str) -> Pair | None:
    """What two leads were found as that nobody has dismissed, in a group by its bucket; None where they were not."""
    if bucket:
        group = store.group(unit, bucket)
        ids = _ids(unit, group) if group else []
        is_there = group and store.is_open(unit, group) and {first_id, second_id} <= {*ids}
        return Pair((first_id, second_id), group, len(ids)) if group and is_there else None
    found = [one for one in store.pairs_among(unit, (first_id, second_id)) if store.is_open(unit, one)]
    return Pair((first_id, second_id), found[0]) if found else None


def following(unit: Unit, one: Pair | None = None) -> Pair | None:
    """The first pair that is open behind another one; None at the end. Of a group the next two that were not dismissed."""
    if one and one.found.bucket and (same := _of_group(unit, one.found, one.ids)):
        return same
    place = _key(one.found) if one else _BEGINNING
    return _first(unit, store.page(unit, place, MOST_LOOKED_AT))


def before(unit: Unit, one: Pair) -> Pair | None:
    """The last pair that is open in front of another one; None at the beginning."""
    return _first(unit, store.page_back(unit, _key(one.found), MOST_LOOKED_AT))


def position(unit: Unit, one: Pair, most: int) -> int:
    """The place of a pair among those that are open, from 1 on; at most so many are counted."""
    return store.position(unit, _key(one.found), most) + 1


def members(unit: Unit, one: Pair) -> list[int]:
    """All leads of the group that a pair is of."""
    return _ids(unit, one.found)


def _first(unit: Unit, some: Sequence[Found]) -> Pair | None:
    pairs = (_of_group(unit, one) if one.bucket else Pair((one.first_id, one.second_id), one) for one in some)
    return next(filter(None, pairs), None)


def _of_group(unit: Unit, group: Found, after: tuple[int, int] = (0, 0)) -> Pair | None:
    """The first two leads of a group, behind two, that were not dismissed together."""
    ids = _ids(unit, group)
    dismissals = store.dismissals(unit, ids[:SHOWN])
    pairs = (
        both for both in combinations(ids[:SHOWN], 2) if both > after and not _together(dismissals, both)
    )
    found = next(pairs, None)
    return found and Pair(found, group, len(ids))


def _key(found: Found) -> tuple[int, int, int, str]:
    return found.rank, found.first_id, found.second_id, found.bucket


def _ids(unit: Unit, found: Found) -> list[int]:
    if found.bucket == PAIR:
        return [found.first_id, found.second_id]
    return [lead.id for lead in alike.members(unit, found.bucket, MOST)]


def _place(after: Place) -> tuple[int, int, int, str]:
    rank, second, bucket = str(after.value).split("/")
    return int(rank), after.id, int(second), bucket


def _written(one: Found) -> Place:
    return Place(f"{one.rank}/{one.second_id}/{one.bucket}", one.first_id)
