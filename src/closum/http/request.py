"""One request on its way: who sends it, and what a handler needs to answer it."""

import asyncio
import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from closum.accounts import api_keys
from closum.accounts.sign_in import SignIn
from closum.accounts.tokens import Identity, Tokens, identify
from closum.errors import NotFound, Unauthorized
from closum.http import body, key_use, prefer, spool, upload, written
from closum.http.answer import Answer
from closum.http.body import MAX_BYTES
from closum.http.key_use import Uses
from closum.http.upload import Uploaded
from closum.http.written import Bare, Keys, Render
from closum.model import document, projection, query
from closum.model.change import API
from closum.model.counts import Counts
from closum.model.cursor import Cursors, Place
from closum.model.draft import MAX_ID
from closum.model.ignored import Path as Ignored
from closum.model.query import Query
from closum.model.resource import Resource
from closum.operations import idempotent, records
from closum.operations.guarded import Caller
from closum.operations.idempotent import Call, Key, Record
from closum.operations.importing.files import Files
from closum.store import version
from closum.store.database import Database
from closum.store.unit import Unit

Scope = MutableMapping[str, Any]
Receive = body.Receive
Send = spool.Send

CAUSE = "closum.cause"  # key of a scope that a page made: why it calls the API
SCHEME = b"bearer"
ACCEPTED = 202
REMEMBERED = 256  # query strings: most clients ask for the same lists again and again

_PAGES = re.compile(rb"(?:(?:limit|page|sort|direction|count|fields|cursor)=[a-z0-9_.,*]*(?:&|$))*")
"""Query strings in which nobody's address or number can be: only these are remembered."""
_NAME, _CURSOR = b"cursor=", re.compile(rb"[A-Za-z0-9_-]+")

Shown = Callable[[Unit, int], Record]
"""Reads the record that an answer shows; of what there is one alone, whatever the id."""


@dataclass(slots=True)
class Services:
    """What all requests share; `db` from the start of the server to its end.

    What was done can be undone for `kept_days` days, and is in the history for `history_days`; the ledger goes back for
    `ledger_days`. `files` are those that people sent to be imported, and `uses` notes when API keys were used.
    """

    tokens: Tokens
    spool: spool.Spool
    sign_in: SignIn
    cursors: Cursors
    keys: Keys
    counts: Counts
    kept_days: int
    files: Files
    uses: Uses
    history_days: int
    ledger_days: int
    wake: Callable[[], None] = lambda: None
    """Has background work that is due begin at once."""
    setup_file: Path | None = None
    """What is removed once there is a user: the file with the set-up code."""
    db: Database = field(init=False)


