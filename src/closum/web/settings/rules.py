"""Assignment rules: which users get the new leads, the first rule that holds first."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from closum.errors import Faults, Invalid, NotFound
from closum.http.answer import Answer
from closum.http.route import Route
from closum.model import draft as drafts
from closum.model.relations import Row
from closum.operations import guarded, records
from closum.resources.assignment_rule import ASSIGNMENT_RULE
from closum.resources.audience_list import AUDIENCE_LIST
from closum.resources.city import CITY
from closum.store.unit import Unit
from closum.web import rule, titles
from closum.web.forms import Form
from closum.web.named import Named
from closum.web.page import SAME, Page
from closum.web.settings import choices
from closum.web.settings.frame import RULES, show
from closum.web.table import Table

_FIELDS = ("id", "position", "city_id", "audience_list_id", "source", "user_ids", "enabled", "assigned")


def routes(to: Table) -> list[Route]:
    return [
        to.show(RULES.path, rules, RULES.needs),
        to.send(f"{RULES.path}/{{id}}", change, "assignment_rule:write"),
    ]


class Rules(NamedTuple):
    """The rules in their order, and what the records and users are called that they name."""

    rules: list[Row]
    named: Named
    users: Mapping[int, str]


def read(unit: Unit) -> Rules:
    found, named = choices.read(unit, ASSIGNMENT_RULE, _FIELDS), dict[tuple[str, int], str]()
    for column, resource in (("city_id", CITY), ("audience_list_id", AUDIENCE_LIST)):
        called = titles.of_records(unit, resource, {one[column] for one in found} - {None})
        named |= {(resource.name, one): title for one, title in called.items()}
    return Rules(found, named, titles.of_users(unit))


async def rules(page: Page) -> Answer:
    return await _shown(page)


async def _shown(page: Page, status: int = 200, faults: Faults | None = None) -> Answer:
    found = await page.read(read)
    view = page.site.views[ASSIGNMENT_RULE.name]
    may_change = page.may("assignment_rule:write")
    return show(
        page,
        "settings-rules.html",
        RULES,
        status,
        faults=faults,
        found=found,
        holds_for=lambda one: rule.holds_for(one, found.named, page.words),
        view=view,
        may_change=may_change,
    )


async def change(page: Page, form: Form) -> Answer:
    """What the button that was pressed says."""
    try:
        done = await _done(page, page.request.record_id, form("do"))
    except Invalid as invalid:
        return await _shown(page, invalid.status, {"rules": invalid.faults})
    return page.to(RULES.path, done.operation, saying=SAME)


async def _done(page: Page, record_id: int, do: str) -> Any:
    if do in ("up", "down"):
        step = -1 if do == "up" else 1
        return await page.write(choices.move, ASSIGNMENT_RULE, _FIELDS, record_id, step)
    if do == "delete":
        return await page.write(guarded.do, records.delete, ASSIGNMENT_RULE, record_id)
    if do in ("enable", "disable"):
        draft = drafts.parse(ASSIGNMENT_RULE, {"enabled": do == "enable"})
        return await page.write(guarded.update, ASSIGNMENT_RULE, record_id, draft)
    raise NotFound
