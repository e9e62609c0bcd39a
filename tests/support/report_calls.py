"""Calls of the functions of the store that read for reports, for `tests/store/test_reading.py`, and what they give; and all
that servers do for reports.
"""

from collections.abc import Callable
from typing import Any

from closum.model import draft
from closum.model.reported import DAY, MONTH, Range
from closum.operations import board, dashboard, records, reports
from closum.operations.dashboard import Wanted
from closum.operations.reports import BY, Asked
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.lead import LEAD
from closum.store import identity, report_place, staged
from closum.store import reports as store
from closum.store.report_place import Place
from closum.store.reports import TOTAL
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.stored import written


def uncounted(unit: Unit) -> list[int]:
    """How many leads there are of each day."""
    return [one.number for one in store.uncounted(unit, LEAD, Place(), "UTC", ("all",), 9)]


READING: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "report_place.behind": (lambda unit: report_place.behind(unit, "lead", "", 0, 9), ([], 1)),
    "report_place.place": (report_place.place, Place()),
    "reports.changed": (lambda unit: store.changed(unit, 9), {}),
    "reports.counted": (
        lambda unit: store.counted(unit, "city", TOTAL, [Range(MONTH, "2026-01", "2026-02")]),
        [],
    ),
    "reports.counted_each": (
        lambda unit: store.counted_each(unit, ("city", "all"), TOTAL, [Range(MONTH, "2026-01", "2026-02")]),
        [[], []],
    ),
    "reports.each": (lambda unit: [len(found) > 1 for found in store.each(unit, LEAD, "UTC", 1)], [True] * 2),
    "reports.kept": (lambda unit: [*store.kept(unit, DAY)], []),
    "reports.present": (store.present, (Place(), "UTC")),
    "reports.stages": (
        lambda unit: [one.id for one in store.stages(unit, CONTACT_LIFECYCLE_STAGE)],
        [*range(1, 10)],
    ),
    "reports.uncounted": (uncounted, [1, 1]),
    "staged.counts": (lambda unit: staged.counts(unit, LEAD, [3, 7], 9), {3: 0, 7: 1, staged.NONE: 1}),
    "staged.newest": (
        lambda unit: staged.newest(unit, LEAD, [staged.NONE, 7], {7: 2}, 9),
        {staged.NONE: staged.Newest([1], None), 7: staged.Newest([], None)},
    ),
}
WRITING = {
    "report_place.forget",
    "report_place.set_place",
    "reports.count",
    "reports.follow",
    "reports.settle",
}


def everything(session: Session, account_id: int) -> None:
    """Leads are counted, change, are gone for good, and are counted again, by another time zone and from the beginning."""
    with session.write(account_id) as unit:
        drafts = [draft.parse(LEAD, {"name": "Counted", "contact_lifecycle_stage_id": 3})] * 2
        ids = [written(one).id for one in records.create_many(unit, LEAD, drafts)]
        store.count(unit, LEAD, 1_000)
        records.update(unit, LEAD, ids[0], draft.parse(LEAD, {"city_id": 1}))
        records.delete(unit, LEAD, ids[1])
    _all(session, account_id)
    with session.write(account_id) as unit:
        store.settle(unit, LEAD, [ids[1]])
    with session.write() as unit:
        identity.change_account(unit, account_id, {"zone": "Asia/Tokyo"})
    for _ in range(2):
        with session.write(account_id) as unit:
            store.count(unit, LEAD, 1_000)
            report_place.forget(unit)
    _all(session, account_id)


def _all(session: Session, account_id: int) -> None:
    with session.read() as read:
        unit = read.of(account_id)
        for by in BY:
            reports.leads(unit, by, Asked(), 9)
        reports.funnel(unit, Asked())
        board.columns(unit, {}, 9)
        reports.first_contact(unit, Asked())
        dashboard.read(unit, Wanted(), 9)