@dataclass(slots=True)
class Request:
    """A request that matched a route.

    `resource` is for handlers of resources alone; `identity`, who sends it, for those behind a permission. `takes` are the
    names of parameters that the route has.
    """

    scope: Scope
    receive: Receive
    services: Services
    resource: Resource
    identity: Identity
    takes: tuple[str, ...] = ()
    _headers: Mapping[bytes, bytes] | None = None
    _body: bytes | None = None

    @property
    def caller(self) -> Caller:
        """Who calls, and the request's id."""
        return Caller(self.identity, self.scope["request_id"], self.scope.get(CAUSE, API))

    @property
    def db(self) -> Database:
        return self.services.db

    @property
    def account_id(self) -> int:
        return self.identity.account_id

    @property
    def request_id(self) -> str:
        return str(self.scope["request_id"])

    @property
    def record_id(self) -> int:
        """The `<ID>` of the path. Raises NotFound for a segment that is no id."""
        return id_of(self.scope["path_params"]["id"])

    @property
    def params(self) -> dict[str, str]:
        """The values of the path's parameters by name, none of them empty text; none on a path without any."""
        found: dict[str, str] = self.scope.get("path_params", {})
        return found

    @property
    def query(self) -> Query:
        """What the query string asks of a list, in the account's revision of the API. Raises Malformed."""
        found = self.asked
        if not (self.is_later and self.resource.listing.later):
            return found
        listed = self.resource.listing.listed
        return replace(found, fields=projection.later(self.resource, found.fields, listed))

    @property
    def asked(self) -> Query:
        """What the query string itself asks of a list. Raises Malformed."""
        text, cursor = _without_cursor(self.scope["query_string"])
        parse = _remembered_query if _PAGES.fullmatch(text) else _query
        found = parse(self.resource, text)
        cursor = found.cursor if cursor is None else cursor
        if not cursor:
            return found
        return found.behind(cursor, self.services.cursors.read(self._list(found), cursor))

    def cursor(self, asked: Query, last: Place | None) -> str | None:
        """The text with which a list goes on behind a record, None at its end."""
        return last and self.services.cursors.write(self._list(asked), last)

    def _list(self, asked: Query) -> tuple[Any, ...]:
        return self.account_id, *asked.of(self.resource)

    @property
    def fields(self) -> tuple[str, ...]:
        """Which properties of a record are shown, none for the usual ones of the first revision. Raises Malformed."""
        asked = query.fields(self.resource, self.pairs) if self.scope["query_string"] else ()
        return self.retrieved(self.resource, asked)

    def retrieved(self, resource: Resource, asked: tuple[str, ...] = ()) -> tuple[str, ...]:
        """What is shown of a record, in the account's revision of the API."""
        return projection.later(resource, asked, resource.listing.retrieved) if self.is_later else asked

    def listed(self, resource: Resource) -> tuple[str, ...]:
        """Likewise in a list that takes no `fields`."""
        return projection.later(resource, (), resource.listing.listed) if self.is_later else ()

    @property
    def is_later(self) -> bool:
        """Whether answers follow the later revisions of the published API."""
        return self.identity.is_later

    def parameters(self, *names: str) -> dict[str, str]:
        """What the query string gives for these names. Raises Malformed for one that is given twice."""
        return query.given(_pairs(self.scope["query_string"]), names)

    @property
    def seen(self) -> frozenset[str] | None:
        """Tags of the states of the record that the call is meant for, None where it is meant for any."""
        given = [value for name, value in self.scope["headers"] if name == b"if-match"]
        return version.named(b",".join(given).decode("latin-1")) if given else None

    @property
    def known(self) -> str:
        """What If-None-Match says of the state of the record that the client has, "" without it."""
        return b",".join(self.values(b"if-none-match")).decode("latin-1")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The names and values of the query string."""
        return _pairs(self.scope["query_string"])

    @property
    def client(self) -> str:
        """Address of the client, "" where there is none (a UNIX socket)."""
        client = self.scope.get("client")
        return client[0] if client else ""

    @property
    def headers(self) -> Mapping[bytes, bytes]:
        """By name; of several of one name the last."""
        if self._headers is None:
            self._headers = dict(self.scope["headers"])
        return self._headers

    def values(self, name: bytes) -> list[bytes]:
        """All that the headers have of a name."""
        return [value for key, value in self.scope["headers"] if key == name]

    async def body(self) -> dict[str, Any]:
        """The JSON object that was sent. Raises BodyTooLarge, Malformed, UnsupportedMediaType."""
        found = body.parse(await self._received(), self.headers.get(b"content-type", b""))
        self._check_key()
        return found

    async def optional_body(self) -> dict[str, Any]:
        """Likewise, of a call that may come without one."""
        if await self._received():
            return await self.body()
        self._check_key()
        return {}

    async def large_body(self, most: int) -> dict[str, Any]:
        """One of at most so many bytes, whose parts have the limits of JSON each for itself."""
        of = (await self._received(most), self.headers.get(b"content-type", b""), document.load)
        found = await asyncio.to_thread(body.parse, *of)
        self._check_key()
        return found

    async def upload(self, path: Path, most: int) -> Uploaded:
        """The body, at most so many bytes, as a new file. Raises what `upload.received` raises."""
        found = await upload.received(self.headers, self.receive, path, most)
        self._body = found.sha256.encode()  # by which a call that is repeated is known
        self._check_key()
        return found

    def _check_key(self) -> None:
        """Raises Malformed for a key that cannot be one."""
        if written.KEY in self.headers and self._may_repeat:
            written.read_key(self.values(written.KEY))

    async def _received(self, most: int = MAX_BYTES) -> bytes:
        if self._body is None:
            self._body = await body.received(self.headers, self.receive, most)
        return self._body

    async def write(
        self,
        function: Callable[..., Any],
        *args: Any,
        answer: Render,
        ignored: Sequence[Ignored] = (),
        shared: bool = False,
        shown: Shown | None = None,
        bare: Bare | None = None,
    ) -> Answer:
        """The answer to the outcome of `function(unit, *args)`, in a transaction of the user's account, or with `shared` of
        what all accounts share.

        It is `answer(outcome, ignored)`, kept in the transaction where the call has a key: so it has nothing of a record but
        ids. With `Prefer: return=representation` it has the record that was written, if the outcome is a Written of the
        route's resource, or as `shown` reads it. An answer that repeats what the call says is kept as `bare` has it. Raises
        StillRunning, Malformed.
        """
        owner = None if shared else self.account_id
        if self._is_plain:
            return self._begun(answer(await self.db.write(owner, function, *args), ignored))
        call = await self._call(answer, shown, bare)
        with self.services.keys.running(call.key):
            found = await self.db.write(owner, idempotent.write, call, function, *args)
        return self._begun(written.answered(found, ignored, bare))

    def _begun(self, answered: Answer) -> Answer:
        """The answer; background work that it tells of begins at once."""
        if answered.status == ACCEPTED:
            self.services.wake()
        return answered

    async def write_set(
        self,
        function: Callable[..., list[Any]],
        *args: Any,
        item: Any,
        answer: Render,
        ignored: Sequence[Ignored] = (),
    ) -> Answer:
        """Likewise the answer to the outcome of an item of `function(unit, *args, items)`."""
        owner = self.account_id
        if self._is_plain:
            return answer(await self.db.write_set(owner, function, *args, item=item), ignored)
        call = await self._call(answer)
        with self.services.keys.running(call.key):
            found = await self.db.write_set(owner, idempotent.write_each, function, *args, item=(call, item))
        return written.answered(found, ignored)

    @property
    def _may_repeat(self) -> bool:
        """Whether a key of the call counts."""
        return self.scope["method"] == "POST" and self.identity is not None

    @property
    def _is_plain(self) -> bool:
        """Whether the call asks for nothing beside its write."""
        return written.PREFER not in self.headers and not (written.KEY in self.headers and self._may_repeat)

    async def _call(self, answer: Render, shown: Shown | None = None, bare: Bare | None = None) -> Call:
        wishes = b",".join(self.values(written.PREFER)).decode("latin-1")
        preferred = "" if self.scope["method"] == "DELETE" else prefer.returned(wishes)
        if preferred == prefer.REPRESENTATION and not self.identity.sees_records:
            preferred = ""
        id_of = written.of_singleton if shown else partial(written.id_of, self.resource)
        tell = partial(written.tell, render=answer, preferred=preferred, id_of=id_of, bare=bare)
        return Call(await self._key(), tell, shown or partial(_record, self.resource, self.is_later))

    async def _key(self) -> Key | None:
        if written.KEY not in self.headers or not self._may_repeat:
            return None
        sent, scope = written.read_key(self.values(written.KEY)), self.scope
        said = [*self.params.values(), *chain.from_iterable(sorted(query.taken(self.pairs, self.takes)))]
        return self.services.keys.key(
            self.identity, scope["closum.route"], sent, said, await self._received()
        )


def _record(resource: Resource, is_later: bool, unit: Unit, record_id: int) -> Record:
    fields = projection.later(resource, (), resource.listing.retrieved) if is_later else ()
    return records.retrieve_with_tag(unit, resource, record_id, fields)


async def authenticate(scope: Scope, services: Services, needs: str) -> Identity:
    """The identity behind `Authorization: Bearer <token>`, or `<API key>`, with the permission that a route needs.

    Raises Unauthorized, Forbidden.
    """
    text = _token(scope)
    if text.startswith(api_keys.PREFIX):
        identity = await key_use.identify(services.uses, services.db, text)
    else:
        claims = services.tokens.read(text, services.db.clock())
        identity = identify(await services.db.identity(claims.user_id, claims.number), claims)
    identity.require(needs)
    return identity


def _token(scope: Scope) -> str:
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    scheme, _, token = (given[0] if len(given) == 1 else b"").partition(b" ")
    token = token.strip()
    if scheme.lower() != SCHEME or not token.isascii():
        raise Unauthorized
    return str(token, "ascii")


def id_of(text: str) -> int:
    """The id that a segment of a path is. Raises NotFound for a segment that is no id."""
    if not (text.isascii() and text.isdigit()) or text[0] == "0" or len(text) > 19 or int(text) > MAX_ID:
        raise NotFound
    return int(text)


def unknown_parameter(known: tuple[str, ...], text: bytes) -> str | None:
    """What is wrong with the names in a query string where a call takes those that are `known`."""
    text, _ = _without_cursor(text)
    check = _remembered_unknown if _PAGES.fullmatch(text) else _unknown
    return check(known, text)


def _without_cursor(text: bytes) -> tuple[bytes, str | None]:
    """A query string with an empty cursor in place of the one in it, which is another one for each page; and that one."""
    start = text.find(_NAME)
    if start < 0 or (start and text[start - 1 : start] != b"&") or text.count(_NAME) > 1:
        return text, None
    start += len(_NAME)
    end = text.find(b"&", start) if b"&" in text[start:] else len(text)
    if not _CURSOR.fullmatch(text, start, end):
        return text, None
    return text[:start] + text[end:], text[start:end].decode()


def _unknown(known: tuple[str, ...], text: bytes) -> str | None:
    names = (name.encode(errors="surrogateescape").decode(errors="replace") for name, _ in _pairs(text))
    return query.unknown(names, known)


def _query(resource: Resource, text: bytes) -> Query:
    return query.parse(resource, _pairs(text))


_remembered_unknown = lru_cache(REMEMBERED)(_unknown)
_remembered_query = lru_cache(REMEMBERED)(_query)


def _pairs(query_string: bytes) -> list[tuple[str, str]]:
    """Names and values; what is not UTF-8 in them is escaped, so that a call refuses it in what it takes."""
    text = query_string.decode("latin-1")
    if "%" in text or "+" in text:
        return parse_qsl(text, keep_blank_values=True, errors="surrogateescape")
    # What `parse_qsl` gives where nothing is encoded, in half the time: whoever walks a list asks for each page once.
    parts = (part.partition("=") for part in text.split("&") if part)
    return [(name, value) for name, _, value in parts]
