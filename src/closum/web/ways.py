"""What a link back says: the page that it leads to."""

from collections.abc import Mapping

from closum.model.draft import MAX_ID
from closum.model.resource import Resource
from closum.store.unit import Unit
from closum.web import away
from closum.web import called as names
from closum.web.page import Page
from closum.web.settings.frame import TABS
from closum.web.titles import shortened
from closum.web.views import View
from closum.web.words import Words

_OWN = {"imports": "import", "bin": "bin", "duplicates": "duplicates"} | {
    one.path[1:]: one.key for one in TABS
}


async def called(page: Page, path: str) -> str:
    """`Leads`, `Ana Silva`, `Who did what`: of a path below the root of the pages."""
    parts = path.partition("?")[0].partition("#")[0].strip("/").split("/")
    view = next((one for one in page.site.views.values() if one.path == f"/{parts[0]}"), None)
    if view is None:
        return page.words(_OWN.get("/".join(parts[:2])) or _OWN.get(parts[0], "back"))
    if parts[1:] and parts[1].isdecimal():
        title = await page.read(_title, page.site.views, view.resource, parts[1], page.words)
        return shortened(title) or f"{page.words(view.name)} {parts[1]}"
    return page.words(view.resource.plural)


def _title(unit: Unit, views: Mapping[str, View], resource: Resource, number: str, words: Words) -> str:
    """What a record is called, also one in the bin; "" where nobody knows."""
    record_id = min(int(number[:19]), MAX_ID)
    if title := names.of_records(unit, resource, [record_id], words).get(record_id):
        return title
    key = (resource.name, record_id)
    found = away.read(unit, views, [key], words).get(key)
    return found.title if found else ""
