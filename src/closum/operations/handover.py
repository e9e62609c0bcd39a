"""What a user leaves who is removed: the leads and the open tasks go to another user, or to nobody, and rules lose the user.

It is background work, since it may be much: each of its steps is a transaction, and all of them are one operation to people.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from closum import resources
from closum.errors import Error
from closum.model import query as queries
from closum.model.change import By
from closum.model.draft import Draft
from closum.model.query import Query
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.model.user_fields import User, Users, listed, written
from closum.operations import bulk, records
from closum.operations.bulk import LEAST, MOST
from closum.operations.plan import Update
from closum.operations.records import Written
from closum.operations.runner import Kind, Work
from closum.store import background, history, identity, rows, saved_views, tally, together, visits
from closum.store.background import Job, Progress
from closum.store.unit import Unit

NAME = "handover"

MOST_RULES = 10_000


class _Place(NamedTuple):
    """How far the work is: which of `_held()`, behind which record, and how many have gone over of each."""

    held: int
    after: int
    counts: dict[str, int]


BEGIN: dict[str, Any] = {"held": -1, "after": 0, "counts": {}}


def _held() -> list[tuple[Resource, User]]:
    """What users have, and by which field."""
    return [(each, one) for each in resources.RESOURCES for one in each.users if isinstance(one, User)]


def _listing() -> list[tuple[Resource, Users]]:
    """Whose records have lists of users."""
    return [(each, one) for each in resources.RESOURCES for one in each.users if isinstance(one, Users)]


def begin(unit: Unit, user_id: int, to: int | None) -> Job | None:
    """Have the work begin; None where the user has nothing. Views of lists that the user alone sees, and the place up to
    which changes were seen, are removed.
    """
    saved_views.leave(unit, user_id)
    visits.leave(unit, user_id)
    if not any(_first(unit, resource, one, user_id) for resource, one in _held()) and not any(
        _naming(unit, resource, one, user_id) for resource, one in _listing()
    ):
        return None
    number = background.next_number(unit, NAME, history.last(unit))
    argument = {"user_id": user_id, "to": to}
    background.add(unit, NAME, number, argument)
    return background.job(unit, NAME, number)


def _first(unit: Unit, resource: Resource, one: User, user_id: int) -> list[int]:
    return bulk.first_ids(unit, resource, _query(resource, one, user_id, 0), 1)


def kind() -> Kind:
    """Gives what a user had who is removed to another one."""
    return Kind(NAME, _step)


def _step(unit: Unit, work: Work) -> Progress:
    place = _Place(**(work.progress.place or BEGIN))
    argument, by = work.argument, By(None, "", NAME, work.number)
    user_id, to = argument["user_id"], _present(unit, argument["to"])
    if place.held < 0:
        _leave_rules(unit, user_id, by)
        return _progress(place._replace(held=0), ended=False)
    resource, one = _held()[place.held]
    size = max(LEAST, min(work.size, MOST))
    ids = bulk.first_ids(unit, resource, _query(resource, one, user_id, place.after), size)
    done = _write(unit, resource, by, [(each, {one.name: to}) for each in ids])
    counts = place.counts | {resource.name: place.counts.get(resource.name, 0) + done}
    if len(ids) == size:
        return _progress(_Place(place.held, ids[-1], counts), ended=False)
    held = place.held + 1
    return _progress(_Place(held, 0, counts), ended=held == len(_held()))


def _progress(place: _Place, *, ended: bool) -> Progress:
    return Progress(place._asdict(), sum(place.counts.values()), None, ended)


def counts(job: Job) -> dict[str, int]:
    """How many records of each resource have gone over so far, by its name."""
    return dict((job.place or BEGIN)["counts"])


def _present(unit: Unit, to: int | None) -> int | None:
    """The user who gets everything, as long as there is one: else it is nobody's."""
    found = set[int]()
    together.read(unit, [identity.reading_users(unit, [to] if to else [], found.update)])
    return to if to in found else None


def _query(resource: Resource, one: User, user_id: int, after: int) -> Query:
    """The records behind an id that the user has."""
    asked = [(one.name, str(user_id)), *([(one.until, "")] if one.until else [])]
    query = queries.parse(resource, asked)
    return replace(query, where=(*query.where, *bulk.id_range(resource, after, 2**63 - 1)))


def _leave_rules(unit: Unit, user_id: int, by: By) -> None:
    """Take the user, and all who are gone already, out of lists of users."""
    for resource, one in _listing():
        there = {user.id for user in identity.users(unit, unit.account_id)} - {user_id}
        changed = [
            (row["id"], {one.name: written(each for each in listed(row[one.name]) if each in there)})
            for row in _naming(unit, resource, one, user_id)
        ]
        _write(unit, resource, by, changed)


def _naming(unit: Unit, resource: Resource, one: Users, user_id: int) -> list[Row]:
    """The records of the account whose list has the user."""
    if not tally.last_id(unit, resource):
        return []
    ids = bulk.first_ids(unit, resource, queries.parse(resource, []), MOST_RULES)
    found = rows.rows_by(unit, resource, "id", ids).values()
    return [row for row in found if user_id in listed(row[one.name])]


def _write(unit: Unit, resource: Resource, by: By, changed: Sequence[tuple[int, Row]]) -> int:
    """Give records other values; how many could be given them."""
    asks = [Update(by, Draft(values, {}, {}), each) for each, values in changed]
    outcomes: Sequence[Written | Error] = records.write_together(unit, resource, asks, by)[0] if asks else ()
    return sum(not isinstance(one, Error) for one in outcomes)
