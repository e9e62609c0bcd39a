"""How requests for pages say who sends them: a session's cookie, and for those that change something, where they come from."""

import contextlib
from typing import NamedTuple
from urllib.parse import quote

from closum import resources
from closum.accounts import roles, sessions
from closum.accounts.sessions import Session
from closum.accounts.tokens import Identity
from closum.errors import Error, Malformed, Unavailable
from closum.http import body
from closum.http.answer import Answer, url_of
from closum.http.file import joined
from closum.http.request import Receive, Scope, Services
from closum.http.route import PUBLIC
from closum.web import forms, sign_in
from closum.web.cookies import OF_SESSION
from closum.web.forms import EMPTY, Form
from closum.web.secured import secured
from closum.web.sign_in import SignInRequired
from closum.web.site import Site

EVENTS = "text/event-stream"

VISITOR = "closum.visitor"
"""Key of a scope: the Visitor who asks, None where nobody is signed in."""

_FORM = "closum.form"
"""Key of a scope whose session could not be read: the form that was sent."""

_SAFE = ("GET", "HEAD")
_OWN = ("same-origin", "none")  # none: typed, or from a bookmark


class Visitor(NamedTuple):
    """Who is signed in; `text` is that of the session's cookie."""

    session: Session
    identity: Identity
    text: str


class CrossSite(Error):
    """A form that another site sent, or one without the token of the session."""

    status = 403
    when = "The form comes from elsewhere"
    message = "This form did not come from a page of closum, or its page is too old: go back, reload it and send it again"


class Pages:
    """The scheme of all pages: the cookie of a session. Forms are taken from the pages of this server alone."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def authenticate(
        self, scope: Scope, receive: Receive, services: Services, needs: str
    ) -> Identity | None:
        """Raises SignInRequired, CrossSite. Whether the visitor has the permission is for the `Page` to say, which tells who has it."""
        if scope["method"] not in _SAFE:
            refuse_cross_site(scope)
        text = OF_SESSION.read(scope)
        try:
            found: Session | None = await services.db.read(sessions.find, text) if text else None
        except Unavailable:
            scope[_FORM] = await _sent(scope, receive)
            raise
        if found and found.is_due:
            with contextlib.suppress(Unavailable):  # the next request notes it
                await services.db.write(None, sessions.touch, found)
        visitor = scope[VISITOR] = Visitor(found, _identity(found), text) if found else None
        if needs == PUBLIC:
            return visitor.identity if visitor else None
        if visitor is None:
            raise SignInRequired(await _sent(scope, receive))
        return visitor.identity

    def refusal(self, scope: Scope, error: Error) -> Answer:
        return secured(scope, self._refusal(scope, error))

    def _refusal(self, scope: Scope, error: Error) -> Answer:
        if not isinstance(error, SignInRequired):
            return self._site.refusal(scope, error, scope.get(_FORM, EMPTY))
        if error.kept:
            return sign_in.required(self._site, scope, error)
        return self._to_sign_in(scope)

    def _to_sign_in(self, scope: Scope) -> Answer:
        """Back to the same page afterwards; where a script asks for a part of a page, the whole page goes. For a page that is open
        there are no events any more."""
        if EVENTS in joined(scope["headers"], b"accept"):
            return Answer(204, is_json=False)
        back = url_of(scope) if scope["method"] in _SAFE else ""
        target = f"{self._site.root_path}/sign-in?next={quote(back, safe='')}"
        if joined(scope["headers"], b"hx-request"):
            return Answer(204, b"", [(b"hx-redirect", target.encode())], is_json=False)
        return Answer(303, b"", [(b"location", target.encode())], is_json=False)


def _identity(session: Session) -> Identity:
    rights = roles.rights(session.role, resources.RESOURCES)
    return Identity(session.user_id, session.account_id, session.number, rights, session.is_later)


async def _sent(scope: Scope, receive: Receive) -> Form:
    """The form that was sent: empty where it was none, or none that can be read."""
    headers = dict(scope["headers"])
    if scope["method"] in _SAFE or not forms.is_form(headers):
        return EMPTY
    text = (await body.received(headers, receive)).decode("latin-1")
    with contextlib.suppress(Malformed):
        return forms.typed(text)
    return EMPTY


def refuse_cross_site(scope: Scope) -> None:
    """Raises CrossSite for a request that a page of another site made: by Sec-Fetch-Site, or by Origin in old browsers."""
    headers = scope["headers"]
    site, origin = joined(headers, b"sec-fetch-site"), joined(headers, b"origin")
    if site and site not in _OWN:
        raise CrossSite
    if not site and origin and origin.partition("://")[2] != joined(headers, b"host"):
        raise CrossSite


def is_own_path(path: str) -> bool:
    """Whether a redirect to it stays on this server: `/leads?q=a`, but not `//host` or `/\\host`."""
    return (
        path.startswith("/")
        and path[1:2] not in ("/", "\\")
        and path.isascii()
        and path.isprintable()
        and " " not in path
    )
