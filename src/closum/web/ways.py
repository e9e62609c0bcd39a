"""What a link back says: the page that it leads to."""

from closum.web.page import Page
from closum.web.settings.frame import TABS

_OWN = {"imports": "import", "bin": "bin", "duplicates": "duplicates"} | {
    one.path[1:]: one.key for one in TABS
}


def called(page: Page, path: str) -> str:
    """`Leads`, `Lead 213`, `Who did what`: of a path below the root of the pages."""
    parts = path.partition("?")[0].partition("#")[0].strip("/").split("/")
    view = next((one for one in page.site.views.values() if one.path == f"/{parts[0]}"), None)
    if view is None:
        return page.words(_OWN.get("/".join(parts[:2])) or _OWN.get(parts[0], "back"))
    if parts[1:] and parts[1].isdecimal():
        return f"{page.words(view.name)} {parts[1]}"
    return page.words(view.resource.plural)
