"""One's own settings: look and language, name, and the end of all sessions."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from closum.accounts import preferences
from closum.errors import Invalid
from closum.http.answer import Answer
from closum.http.route import Route
from closum.operations import guarded
from closum.operations.guarded import Caller
from closum.store import identity
from closum.store.unit import Unit
from closum.web import done, gate
from closum.web.forms import Form
from closum.web.locale import said
from closum.web.page import SAME, SAVED, Page
from closum.web.settings import noted, people
from closum.web.settings.frame import OWN, YOU, show
from closum.web.table import Table
from closum.web.words import NAMES


def routes(to: Table) -> list[Route]:
    return [
        to.show(YOU.path, look, OWN),
        to.send(YOU.path, change, OWN),
        to.send("/settings/name", rename, OWN),
        to.send("/settings/sign-out", sign_out_everywhere, OWN),
    ]


async def look(page: Page) -> Answer:
    await page.read(nothing)
    return shown(page)


def nothing(unit: Unit) -> None:
    """What is round the page is all that is read."""


def shown(page: Page, status: int = 200, faults: Any = None, **typed: str) -> Answer:
    of = page.session
    given = {"theme": of.theme, "language": page.language, "name": of.name or "", **typed}
    return show(
        page, "settings-look.html", YOU, status, faults=faults, themes=preferences.THEMES, given=given
    )


async def change(page: Page, form: Form) -> Answer:
    given = {"theme": form("theme"), "language": form("language"), "shortcuts": "shortcuts" in form}
    try:
        await page.write_shared(_change, given)
    except Invalid as invalid:
        await page.read(nothing)
        return shown(page, invalid.status, invalid.faults)
    return page.to(YOU.path, saying=_said(page, given))


def _said(page: Page, given: Mapping[str, Any]) -> Markup | str:
    """What was changed, in the language that the next page has."""
    language, of = given["language"] or page.language, page.session
    words = page.site.words[language]
    is_given = words.yes if given["shortcuts"] else words.no
    choices = [
        (words.theme, given["theme"] != of.theme, done.small(words(f"theme.{given['theme']}"))),
        (words.language, language != page.language, NAMES[language]),
        (words.shortcuts, given["shortcuts"] != of.shortcuts, done.small(is_given)),
    ]
    told = [said(words("said.chosen"), what=what, value=value) for what, is_new, value in choices if is_new]
    return Markup(" ").join(told) or SAME


def _change(unit: Unit, caller: Caller, given: Mapping[str, Any]) -> None:
    guarded.do_shared(unit, caller, preferences.change, people.own(caller), given)


async def rename(page: Page, form: Form) -> Answer:
    try:
        name = people.name_in(form)
        await page.write_shared(guarded.do_shared, people.rename, page.session.user_id, name)
    except Invalid as invalid:
        await page.read(nothing)
        return shown(page, invalid.status, invalid.faults, name=form("name"))
    if (name or "") == (page.session.name or ""):
        return page.to(YOU.path, saying=SAME)
    return page.to(YOU.path, saying=noted.said_of(page, "user_renamed", who=name) if name else SAVED)


async def sign_out_everywhere(page: Page, form: Form) -> Answer:
    """Every session and token of the user ends, this one too."""
    await page.write_shared(guarded.do_shared, identity.end_tokens, page.session.user_id)
    return gate.signed_out(page)
