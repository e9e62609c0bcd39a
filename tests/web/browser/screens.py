"""All screens: what each GET of the pages shows, by the ids of a Company."""

from functools import cache
from typing import NamedTuple

from closum.accounts.roles import OWNER, READER
from closum.http.answer import HTML
from closum.http.route import Route
from closum.resources import RESOURCES
from closum.resources.lead import LEAD
from closum.web.entry import Pages
from closum.web.routes import all_pages
from closum.web.site import Site
from closum.web.table import Table
from closum.web.views import NOWHERE, views

NOBODY = ""
VIEWS = [one for one in views(RESOURCES).values() if one.place != NOWHERE]
OF_VIEWS = {one.path: one for one in views(RESOURCES).values()}
PARENTS = "lead_id={lead}&unqualified_lead_id={unqualified_lead}&audience_list_id={audience_list}"
"""What a form for a record is opened with which belongs to another one."""


class Screen(NamedTuple):
    """`route` is the path in the route table; `path` has names of ids of a Company in braces; `as_` is the role of who looks.

    One that is `derived` is made by the same template as that of leads.
    """

    route: str
    path: str
    as_: str = OWNER
    status: int = 200
    derived: bool = False


OWN = (
    Screen("/sign-in", "/sign-in", NOBODY),
    Screen("/welcome", "/welcome", NOBODY, 404),
    Screen("/join/{token}", "/join/{token}", NOBODY),
    Screen("/join/{token}", "/join/ended", NOBODY, 404),
    Screen("/help", "/help?from=/leads"),
    Screen("/help/{name}", "/help/import"),
    Screen("/help/{name}", "/help/undo?from=/leads", READER),
    Screen("/help/{name}", "/help/two-step", NOBODY),
    Screen("/leads", "/leads"),
    Screen("/leads", "/leads?limit=25&page=2&sort=name&direction=desc"),
    Screen("/leads", "/leads?q=Ana&filter=city_id%3D1"),
    Screen("/leads", "/leads?q=nothing+is+called+so"),
    Screen("/leads", "/leads?filter=no%3Dproperty"),
    Screen("/leads", "/leads", READER),
    Screen("/leads/filters", "/leads/filters"),
    Screen("/leads/filters", "/leads/filters?q=Ana&filter=city_id%3D1&filter=name~ana"),
    Screen("/leads/bulk", "/leads/bulk?id={lead}&id={one}"),
    Screen("/leads/{id}", "/leads/{lead}"),
    Screen("/leads/{id}", "/leads/{gone}", status=404),
    Screen("/leads/{id}", "/leads/{merged}", status=404),
    Screen("/leads/{id}", "/leads/{lead}", READER),
    Screen("/leads/{id}", "/leads/{one}"),
    Screen("/leads/{id}", "/leads/{one}?at=1"),
    Screen("/leads/{id}/merge", "/leads/{one}/merge?other={other}"),
    Screen("/board", "/board"),
    Screen("/board", "/board", READER),
    Screen("/dashboard", "/dashboard"),
    Screen("/dashboard", "/dashboard?by=month&since=90d&owner=none", READER),
    Screen("/duplicates/{a}-{b}", "/duplicates/{one}-{other}"),
    Screen("/today", "/today?who=all"),
    Screen("/today", "/today?who=all", READER),
    Screen("/today", "/today?who=all&list=later"),
    Screen("/undo/{id}", "/undo/{operation}"),
    Screen("/jobs/{id}", "/jobs/{job}"),
    Screen("/settings/look", "/settings/look"),
    Screen("/settings/company", "/settings/company"),
    Screen("/settings/company", "/settings/company", READER),
    Screen("/settings/users", "/settings/users"),
    Screen("/settings/users/{id}", "/settings/users/{member}"),
    Screen("/settings/api/keys/{id}", "/settings/api/keys/{key}"),
    Screen("/imports", "/imports"),
    Screen("/imports/new", "/imports/new"),
    Screen("/imports/new", "/imports/new?resource=task"),
    Screen("/imports/{id}/columns", "/imports/{import}/columns"),
    Screen("/imports/{id}/columns", "/imports/{follow_ups}/columns"),
    Screen("/imports/{id}/check", "/imports/{checked}/check"),
    Screen("/imports/{id}/check", "/imports/{checked_follow_ups}/check"),
    Screen("/imports/{id}/delete", "/imports/{checked}/delete?back=/imports"),
    Screen("/imports/{id}", "/imports/{imported}"),
    Screen("/imports/{id}", "/imports/999999", status=404),
    Screen("/imports/{id}/leads", "/imports/{imported}/leads"),
)
REDIRECTS = {"/": "/", "/settings": "/settings"} | {
    f"{one.path}/filter": f"{one.path}/filter?q=a" for one in VIEWS
}
"""Those that only lead elsewhere, with a path of each."""
DOWNLOADS = {
    f"{one.path}/export": f"{one.path}/export?format=csv" for one in VIEWS if not one.resource.shared
}
"""Likewise those that browsers keep as files."""


@cache
def routes() -> tuple[Route, ...]:
    """All GETs that show a page."""
    site = Site("", b"a key of tests, long enough", RESOURCES)
    found = (
        row for row in all_pages(Table(site, Pages(site))) if row.method == "GET" and row.media_type == HTML
    )
    return tuple(one for one in found if one.path not in REDIRECTS and one.path not in DOWNLOADS)


def screens() -> list[Screen]:
    """Those of our own, and of each other route the one that follows from its path."""
    own = {one.route for one in OWN}
    return [*OWN, *(_derived(row.path) for row in routes() if row.path not in own)]


def _derived(path: str) -> Screen:
    """Fails, when it is opened, for a path that names what a Company has no id of: it needs a line in OWN."""
    view = OF_VIEWS.get(f"/{path.split('/')[1]}")
    name = view.name if view else "id"
    filled = path.replace("{id}", f"{{{name}}}")
    if path.endswith("/new"):
        filled += f"?{PARENTS}"
    if path.endswith("/bulk"):
        filled += f"?id={{{name}}}"
    return Screen(path, filled, derived=view is not None and view.resource is not LEAD)
