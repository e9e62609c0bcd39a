"""Records by the stage that they are in: how many there are in each, and the newest of them, by the index of stages.

What reports have counted is not looked at again: records behind that, and those that have changed since, are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from closum.model.draft import MAX_ID
from closum.model.reported import ranges
from closum.model.resource import Resource
from closum.store import reports, tally
from closum.store.report_place import Place
from closum.store.reports import TOTAL
from closum.store.sql import Bound
from closum.store.unit import Unit

NONE = 0
"""In the place of a stage: of records that are in none."""
LOOKED_AT = 2_000
"""Records that are looked at for those without a stage, which no index has."""
_KIND = "stage"

COUNT = "SELECT COUNT(*) FROM {table} WHERE account_id = ? AND {stage} = ? AND id > ?"
NEWEST = "SELECT id FROM {table} WHERE account_id = ? AND {stage} = ? AND id < ? ORDER BY id DESC LIMIT ?"
WITHOUT = (
    "SELECT id FROM (SELECT id, {stage} FROM {table} WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT ?)"
    " AS newest WHERE {stage} IS NULL ORDER BY id DESC LIMIT ?"
)
LOOKED = "SELECT id FROM {table} WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT 1 OFFSET ?"
PRESENT = (
    "SELECT record.{stage}, COUNT(*) FROM report_changed AS changed JOIN {table} AS record"
    " ON record.account_id = changed.account_id AND record.id = changed.record_id"
    " WHERE changed.account_id = ? AND record.{stage} IS NOT NULL GROUP BY record.{stage}"
)


class Newest(NamedTuple):
    """The ids of the newest records of a stage, and behind which id the next ones are; None where there are no more."""

    ids: list[int]
    next: int | None


def counts(unit: Unit, resource: Resource, stages: Iterable[int], most_changed: int) -> dict[int, int]:
    """How many records are in each of the stages, and in none of them, exactly.

    Where more than so many have changed since they were counted, all are looked at, on the index alone.
    """
    place, _ = reports.present(unit)
    changed = reports.changed(unit, most_changed + 1) if place.counted else {}
    if len(changed) > most_changed:
        place, changed = Place(), {}
    found = Counter[int]()
    if place.counted:
        for _, some in reports.counted(unit, _KIND, TOTAL, ranges(None, None)):
            found.update({int(stage): number for stage, number in some.items() if stage})
    for one in (each for some in changed.values() for each in some if each.kind == _KIND and each.value):
        found[int(one.value)] -= one.number
    _add_looked_at(unit, resource, [*stages], place, has_changed=bool(changed), found=found)
    total = tally.counters(unit).get(resource.name, tally.NEVER).records
    return {**found, NONE: total - sum(found.values())}


def _add_looked_at(
    unit: Unit,
    resource: Resource,
    stages: Sequence[int],
    place: Place,
    *,
    has_changed: bool,
    found: Counter[int],
) -> None:
    one_of = statement(COUNT, resource)
    several: list[Bound] = [(one_of, (unit.account_id, one, place.counted)) for one in stages]
    for stage, ((number,),) in zip(stages, unit.all_of(several), strict=True):
        found[stage] += number
    if has_changed:
        for stage, number in unit.all(statement(PRESENT, resource), (unit.account_id,)):
            found[stage] += number


def newest(
    unit: Unit, resource: Resource, stages: Sequence[int], behind: Mapping[int, int], most: int
) -> dict[int, Newest]:
    """Of each stage the newest records, of which `behind` some id where it has the stage; most of them a page."""
    several = [_newest(unit, resource, one, behind.get(one, MAX_ID), most) for one in stages]
    found = dict[int, Newest]()
    for stage, rows in zip(stages, unit.all_of(several), strict=True):
        ids = [row[0] for row in rows]
        found[stage] = Newest(ids[:most], ids[most - 1] if len(ids) > most else None)
    if NONE in found and found[NONE].next is None:
        found[NONE] = found[NONE]._replace(next=_looked_at(unit, resource, behind.get(NONE, MAX_ID)))
    return found


def _newest(unit: Unit, resource: Resource, stage: int, behind: int, most: int) -> Bound:
    if stage == NONE:
        return statement(WITHOUT, resource), (unit.account_id, behind, LOOKED_AT, most + 1)
    return statement(NEWEST, resource), (unit.account_id, stage, behind, most + 1)


def _looked_at(unit: Unit, resource: Resource, behind: int) -> int | None:
    """The last of the records that were looked at; None where these were all."""
    row = unit.one(statement(LOOKED, resource), (unit.account_id, behind, LOOKED_AT - 1))
    return row[0] if row else None


@lru_cache
def statement(template: str, resource: Resource) -> str:
    """One of the statements of a resource."""
    assert resource.staged
    return template.format(table=resource.name, stage=resource.staged.name)
