"""All screens: what each GET of the pages shows, by the ids of a Company."""

from typing import NamedTuple

from closum.accounts.roles import OWNER, READER
from closum.http.answer import HTML
from closum.resources import RESOURCES
from closum.web.entry import Pages
from closum.web.routes import table
from closum.web.site import Site
from closum.web.views import NOWHERE, views

NOBODY = ""


class Screen(NamedTuple):
    """`route` is the path in the route table; `path` has names of ids of a Company in braces; `as_` is the role of who looks."""

    route: str
    path: str
    as_: str = OWNER
    status: int = 200


VIEWS = [one for one in views(RESOURCES).values() if one.place != NOWHERE]

SCREENS = (
    Screen("/sign-in", "/sign-in", NOBODY),
    *(Screen(one.path, one.path) for one in VIEWS),
    *(Screen(f"{one.path}/filters", f"{one.path}/filters") for one in VIEWS),
    Screen("/leads", "/leads?limit=25&page=2&sort=name&direction=desc"),
    Screen("/leads", "/leads?q=Ana&filter=city_id%3D1"),
    Screen("/leads", "/leads?q=nothing+is+called+so"),
    Screen("/leads", "/leads?filter=no%3Dproperty", status=200),
    Screen("/leads", "/leads", READER),
    Screen("/leads/filters", "/leads/filters?q=Ana&filter=city_id%3D1&filter=name~ana"),
    Screen("/settings/look", "/settings/look"),
    Screen("/settings/company", "/settings/company"),
    Screen("/settings/company", "/settings/company", READER),
    Screen("/imports", "/imports"),
    Screen("/imports/new", "/imports/new"),
    Screen("/imports/{id}/columns", "/imports/{import}/columns"),
    Screen("/imports/{id}/check", "/imports/{checked}/check"),
    Screen("/imports/{id}", "/imports/{imported}"),
    Screen("/imports/{id}", "/imports/999999", status=404),
)
REDIRECTS = {"/": "/", "/settings": "/settings", "/imports/{id}/leads": "/imports/{imported}/leads"} | {
    f"{one.path}/filter": f"{one.path}/filter?q=a" for one in VIEWS
}
"""Those that only lead elsewhere, with a path of each."""


def routes() -> set[str]:
    """The paths of all GETs that show a page."""
    site = Site("", b"a key of tests, long enough", RESOURCES)
    found = (row for row in table(site, Pages(site)) if row.method == "GET" and row.media_type == HTML)
    return {row.path for row in found}
