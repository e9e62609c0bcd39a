"""What the reference offers to who is signed in: an API key for its samples, and calls that run with the rights of the session.

Its script asks for these; their answers are JSON.
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any
from urllib.parse import quote, unquote

from closum.accounts import api_keys, roles
from closum.errors import RequestLineTooLong
from closum.http import answer
from closum.http.answer import Answer
from closum.http.body import HAS_BODY
from closum.http.edge import route_path
from closum.http.heads import MAX_LINE
from closum.http.request import CAUSE, Receive, Scope, Send
from closum.http.route import PUBLIC, Route
from closum.http.router import Router, refuse
from closum.model.change import REFERENCE
from closum.operations import guarded
from closum.store.unit import Unit
from closum.web.forms import Form
from closum.web.page import Page
from closum.web.table import Table

_App = Callable[[Scope, Receive, Send], Awaitable[None]]

READS, MANAGES_KEYS = "lead:read", "key:write"
MOST_SHOWN = 200_000
"""Bytes of an answer."""
HEADERS = ("if-count", "if-match", "idempotency-key", "prefer")
"""Names of headers that a run may have, which are fields of its form."""
_MOST_OF_NAME = 240
"""Letters of the name of a key, before its number."""
_SAFE = "/-._~!$&'()*+,;=:@%?"


def routes(to: Table, calls: Sequence[Route], *, refuse_unknown: bool) -> list[Route]:
    """`calls` are the routes of the API, which may refuse unknown parameters."""
    runs = Runs(calls, refuse_unknown)
    return [
        to.show("/docs/visitor", runs.visitor, PUBLIC),
        to.send("/docs/key", add_key, MANAGES_KEYS),
        to.send("/docs/run", runs.run, READS),
    ]


async def add_key(page: Page, form: Form) -> Answer:
    """A new key that may do everything: its text is in this answer alone."""
    of = (page.session.account_id, _called(page))
    made = await page.write_shared(guarded.do_shared, _add_key, *of)
    return _json({"key": made.text})


def _add_key(unit: Unit, account_id: int, user: str) -> api_keys.Made:
    """Named after who made it, with a number from the second one on."""
    name = f"API reference, {user}"[:_MOST_OF_NAME].strip()
    taken = {one.name for one in api_keys.valid(unit, account_id)}
    names = (name, *(f"{name} {number}" for number in range(2, len(taken) + 2)))
    return api_keys.add(unit, account_id, next(one for one in names if one not in taken), roles.FULL)


def _called(page: Page) -> str:
    return page.session.name or page.session.email


class Runs:
    """Runs calls in the server itself, as if the visitor had sent them with a token."""

    def __init__(self, calls: Sequence[Route], refuse_unknown: bool) -> None:
        self._calls, self._refuses = [one for one in calls if _is_run(one)], refuse_unknown
        self._router: Router | None = None

    async def visitor(self, page: Page) -> Answer:
        """Who is signed in, what their forms need, and which calls their role may not run; nothing where nobody is."""
        if not page.is_signed_in:
            return _json({})
        refused = [one for one in self._calls if not one.is_public and not page.may(one.needs)]
        found = {
            "id": page.session.user_id,
            "user": _called(page),
            "account": page.session.account_name,
            "may_add_key": page.may(MANAGES_KEYS),
            "refused": [one.operation.id for one in refused if one.operation],
            "token": page.token,
        }
        return _json(found)

    async def run(self, page: Page, form: Form) -> Answer:
        page.check_writable()
        scope, body = _scope_of(page, form)
        sent = _Sent(body, page.request.receive)
        await self._app(page, scope)(scope, sent.receive, sent.send)
        told = sent.told(is_head=scope["method"] == "HEAD")
        route = scope.get("closum.route", "unknown path")
        page.request.scope["closum.route"] = f"POST /docs/run, {route}, {told['status']}"
        return _json(told)

    def _app(self, page: Page, scope: Scope) -> _App:
        if len(scope["raw_path"]) + len(scope["query_string"]) > MAX_LINE:
            return _refuse_line
        self._router = self._router or Router(
            self._calls, page.request.services, refuse_unknown=self._refuses
        )
        return self._router


async def _refuse_line(scope: Scope, receive: Receive, send: Send) -> None:
    await refuse(scope, send, RequestLineTooLong())


def _is_run(call: Route) -> bool:
    """Files are no text that a page shows, and who is signed in needs no token."""
    told = call.operation
    return told is not None and call.is_json and not told.uploads and call.path != "/api/token"


def _scope_of(page: Page, form: Form) -> tuple[Scope, bytes]:
    """Of the call that a form has, and its body."""
    target, body, root = form("target"), form("body").encode(), page.site.root_path
    if root and target.startswith(f"{root}/"):
        target = target.removeprefix(root)
    path, _, query = quote(target, safe=_SAFE).partition("?")
    services, session = page.request.services, page.session
    token = services.tokens.issue(session.user_id, session.number, int(services.db.clock()))
    headers = [(b"accept", b"application/json"), (b"authorization", f"Bearer {token}".encode())]
    headers += [(one.encode(), form(one).encode("latin-1", "replace")) for one in HEADERS if form(one)]
    scope: Scope = {
        **{name: value for name, value in page.request.scope.items() if not name.startswith("closum.")},
        "method": form("method").upper(),
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "path_params": {},
        CAUSE: REFERENCE,
    }
    if body:
        scope[HAS_BODY] = True
        headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    scope["headers"], scope["path"] = headers, route_path(scope)
    return scope, body


class _Sent:
    """The body of a call, and what comes back: of that, at most MOST_SHOWN bytes are kept."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive, self._status, self._shown = receive, 0, bytearray()
        self._headers: Sequence[tuple[bytes, bytes]] = ()
        self._is_cut = False

    async def receive(self) -> MutableMapping[str, Any]:
        """After the body, whether the visitor has gone."""
        body, self._body = self._body, None
        if body is None:
            return await self._receive()
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], message["headers"]
            return
        part = message.get("body", b"")
        free = MOST_SHOWN - len(self._shown)
        self._shown += part[:free]
        self._is_cut = self._is_cut or len(part) > free

    def told(self, *, is_head: bool) -> dict[str, Any]:
        return {
            "status": self._status,
            "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in self._headers],
            "body": "" if is_head else self._shown.decode("utf-8", "ignore"),
            "is_cut": self._is_cut,
        }


def _json(value: Any) -> Answer:
    return Answer(200, answer.encode(value))
