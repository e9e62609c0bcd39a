"""Data and privacy: what is kept how long, all that there is of a person, and its erasure."""

import asyncio
import json
from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup

from closum.errors import Faults, Refusal
from closum.http import answer
from closum.http.answer import Answer
from closum.http.route import Route
from closum.model.number import spaced
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import erasing, guarded, person, person_export, subjects
from closum.operations.importing import keeping
from closum.operations.person import Erased, Plan
from closum.resources.audience_list import AUDIENCE_LIST
from closum.resources.lead_audience_list import LEAD_AUDIENCE_LIST
from closum.resources.phone import PHONE
from closum.store import ledger, noting
from closum.store.unit import Unit
from closum.web import titles
from closum.web.done import listed
from closum.web.forms import Form
from closum.web.page import Page
from closum.web.settings.frame import RETENTION, show
from closum.web.settings.look import nothing
from closum.web.table import Table

MANAGES = "person:write"
_NUMBER = Markup('<span class="num">{}</span>')
_LIST = f"{AUDIENCE_LIST.name}_id"


def routes(to: Table) -> list[Route]:
    return [
        to.show(RETENTION.path, retention, RETENTION.needs),
        to.send("/settings/retention/find", find, MANAGES),
        to.send("/settings/retention/export", export, MANAGES),
        to.send("/settings/retention/erase", erase, MANAGES),
    ]


class Found(NamedTuple):
    """What would go with a person, its first records, and what the lists of these are called; `mark` says of which plan it was
    shown."""

    plan: Plan
    rows: list[tuple[Resource, Row]]
    kept: list[tuple[Resource, Row]]
    lists: Mapping[int, str]
    mark: str


def _look(unit: Unit, text: str) -> Found | None:
    """None for what is neither an address nor a number."""
    try:
        plan = person.look(unit, text)
    except Refusal:
        return None
    first = [*plan.first_showing, *plan.first_records]
    kept = [(one.resource, one.row) for one in plan.kept]
    lists = titles.of_records(unit, AUDIENCE_LIST, (row[_LIST] for _, row in first if _LIST in row))
    return Found(plan, first, kept, lists, erasing.fingerprint(plan))


def _groups(page: Page, found: Found, some: list[tuple[Resource, Row]]) -> dict[str, list[str]]:
    """Records in words, by what they are."""
    groups: dict[str, list[str]] = {}
    for resource, row in some:
        label, text = _line(page, found, resource, row)
        groups.setdefault(label, []).append(text)
    return groups


def _line(page: Page, found: Found, resource: Resource, row: Row) -> tuple[str, str]:
    """What a record is, and what it is called: `List`, `Newsletter`; `Consent to emails`, `given`."""
    words = page.words
    if resource is LEAD_AUDIENCE_LIST:
        return words(AUDIENCE_LIST.name), found.lists.get(row[_LIST]) or str(row[_LIST])
    if told := resource.told:
        label = words(f"{told.parent.removesuffix('_id')}.{told.columns[row[told.by]]}")
        return label, words(f"{resource.name}.{told.of}.{row[told.of]}")
    return words(resource.name), titles.title(resource, row) or f"{words.id} {row['id']}"


async def retention(page: Page) -> Answer:
    await page.read(nothing)
    erased = page.once.get("erased")
    return _shown(page, erased=Erased(*erased) if erased else None, of=page.once.get("of", ""))


def _shown(
    page: Page,
    status: int = 200,
    faults: Faults | None = None,
    found: Found | None = None,
    text: str = "",
    notice: str = "",
    erased: Erased | None = None,
    of: str = "",
) -> Answer:
    """`of` is the resource that the person was found in, where that is not told any more."""
    services = page.request.services
    of = _resource(page, text) if found else of
    return show(
        page,
        "settings-retention.html",
        RETENTION,
        status,
        faults=faults,
        found=found,
        lines=_groups(page, found, found.rows) if found else {},
        kept=_groups(page, found, found.kept) if found else {},
        text=text,
        notice=notice,
        who=_named(page, text) if found else "",
        goes=_amounts(page, found.plan.size, of) if found else "",
        erased=_amounts(page, erased, of) if erased else "",
        kept_days=services.kept_days,
        history_days=services.history_days,
        ledger_days=services.ledger_days,
    )


