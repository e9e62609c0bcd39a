"""Every route of the pages, in the order in which people meet them."""

from closum.http.answer import Answer
from closum.http.route import PUBLIC, Route
from closum.http.router import UNKNOWN
from closum.web import bins, duplicates, gate, records, welcome
from closum.web.entry import Pages
from closum.web.imports import routes as imports
from closum.web.lists import routes as lists
from closum.web.page import Page
from closum.web.settings import routes as settings
from closum.web.site import Site
from closum.web.table import Table

NOWHERE = ""
"""The path of what answers wherever there is no page."""


def table(site: Site, pages: Pages) -> list[Route]:
    """The rows of the table: those that only show are GETs, those that change something are forms with a token."""
    to = Table(site, pages)
    return [
        *gate.routes(to),
        *records.routes(to),
        *lists.routes(to),
        *welcome.routes(to),
        *settings.routes(to),
        *imports.routes(to),
        *duplicates.routes(to),
        *bins.routes(to),
        *(to.file(path, file) for path, file in site.assets.files.items()),
    ]


def missing(site: Site, pages: Pages) -> list[Route]:
    """What a browser comes to that asks for a page that is not there."""
    to = Table(site, pages)
    return [to.show(NOWHERE, unknown, PUBLIC), to.take(NOWHERE, unknown, PUBLIC)]


async def unknown(page: Page) -> Answer:
    raise page.request.scope[UNKNOWN]
