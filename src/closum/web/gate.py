"""Getting in and out: the page to sign in, and the end of a session."""

from typing import Any
from urllib.parse import urlencode

from closum.accounts import credentials, sessions
from closum.accounts.sign_in import Attempt
from closum.errors import Error, Invalid, SignInRefused, TooManyAttempts, Unavailable
from closum.http.answer import Answer
from closum.http.route import PUBLIC, Route
from closum.web.cookies import OF_LANGUAGE, OF_SESSION
from closum.web.entry import is_own_path, may_sign_in
from closum.web.forms import Form
from closum.web.page import Page
from closum.web.table import Table
from closum.web.words import LANGUAGES

YEAR = 365 * 24 * 3600
FIRST = "/leads"
"""Where people go who asked for no page of their own."""


def routes(to: Table) -> list[Route]:
    return [
        to.show(to.site.root_path or "/", front, PUBLIC),
        to.show("/sign-in", sign_in_page, PUBLIC),
        to.send("/sign-in", sign_in, PUBLIC),
        to.send("/sign-out", sign_out, PUBLIC),
    ]


async def front(page: Page) -> Answer:
    """To the leads, or to what comes before them."""
    return page.to(FIRST if page.is_signed_in else "/sign-in")


async def sign_in_page(page: Page) -> Answer:
    given = dict(page.request.pairs)
    if (language := given.get("language")) in LANGUAGES:
        rest = {name: value for name, value in given.items() if name != "language"}
        cookie = OF_LANGUAGE.set(page.request.scope, str(language), YEAR)
        return page.to(f"/sign-in?{urlencode(rest)}", headers=[cookie])
    if page.is_signed_in:
        return page.to(_next(given.get("next", "")))
    return _shown(page, next=given.get("next", ""))


async def sign_in(page: Page, form: Form) -> Answer:
    """A session for who has the right password; the form that was sent without one is kept for it."""
    kept = {"next": form("next"), "kept": form("kept"), "email": form("email")}
    if not may_sign_in(page.request.scope):
        return _shown(page, 403, **kept)
    try:
        given = credentials.parse({"email": form("email"), "password": form("password")})
        user = await page.request.services.sign_in.user(
            page.request.db, Attempt(given, page.request.client, page.request.request_id)
        )
    except (Invalid, SignInRefused, TooManyAttempts, Unavailable) as error:
        return _refused(page, error, kept)
    text = await page.request.db.write(None, sessions.begin, user.id)
    cookie = OF_SESSION.set(page.request.scope, text, sessions.ABSOLUTE)
    return page.to(_next(form("next")), headers=[cookie])


def _refused(page: Page, error: Error, kept: dict[str, Any]) -> Answer:
    if isinstance(error, TooManyAttempts):
        fault = page.locale.count("too_many", -(-error.retry_after // 60))
        return _shown(page, error.status, [(b"retry-after", b"%d" % error.retry_after)], fault=fault, **kept)
    if isinstance(error, Unavailable):
        return _shown(page, error.status, fault=page.words.busy, **kept)
    return _shown(page, 422, fault=page.words.bad_login, **kept)


async def sign_out(page: Page, form: Form) -> Answer:
    """Also from a page that is older than the session: nobody is kept signed in."""
    text = OF_SESSION.read(page.request.scope)
    if text:
        await page.request.db.write(None, sessions.end, text)
    return page.to(
        "/sign-in", headers=[OF_SESSION.set(page.request.scope, "", 0), (b"clear-site-data", b'"cache"')]
    )


def _shown(
    page: Page,
    status: int = 200,
    headers: Any = (),
    *,
    next: str = "",
    kept: str = "",
    email: str = "",
    fault: str = "",
) -> Answer:
    return page.show(
        "sign-in.html",
        status,
        headers,
        next=next,
        kept=kept,
        email=email,
        fault=fault,
        may_sign_in=may_sign_in(page.request.scope),
    )


def _next(path: str) -> str:
    """A path of this server, without what it is served below."""
    return path if is_own_path(path) else FIRST
