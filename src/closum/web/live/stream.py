"""`GET /live`: news as they come, by server-sent events; or what is new since a position, for who asks now and then."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from random import randrange

from closum import resources
from closum.accounts import roles, sessions
from closum.accounts.sessions import Session
from closum.errors import Unavailable
from closum.http import answer
from closum.http.answer import Answer, Headers
from closum.http.file import joined
from closum.model.draft import MAX_ID
from closum.store.news import NOW, News
from closum.web.cookies import OF_SESSION
from closum.web.entry import EVENTS, refuse_cross_site
from closum.web.live import beside
from closum.web.live.hub import Hub
from closum.web.live.told import QUIET, Told, numbers
from closum.web.page import Page

LOOK = 60.0  # seconds between two looks whether the session goes on
RETRY = (2_000, 8_000)  # milliseconds until a browser connects again: not all of them at once

REPLACED = b"retry: 600000\n\n"
"""To a stream that another one of the user ends: with many browsers, each would end another one for ever."""

_UNTOUCHED: Headers = [(b"cache-control", b"no-store, no-transform"), (b"x-accel-buffering", b"no")]
"""What has proxies pass on each event when it comes, as it is."""


def shown(hub: Hub) -> Callable[[Page], Awaitable[Answer]]:
    async def show(page: Page) -> Answer:
        refuse_cross_site(page.request.scope)
        if page.given.get("user") not in (None, str(page.session.user_id)):
            return Answer(204, is_json=False)  # the page is of somebody who has signed out since
        if EVENTS in joined(page.request.scope["headers"], b"accept"):
            return answer.stream(_events(page, hub), EVENTS, _UNTOUCHED)
        found = await _since(page, position(page.given.get("since", "")))
        return Answer(200, answer.encode(numbers(found, _readable(page.session))))

    return show


async def _events(page: Page, hub: Hub) -> AsyncIterator[bytes]:
    """What is new since the position that the page was at, then what comes, as long as the session goes on."""
    listener = hub.join(page.request.db, page.session.account_id, page.session.user_id)
    try:
        watch, told = Watch(page), Told(await _since(page, _last_seen(page)))
        yield b"retry: %d\n" % randrange(*RETRY) + told.event(watch.readable)  # noqa: S311 - no secret
        with contextlib.suppress(Unavailable):  # the browser connects again
            while True:
                before, found = told.news.position, await listener.next()
                if found is None:
                    yield REPLACED
                    return
                if not await watch.goes_on():
                    return
                told = found
                if told.news.since != before:  # it was slow, or has come in between
                    told = Told(await _since(page, before))
                yield QUIET if told.news.position == before else told.event(watch.readable)
    finally:
        hub.leave(listener)


class Watch:
    """Whether the session of a stream goes on, and what its user may read; each is looked at every LOOK seconds."""

    def __init__(self, page: Page) -> None:
        self._page, self._again = page, _time() + LOOK
        self.readable = _readable(page.session)

    async def goes_on(self) -> bool:
        """Raises Unavailable."""
        if _time() < self._again:
            return True
        self._again = _time() + LOOK
        own = self._page.session
        found = await self._page.request.db.read(sessions.find, OF_SESSION.read(self._page.request.scope))
        if found is None or (found.user_id, found.account_id) != (own.user_id, own.account_id):
            return False
        self.readable = _readable(found)
        return True


def _time() -> float:
    return asyncio.get_running_loop().time()


async def _since(page: Page, position: int) -> News:
    found: News = await page.request.db.read(beside.since, position, account_id=page.session.account_id)
    return found


def _last_seen(page: Page) -> int:
    """The id of the last event that the browser had, else the position of its page."""
    given = joined(page.request.scope["headers"], b"last-event-id")
    return position(given or page.given.get("since", ""))


def position(text: str) -> int:
    """Of what is none, that of now."""
    is_number = text.isascii() and text.isdigit() and len(text) < 20
    return int(text) if is_number and int(text) <= MAX_ID else NOW


def _readable(session: Session) -> frozenset[str]:
    """The names of the resources that the user of a session may read."""
    allowed = roles.rights(session.role, resources.RESOURCES)
    return frozenset(one.name for one in resources.RESOURCES if f"{one.name}:read" in allowed)