def _named(page: Page, text: str) -> str:
    """A number as pages show it, in one line, and an address as it was typed."""
    subject = subjects.read(text, page.session.country)
    return _NUMBER.format(spaced(subject.keys[0])) if subject.resource is PHONE else text


def _resource(page: Page, text: str) -> str:
    return subjects.read(text, page.session.country).resource.name


def _amounts(page: Page, size: Erased, of: str) -> Markup:
    """`1 lead and 2 contact details`: of what there is any; one record alone is of that which the person was found in."""
    numbers = {
        "lead.n": size.showing,
        f"{of}.n" if size.records == 1 else "contact_n": size.records,
        "belonging_n": size.belonging,
        "former_n": size.former,
    }
    return listed([page.locale.count(key, number) for key, number in numbers.items() if number], page.words)


async def find(page: Page, form: Form) -> Answer:
    """A POST, since an address in a URL would be in logs and histories."""
    text = form("person").strip()
    found: Found | None = await page.read(_look, text, long=True)
    if found is None:
        return _shown(page, 422, {"person": page.words.no_person}, text=text)
    return _shown(page, found=found, text=text)


async def export(page: Page, form: Form) -> Answer:
    of = (page.session.account_name, form("person"), page.request.services.kept_days)
    try:
        found = await page.read(person_export.export, *of, long=True, one_moment=True)
    except Refusal:
        return _shown(page, 422, {"person": page.words.no_person}, text=form("person"))
    by, account_id = page.caller.by, page.session.account_id
    size = person_export.size(found)
    await noting.note(page.request.db, by, "person_exported", account_id, records=size)
    body = json.dumps(found, indent=2, ensure_ascii=False).encode()
    return answer.download(body, "application/json", "person.json")


async def erase(page: Page, form: Form) -> Answer:
    """Exactly what was shown; where that is not all any more, it is shown again, and so is what came meanwhile."""
    text = form("person").strip()
    found: Found | None = await page.read(_look, text, long=True)
    if found is None:
        return _shown(page, 422, {"person": page.words.no_person}, text=text)
    if page.is_kept:
        return _shown(page, found=found, text=text)
    if form("typed").strip() != text:
        return _shown(page, 422, {"typed": page.words.type_person}, found, text)
    if form("mark") != found.mark:
        return _shown(page, 412, found=found, text=text, notice=page.words.person_changed)
    erased = await _erase(page, found.plan)
    left: Found | None = await page.read(_look, text, long=True)
    if left and any(left.plan.size):
        return _shown(page, 409, found=left, text=text, erased=erased)
    return page.to_once(RETENTION.path, erased=erased, of=_resource(page, text))


async def _erase(page: Page, plan: Plan) -> Erased:
    await page.write_shared(guarded.do_shared, _note, "started", plan.account_id, plan.size)
    for name in await page.write(guarded.do, keeping.forget_all):
        await asyncio.to_thread(page.request.services.files.remove, name)
    total = Erased(0, 0)
    for number in range(erasing.count(plan)):
        gone = await page.write(guarded.do, erasing.step, plan, number)
        total = Erased(*map(sum, zip(total, gone, strict=True)))
    await page.write_shared(guarded.do_shared, _note, "done", plan.account_id, total)
    return total


def _note(unit: Unit, state: ledger.State, account_id: int, size: Erased) -> None:
    """Counts alone."""
    counts = {"leads": size.showing, "records": size.records, "former": size.former}
    ledger.note(unit, "person_erase", state, account_id, **counts)
