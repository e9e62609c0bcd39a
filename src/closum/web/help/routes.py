"""The routes of the help. Everybody may read it: two of its pages are for people who cannot sign in."""

from closum.errors import NotFound
from closum.http.answer import Answer
from closum.http.route import PUBLIC, Route
from closum.store.unit import Unit
from closum.web.entry import is_own_path
from closum.web.help.reading import Text
from closum.web.page import Page
from closum.web.table import Table

PATH = "/help"
FROM = "from"
"""Parameter of addresses: the path of the page that the help was opened from."""


def routes(to: Table) -> list[Route]:
    return [to.show(PATH, contents, PUBLIC), to.show(f"{PATH}/{{name}}", one, PUBLIC)]


async def contents(page: Page) -> Answer:
    return await _shown(page, None)


async def one(page: Page) -> Answer:
    """Raises NotFound."""
    text = page.site.helps[page.language].get(page.request.params["name"])
    if text is None:
        raise NotFound
    return await _shown(page, text)


async def _shown(page: Page, text: Text | None) -> Answer:
    """A page of the help, or with none the list of all."""
    if page.is_signed_in:
        await page.read(_nothing)
    path = page.given.get(FROM, "")
    back = page.site.within(path) if is_own_path(path) else ""
    return page.show("help.html", text=text, back=back)


def _nothing(unit: Unit) -> None:
    """The help has nothing of an account but what is round every page."""
