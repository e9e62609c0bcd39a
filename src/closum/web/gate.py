"""Getting in and out: the page to sign in, and the end of a session."""

from typing import Any
from urllib.parse import urlencode

from closum.accounts import credentials, sessions
from closum.accounts.sign_in import Attempt
from closum.errors import Error, Invalid, SignInRefused, TooManyAttempts, Unavailable
from closum.http.answer import Answer
from closum.http.route import PUBLIC, Route
from closum.web import failures, forms
from closum.web import sign_in as signing_in
from closum.web.cookies import OF_LANGUAGE, OF_SESSION
from closum.web.entry import is_own_path
from closum.web.forms import Form
from closum.web.page import Page
from closum.web.sign_in import may_sign_in
from closum.web.site import headers_of
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
    if answer := with_language(page, "/sign-in"):
        return answer
    if page.is_signed_in:
        return page.to(_next(given.get("next", "")))
    return _shown(page, next=given.get("next", ""))


def with_language(page: Page, path: str) -> Answer | None:
    """The same page in the language that a link in it names; None where it names none."""
    given = dict(page.request.pairs)
    if (language := given.pop("language", None)) not in LANGUAGES:
        return None
    cookie = OF_LANGUAGE.set(page.request.scope, str(language), YEAR)
    return page.to(f"{path}?{urlencode(given)}" if given else path, headers=[cookie])


async def sign_in(page: Page, form: Form) -> Answer:
    """A session for who has the right password; the form that was sent without one comes back to its page."""
    forms.parse(form("kept"))
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
    return await signed_in(page, user.id, form)


async def signed_in(page: Page, user_id: int, form: Form) -> Answer:
    """On to the page that was asked for, with a new session; to that of a kept form by sending it there."""
    text = await page.request.db.write(None, sessions.begin, user_id)
    cookie = OF_SESSION.set(page.request.scope, text, sessions.ABSOLUTE)
    path = _next(form("next"))
    if not form("kept"):
        return page.to(path, headers=[cookie])
    kept = forms.parse(form("kept"))
    return failures.kept(page, page.site.within(path), kept, page.site.token(text), [cookie])


def _refused(page: Page, error: Error, kept: dict[str, Any]) -> Answer:
    if isinstance(error, TooManyAttempts):
        fault = page.locale.count("too_many", -(-error.retry_after // 60))
        return _shown(page, error.status, headers_of(error), **kept, fault=str(fault))
    if isinstance(error, Unavailable):
        return _shown(page, error.status, headers_of(error), **kept, fault=page.words.busy)
    return _shown(page, 422, **kept, fault=page.words.bad_login)


async def sign_out(page: Page, form: Form) -> Answer:
    """Also from a page that is older than the session: nobody is kept signed in."""
    text = OF_SESSION.read(page.request.scope)
    if text:
        await page.request.db.write(None, sessions.end, text)
    return page.to(
        "/sign-in", headers=[OF_SESSION.set(page.request.scope, "", 0), (b"clear-site-data", b'"cache"')]
    )


def _shown(page: Page, status: int = 200, headers: Any = (), **context: str) -> Answer:
    return signing_in.shown(page.site, page.request.scope, status, headers, **context)


def _next(path: str) -> str:
    """A path of this server."""
    return path if is_own_path(path) else FIRST
