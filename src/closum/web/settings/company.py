"""The company: what the account is called, and how its people write times, numbers and languages."""

from closum.accounts import account
from closum.errors import Changed, Faults, Invalid
from closum.http.answer import Answer
from closum.http.route import Route
from closum.model import draft
from closum.model.choices import ZONES
from closum.operations import guarded
from closum.resources.account import ACCOUNT, REVISIONS
from closum.web.forms import Form
from closum.web.page import Page
from closum.web.records import countries
from closum.web.settings import noted
from closum.web.settings.frame import COMPANY, show
from closum.web.table import Table

_SEEN = "_seen"
"""The tag of the state that a form was made of."""


def routes(to: Table) -> list[Route]:
    return [
        to.show(COMPANY.path, company, COMPANY.needs),
        to.send(COMPANY.path, change, "account:write"),
    ]


async def company(page: Page) -> Answer:
    given, tag = await page.read(account.retrieve, page.session.account_id)
    return _shown(page, {name: value or "" for name, value in given.items()}, tag)


def _shown(
    page: Page,
    given: dict[str, str],
    tag: str,
    status: int = 200,
    faults: Faults | None = None,
    notice: str = "",
) -> Answer:
    return show(
        page,
        "settings-company.html",
        COMPANY,
        status,
        faults=faults,
        given=given,
        tag=tag,
        notice=notice,
        zones=ZONES,
        countries=countries.named(page.words),
        country=countries.name(given["country"], page.words) if given["country"] else "",
        revisions=REVISIONS,
    )


async def change(page: Page, form: Form) -> Answer:
    """Only of the state that the form was made of: nobody overwrites what somebody else has just changed."""
    typed = {one.name: form(one.name) for one in ACCOUNT.writable}
    values, faults = draft.read_fields(ACCOUNT.writable, typed)
    faults |= draft.missing(ACCOUNT.writable, values, values)
    before, _ = await page.read(account.retrieve, page.session.account_id)
    try:
        await page.write_shared(guarded.update_account, values, faults, (form(_SEEN),))
    except Invalid as invalid:
        await page.read(account.retrieve, page.session.account_id)
        return _shown(page, typed, form(_SEEN), invalid.status, invalid.faults)
    except Changed as changed:
        _, tag = await page.read(account.retrieve, page.session.account_id)
        return _shown(page, typed, tag, changed.status, notice=page.words.company_changed)
    names = sorted(name for name, value in values.items() if before[name] != value)
    return page.to(COMPANY.path, saying=noted.said_of_company(page, names))
