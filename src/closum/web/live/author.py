"""`GET /live/<resource>/<id>`: who has changed a record since the position that its page was at, in one sentence."""

from collections.abc import Mapping

from closum.errors import NotFound
from closum.http.answer import Answer
from closum.http.request import id_of
from closum.model.resource import Resource
from closum.store.unit import Unit
from closum.web import titles
from closum.web.entry import refuse_cross_site
from closum.web.live import beside, stream
from closum.web.page import Page

TEXT = "text/plain; charset=utf-8"


async def show(page: Page) -> Answer:
    """204 where nobody has."""
    refuse_cross_site(page.request.scope)
    view = page.site.views.get(page.request.params["name"])
    if view is None:
        raise NotFound
    page.require(f"{view.name}:read")
    of = (view.resource, id_of(page.request.params["id"]), stream.position(page.given.get("since", "")))
    account_id = page.session.account_id
    users, names = await page.request.db.read(_authors, *of, account_id=account_id)
    if not users:
        return Answer(204, is_json=False)
    return Answer(200, _said(page, users, names).encode(), [(b"content-type", TEXT.encode())], is_json=False)


def _authors(
    unit: Unit, resource: Resource, record_id: int, since: int
) -> tuple[list[int | None], Mapping[int, str]]:
    """The users whose changes these are, and what users are called."""
    users = [] if resource.shared else beside.authors(unit, resource, record_id, since)
    return users, titles.of_users(unit) if users else {}


def _said(page: Page, users: list[int | None], names: Mapping[int, str]) -> str:
    """Of several it names the last one who is not the reader."""
    own = page.session.user_id
    last = next((one for one in users if one != own), own)
    if last == own:
        return page.words.live_self
    if last is None or last not in names:
        return page.words.live_changed
    return page.words.live_by.format(who=names[last])
