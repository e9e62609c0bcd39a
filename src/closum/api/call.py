"""One request on its way: what a handler needs to answer it."""

from collections.abc import MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from closum.accounts.attempts import Held
from closum.accounts.tokens import Identity, Tokens
from closum.api import body, spool
from closum.errors import NotFound
from closum.model.draft import MAX_ID
from closum.model.resource import Resource
from closum.store.database import Database

Scope = MutableMapping[str, Any]
Receive = body.Receive
Send = spool.Send

Answer = tuple[int, spool.Body]
"""Status and body."""


@dataclass(slots=True)
class Services:
    """What all requests share; `db` from the start of the server to its end."""

    tokens: Tokens
    spool: spool.Spool
    hashing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "closum-hashing"))
    hashing_waits: int = 0
    held: Held = field(default_factory=Held)
    db: Database = field(init=False)


@dataclass(slots=True)
class Call:
    """A request that matched a route. A handler whose answer is no JSON sets its `headers`."""

    scope: Scope
    receive: Receive
    services: Services
    of_resource: Resource | None = None
    signed_in: Identity | None = None
    headers: list[tuple[bytes, bytes]] | None = None

    @property
    def resource(self) -> Resource:
        """The route's resource; only for handlers of resources."""
        assert self.of_resource is not None
        return self.of_resource

    @property
    def identity(self) -> Identity:
        """Who calls; only for handlers behind a permission."""
        assert self.signed_in is not None
        return self.signed_in

    @property
    def db(self) -> Database:
        return self.services.db

    @property
    def account_id(self) -> int:
        return self.identity.account_id

    @property
    def record_id(self) -> int:
        """The `<ID>` of the path. Raises NotFound for a segment that is no id."""
        text: str = self.scope["path_params"]["id"]
        if not (text.isascii() and text.isdigit()) or text[0] == "0" or len(text) > 19 or int(text) > MAX_ID:
            raise NotFound
        return int(text)

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Decoded name-value pairs of the query string, in order."""
        query: bytes = self.scope["query_string"]
        return parse_qsl(query.decode("latin-1"), keep_blank_values=True) if query else []

    @property
    def client(self) -> str:
        """Address of the client, "" where there is none (a UNIX socket)."""
        client = self.scope.get("client")
        return client[0] if client else ""

    async def body(self) -> dict[str, Any]:
        return await body.read(dict(self.scope["headers"]), self.receive)
