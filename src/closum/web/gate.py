"""Getting in and out: the page to sign in, and the end of a session."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from closum.accounts import credentials, sessions, setup
from closum.accounts.sign_in import Attempt
from closum.errors import (
    CodeNeeded,
    CodeRefused,
    Error,
    Invalid,
    SignInRefused,
    TicketEnded,
    TooManyAttempts,
    Unauthorized,
    Unavailable,
)
from closum.http.answer import Answer
from closum.http.route import PUBLIC, Route
from closum.model.change import PAGE
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
        to.send("/sign-in/code", second_step, PUBLIC),
        to.send("/sign-out", sign_out, PUBLIC),
    ]


async def front(page: Page) -> Answer:
    """To the leads, or to what comes before them."""
    if page.is_signed_in:
        return page.to(FIRST)
    is_new = await page.request.db.read(setup.needed)
    return page.to("/welcome" if is_new else "/sign-in")


async def sign_in_page(page: Page) -> Answer:
    given = page.given
    if answer := with_language(page, "/sign-in"):
        return answer
    if page.is_signed_in:
        return page.to(_next(given.get("next", "")))
    return _shown(page, next=given.get("next", ""))


def with_language(page: Page, path: str) -> Answer | None:
    """The same page in the language that a link in it names; None where it names none."""
    given = dict(page.given)
    if (language := given.pop("language", None)) not in LANGUAGES:
        return None
    cookie = OF_LANGUAGE.set(page.request.scope, str(language), YEAR)
    return page.to(f"{path}?{urlencode(given)}" if given else path, headers=[cookie])


async def sign_in(page: Page, form: Form) -> Answer:
    """A session for who has the right password; the form that was sent without one comes back to its page."""
    kept = {**_kept(form), "email": form("email")}
    if not may_sign_in(page.request.scope):
        return _shown(page, 403, **kept)
    if empty := _empty(page, form, "email", "password"):
        return _shown(page, 422, **kept, fault=page.words.bad_login, faults_of=empty)
    try:
        given = credentials.parse({"email": form("email"), "password": form("password")})
        attempt = Attempt(given, page.request.client, page.request.request_id, cause=PAGE)
        user = await page.request.services.sign_in.user(page.request.db, attempt)
        return await signed_in(page, user.id, form)
    except CodeNeeded as needed:
        return _second_step(page, needed.ticket, kept)
    except (Invalid, SignInRefused, TooManyAttempts, Unavailable) as error:
        return _refused(page, error, kept)


async def second_step(page: Page, form: Form) -> Answer:
    """The code of the app, or a recovery code, behind the right password."""
    kept, ticket = _kept(form), form("ticket")
    if empty := _empty(page, form, "code"):
        return _second_step(page, ticket, kept, 422, faults_of=empty)
    of = (page.request.db, ticket, form("code"), page.request.client, page.request.request_id)
    try:
        user = await page.request.services.sign_in.second(*of, cause=PAGE)
    except (CodeRefused, TooManyAttempts, Unavailable) as error:
        headers = headers_of(error)
        if isinstance(error, CodeRefused):
            wrong = {"code": page.words.bad_code}
            return _second_step(page, ticket, kept, error.status, headers, faults_of=wrong)
        return _second_step(page, ticket, kept, error.status, headers, _why(page, error, "too_many_codes"))
    except Unauthorized as error:
        told = page.words.ticket_ended if isinstance(error, TicketEnded) else page.words.too_late
        return _shown(page, 422, **kept, fault=told)
    return await signed_in(page, user.id, form)


def _empty(page: Page, form: Form, *names: str) -> Mapping[str, str]:
    """What is told beside those inputs that nothing was typed into."""
    return {name: page.words("rule._empty") for name in names if not form(name).strip()}


def _kept(form: Form) -> dict[str, str]:
    """Where one goes behind the sign-in, and the form that was sent there. Raises Malformed."""
    return {"next": form("next"), "kept": forms.typed(form("kept")).shown.text}


def _second_step(
    page: Page,
    ticket: str,
    kept: dict[str, str],
    status: int = 200,
    headers: Any = (),
    fault: str = "",
    faults_of: Mapping[str, str] | None = None,
) -> Answer:
    own = [one for one in headers if one[0] != b"www-authenticate"]
    return page.show(
        "second-step.html", status, own, ticket=ticket, fault=fault, faults_of=faults_of or {}, **kept
    )


async def signed_in(page: Page, user_id: int, form: Form) -> Answer:
    """On to the page that was asked for, with a new session; to that of a kept form by sending it there, if it is the user's own."""
    before = OF_SESSION.read(page.request.scope)
    text = await page.request.db.write(None, sessions.begin, user_id, before)
    cookie = OF_SESSION.set(page.request.scope, text, sessions.ABSOLUTE)
    path = _next(form("next"))
    if not form("kept"):
        return page.to(path, headers=[cookie])
    kept = forms.typed(form("kept"))
    if not page.site.is_by(kept(forms.TOKEN), user_id):
        return page.to(FIRST, headers=[cookie])
    token = page.site.token(text, user_id)
    return failures.kept(page, page.site.within(path), kept, token, [cookie])


def _refused(page: Page, error: Error, kept: dict[str, Any]) -> Answer:
    if isinstance(error, TooManyAttempts | Unavailable):
        return _shown(page, error.status, headers_of(error), **kept, fault=_why(page, error, "too_many"))
    return _shown(page, 422, **kept, fault=page.words.bad_login)


def _why(page: Page, error: Error, too_many: str) -> str:
    """Why nobody signs in now; the key of what is said of too many attempts."""
    if isinstance(error, TooManyAttempts):
        return str(page.locale.count(too_many, -(-error.retry_after // 60)))
    return page.words.busy_gate


async def sign_out(page: Page, form: Form) -> Answer:
    """Also from a page that is older than the session: nobody is kept signed in."""
    text = OF_SESSION.read(page.request.scope)
    if text:
        await page.request.db.write(None, sessions.end, text)
    return signed_out(page)


def signed_out(page: Page) -> Answer:
    """The browser forgets the session, and the pages that it has kept."""
    headers = [OF_SESSION.set(page.request.scope, "", 0), (b"clear-site-data", b'"cache"')]
    return page.to("/sign-in", headers=headers)


def _shown(page: Page, status: int = 200, headers: Any = (), **context: Any) -> Answer:
    return signing_in.shown(page.site, page.request.scope, status, headers, **context)


def _next(path: str) -> str:
    """A path of this server."""
    return path if is_own_path(path) else FIRST
