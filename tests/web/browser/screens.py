"""All screens: what each GET of the pages shows, by the ids of a Company."""

from typing import NamedTuple

from closum.accounts.roles import OWNER
from closum.http.answer import HTML
from closum.resources import RESOURCES
from closum.web.entry import Pages
from closum.web.routes import table
from closum.web.site import Site

NOBODY = ""


class Screen(NamedTuple):
    """`route` is the path in the route table; `path` has names of ids of a Company in braces; `as_` is the role of who looks."""

    route: str
    path: str
    as_: str = OWNER
    status: int = 200


SCREENS = (Screen("/sign-in", "/sign-in", NOBODY),)
REDIRECTS = {"/"}
"""Those that only lead elsewhere."""


def routes() -> set[str]:
    """The paths of all GETs that show a page."""
    site = Site("", b"a key of tests, long enough", RESOURCES)
    found = (row for row in table(site, Pages(site)) if row.method == "GET" and row.media_type == HTML)
    return {row.path for row in found} - REDIRECTS
