"""What is to do: follow-ups by when they are due, and leads that nobody looks after; and what one does with them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from closum.errors import NotFound
from closum.model import draft, filters, when
from closum.model.query import Page, Query
from closum.model.when import LAST, When
from closum.operations import records
from closum.resources.lead import LEAD
from closum.resources.task import TASK
from closum.store import agenda, rows
from closum.store.agenda import BEGINNING, Due, Place
from closum.store.unit import Unit, timestamp

OVERDUE, TODAY, WEEK, LATER, UNTIMED = "overdue", "today", "week", "later", "untimed"
DAYS = (1, 3, 7)
"""By how many a follow-up is moved."""
MOST_COUNTED = 1_000
UNOWNED = filters.parse(LEAD, ["owner_id="])


class Days(NamedTuple):
    """As times are stored: now, when tomorrow begins on the clocks of the account, and the day behind the next seven."""

    now: str
    tomorrow: str
    week: str


class Some(NamedTuple):
    """Follow-ups, and behind which one the next ones are, None where these are all."""

    tasks: Sequence[Due]
    next: Place | None = None


def days(now: int, zone: str) -> Days:
    starts = [When(days=one).stretch(now, zone).start for one in (1, 8)]
    return Days(timestamp(now), *starts)


def read(unit: Unit, kind: str, user_id: int | None, on: Days, most: int, after: Place | None = None) -> Some:
    """At most so many open follow-ups of a user, or of everybody, that are due at such a time, the first ones first."""
    if kind == UNTIMED:
        found = agenda.without_time(unit, user_id, after.id if after else 0, most + 1)
    else:
        start, end = _range(kind, on)
        place = max(after or BEGINNING, Place(start, 0))
        found = agenda.between(unit, user_id, place, end, most + 1)
    last = found[most - 1] if len(found) > most else None
    return Some(found[:most], Place(last.due or "", last.id) if last else None)


def number(unit: Unit, kind: str, user_id: int | None, on: Days) -> int:
    """How many there are of those that have a time, counted up to one more than MOST_COUNTED."""
    return agenda.number(unit, user_id, *_range(kind, on), MOST_COUNTED)


def _range(kind: str, on: Days) -> tuple[str, str]:
    """From when on, and before when they are due."""
    return {
        OVERDUE: (when.FIRST, on.now),
        TODAY: (on.now, on.tomorrow),
        WEEK: (on.tomorrow, on.week),
        LATER: (on.tomorrow, f"{LAST}~"),
    }[kind]


def unowned(unit: Unit, fields: tuple[str, ...], most: int) -> tuple[list[Any], int]:
    """The newest leads that nobody looks after, and how many there are, counted up to one more than MOST_COUNTED."""
    asked = Query(
        "id", descending=True, window=Page(1, most), where=UNOWNED, fields=fields, most=MOST_COUNTED
    )
    return records.page(unit, LEAD, asked)


def finish(unit: Unit, task_id: int) -> int | None:
    """The operation, None where it is done already. Raises NotFound."""
    if _open(unit, task_id)["done"] is not None:
        return None
    return records.update(unit, TASK, task_id, draft.parse(TASK, {"done": True})).operation


def move(unit: Unit, task_id: int, by: int, zone: str) -> int | None:
    """To a day so many days from today, at the same time of day; without a time to the end of that day. Likewise."""
    row = _open(unit, task_id)
    if row["done"] is not None:
        return None
    day = When(days=by).on(unit.now, zone)
    body = {"due": _moved(row["due"], day, zone) if row["due"] else day.isoformat()}
    return records.update(unit, TASK, task_id, draft.parse(TASK, body)).operation


def _open(unit: Unit, task_id: int) -> Any:
    found = rows.rows_by(unit, TASK, "id", [task_id])
    if task_id not in found:
        raise NotFound
    return found[task_id]


def _moved(due: str, day: date, zone: str) -> str:
    """A time that the clocks of that day leave out is an hour later; one that no calendar has here is the end of that day."""
    try:
        there = datetime.fromisoformat(due).astimezone(ZoneInfo(zone))
    except OverflowError:
        return day.isoformat()
    return datetime.combine(day, there.time(), ZoneInfo(zone)).astimezone(UTC).isoformat()


def take(unit: Unit, lead_id: int) -> tuple[int | None, bool]:
    """Have who writes look after a lead: the operation, and whether it has somebody else already. Raises NotFound."""
    found = rows.rows_by(unit, LEAD, "id", [lead_id])
    if lead_id not in found:
        raise NotFound
    owner = found[lead_id]["owner_id"]
    if owner is not None:
        return None, owner != unit.by.user_id
    body = {"owner_id": unit.by.user_id}
    return records.update(unit, LEAD, lead_id, draft.parse(LEAD, body)).operation, False
