"""What an account chooses its leads' stages and types from: a row for each, with what can be done with it."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from closum.errors import Error, Faults, Invalid, NotFound
from closum.http.answer import Answer
from closum.http.route import Route
from closum.model import draft as drafts
from closum.model import query as queries
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import guarded, records
from closum.operations.batch import Batch
from closum.operations.guarded import Caller
from closum.operations.plan import Update
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.contact_type import CONTACT_TYPE
from closum.store.unit import Unit
from closum.web.forms import Form
from closum.web.page import SAME, Page
from closum.web.settings import order
from closum.web.settings.frame import STAGES, TYPES, Tab, show
from closum.web.table import Table

MOST = 200
"""Rows of a page: of more the list has the rest."""


class Choices(NamedTuple):
    """Records that are chosen from, by their labels; `fields` are what is read of each."""

    tab: Tab
    resource: Resource
    fields: tuple[str, ...]

    @property
    def has_order(self) -> bool:
        return "position" in self.fields


_ALL = (
    Choices(STAGES, CONTACT_LIFECYCLE_STAGE, ("id", "label", "position", "archived")),
    Choices(TYPES, CONTACT_TYPE, ("id", "label")),
)


def routes(to: Table) -> list[Route]:
    found = []
    for one in _ALL:
        name = one.resource.name
        found += [
            to.show(one.tab.path, partial(_show, one), one.tab.needs),
            to.send(one.tab.path, partial(_add, one), f"{name}:create"),
            to.send(f"{one.tab.path}/{{id}}", partial(_change, one), f"{name}:write"),
        ]
    return found


def read(unit: Unit, resource: Resource, fields: Sequence[str]) -> list[Row]:
    """The records in their order."""
    sort = resource.listing.default_sort if "position" in fields else "label"
    asked = [("limit", str(MOST)), ("sort", sort), ("fields", ",".join(fields))]
    found, _ = records.page(unit, resource, queries.parse(resource, asked))
    return found


async def _show(of: Choices, page: Page) -> Answer:
    return await _shown(of, page)


async def _shown(
    of: Choices,
    page: Page,
    status: int = 200,
    faults: Faults | None = None,
    at: int | None = None,
    label: str = "",
) -> Answer:
    """`at` is the record that a form was of, with the label that was typed; None for a new one."""
    found = await page.read(read, of.resource, of.fields)
    told = {
        f"label-{at or 'new'}" if name == "label" else "rows": text for name, text in (faults or {}).items()
    }
    fixed = of.resource.fixed
    return show(
        page,
        "settings-choices.html",
        of.tab,
        status,
        faults=told,
        of=of,
        view=page.site.views[of.resource.name],
        rows=[(_in_words(page, of.resource, one), bool(fixed and fixed.has(one["id"]))) for one in found],
        at=at,
        typed=label,
        may_add=page.may(f"{of.resource.name}:create"),
        may_change=page.may(f"{of.resource.name}:write"),
    )


def _in_words(page: Page, resource: Resource, record: Row) -> Row:
    return {**record, "label": page.words.called(resource.name, record["id"], record["label"])}


async def _add(of: Choices, page: Page, form: Form) -> Answer:
    new = drafts.parse(of.resource, {"label": form("label")})
    try:
        (done,) = await page.write(_create, of.resource, new)
    except Invalid as invalid:
        return await _shown(of, page, invalid.status, invalid.faults, label=form("label"))
    return page.to(of.tab.path, done.operation)


def _create(unit: Unit, caller: Caller, resource: Resource, new: drafts.Draft) -> list[records.Written]:
    (found,) = guarded.create_many(unit, resource, [(caller, order.at_end(unit, resource, new))])
    if isinstance(found, Error):
        raise found
    return [found]


async def _change(of: Choices, page: Page, form: Form) -> Answer:
    """What the button that was pressed says; Enter in the label saves it."""
    record_id = page.request.record_id
    try:
        operation = await _done(of, page, record_id, form)
    except Invalid as invalid:
        return await _shown(of, page, invalid.status, invalid.faults, record_id, form("label"))
    return page.to(of.tab.path, operation, saying=SAME)


async def _done(of: Choices, page: Page, record_id: int, form: Form) -> int | None:
    match form("do", "save"):
        case "delete":
            done = await page.write(guarded.do, records.delete, of.resource, record_id)
            return int(done.operation)
        case "up" | "down" as way if of.has_order:
            step = -1 if way == "up" else 1
            return (await page.write(move, of.resource, of.fields, record_id, step)).operation
        case "archive" | "restore" as way if of.has_order:
            given: Row = {"archived": way == "archive"}
        case "save":
            given = {"label": form("label")}
        case _:
            raise NotFound
    written = await page.write(guarded.update, of.resource, record_id, drafts.parse(of.resource, given))
    return written.operation


def move(
    unit: Unit, caller: Caller, resource: Resource, fields: Sequence[str], record_id: int, step: int
) -> Batch:
    """Have a record change places with the one before it, or behind it. Raises NotFound."""
    found = read(unit, resource, fields)
    if record_id not in (one["id"] for one in found):
        raise NotFound
    changed = order.moved(found, resource.fixed, record_id, step)
    items = [
        Update(caller.by, drafts.parse(resource, {"position": position}), one)
        for one, position in changed.items()
    ]
    return guarded.write_batch(unit, caller, resource, items, atomic=True)
