"""Every route of the pages, in the order in which people meet them."""

from collections.abc import Mapping

from closum.http.answer import Answer
from closum.http.route import PUBLIC, Route
from closum.http.router import UNKNOWN
from closum.web import bins, board, duplicates, gate, live, records, welcome
from closum.web.dashboard import show as dashboard
from closum.web.entry import Pages
from closum.web.help import routes as helps
from closum.web.imports import routes as imports
from closum.web.lists import routes as lists
from closum.web.page import Page
from closum.web.settings import routes as settings
from closum.web.site import Site
from closum.web.table import Table
from closum.web.today import routes as today

NOWHERE = ""
"""The path of what answers wherever there is no page."""


def table(site: Site, pages: Pages) -> list[Route]:
    """The rows of the table: those that only show are GETs, those that change something are forms with a token.

    Who opens the address of a form, by a reload or behind the page to sign in, comes to the page above it.
    """
    to = Table(site, pages)
    rows = all_pages(to)
    shown = {one.path: one for one in rows if one.method == "GET"}
    return [*rows, *(_leading_up(to, one, shown) for one in rows if one.path not in shown)]


def _leading_up(to: Table, form: Route, shown: Mapping[str, Route]) -> Route:
    path = form.path
    while path and path not in shown:
        path = path.rpartition("/")[0]
    target = path or "/"

    async def up(page: Page) -> Answer:
        return page.to(target.format(**page.request.params))

    return to.show(form.path, up, shown[path].needs if path else form.needs)


def all_pages(to: Table) -> list[Route]:
    """Those that show a page, a file, or what a form does."""
    return [
        *gate.routes(to),
        *records.routes(to),
        *lists.routes(to),
        *board.routes(to),
        *today.routes(to),
        *dashboard.routes(to),
        *welcome.routes(to),
        *settings.routes(to),
        *imports.routes(to),
        *duplicates.routes(to),
        *bins.routes(to),
        *helps.routes(to),
        *live.routes(to),
        *(to.file(path, file) for path, file in to.site.assets.files.items()),
    ]


def missing(site: Site, pages: Pages) -> list[Route]:
    """What a browser comes to that asks for a page that is not there."""
    to = Table(site, pages)
    return [to.show(NOWHERE, unknown, PUBLIC), to.take(NOWHERE, unknown, PUBLIC)]


async def unknown(page: Page) -> Answer:
    raise page.request.scope[UNKNOWN]
