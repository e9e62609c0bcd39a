"""A row of the route table: what answers a request, who may send it, and all that is told of it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from closum.accounts.tokens import Identity
from closum.errors import Error
from closum.http.answer import Answer
from closum.http.request import Receive, Request, Scope, Services
from closum.model.fields import Field, Schema
from closum.model.resource import Resource

Handler = Callable[[Request], Awaitable[Answer]]

JSON = "application/json"

PUBLIC = "public"
"""What a route for everybody needs: no token, no permission."""

RECORD, DATA, NOTHING, REVISIONS, FILE = "record", "data", "nothing", "revisions", "file"
"""What a method of the clients gives: a record of the resource, any JSON value, nothing, the history of a record, or a file of
what fits, which is written to a file.
"""

_PERMISSION = re.compile("[a-z_]+:[a-z_]+")


class Scheme(Protocol):
    """How requests say who sends them, where not by a bearer token, and how they are refused, where not in the envelope."""

    async def authenticate(
        self, scope: Scope, receive: Receive, services: Services, needs: str
    ) -> Identity | None:
        """Who sends a request, with the permission that a route needs; None where it needs none. Raises Error."""

    def refusal(self, scope: Scope, error: Error) -> Answer:
        """What the error is answered with."""


@dataclass(frozen=True, slots=True)
class Success:
    """The answer to a call that succeeds: `schema` and `example` are of its whole body.

    `also` are other media types that a client may ask for.
    """

    status: int
    description: str
    schema: Schema
    example: Any
    headers: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """What a call does, for the OpenAPI document, the reference and the clients.

    `name` is the verb, which is also the method of the clients, and `id` the document's operationId. `does` continues
    "This endpoint": "moves a lead to another city." With a capital it is the first sentence about the method. `query` names
    the parameters of the query string, `body` is the schema of the request's body, and `fields` are the properties of
    it that a method takes as arguments, where they are not those of the resource. `errors` are those that follow from
    nothing else in the route; an operation that is `conditional` takes `If-Match`. `result` is what a method returns; `also` are
    other answers to a call that succeeds. One that is `counted` takes `If-Count`; the body of one that `uploads` is a file, and
    that of one which is `optional` may be absent.
    """

    name: str
    id: str
    tag: str
    summary: str
    does: str
    success: Success
    resource: Resource | None = None
    query: tuple[str, ...] = ()
    body: Schema | None = None
    fields: tuple[Field, ...] = ()
    errors: tuple[type[Error], ...] = ()
    conditional: bool = False
    result: str = RECORD
    also: tuple[Success, ...] = ()
    counted: bool = False
    uploads: bool = False
    optional: bool = False

    @property
    def description(self) -> str:
        return f"This endpoint {self.does}"


@dataclass(frozen=True, slots=True)
class Sample:
    """What the reference's samples of a call send, the status of the answer, the id in the path, and the query string."""

    body: Mapping[str, Any] | None = None
    status: int = 200
    id: int | str = 1
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the table. `needs` is a permission, such as `lead:write`, or PUBLIC.

    `media_type` is that of an answer that succeeds, JSON unless it is named; whatever refuses a call is JSON. A route
    without an `operation` is not part of the documented API, a page for people for example. Raises ValueError for a route that states
    neither a permission nor PUBLIC, for one that is documented without a sample, and for one that is documented,
    answers something else than JSON, and is no GET. Without a `scheme` it takes bearer tokens.
    """

    method: str
    path: str
    handler: Handler
    needs: str
    operation: Operation | None = None
    sample: Sample | None = None
    media_type: str = JSON
    scheme: Scheme | None = None

    def __post_init__(self) -> None:
        if self.needs != PUBLIC and not _PERMISSION.fullmatch(self.needs or ""):
            raise ValueError(f"{self.name} states no permission, such as 'lead:read', and is not PUBLIC")
        if (self.operation is None) is not (self.sample is None):
            raise ValueError(
                f"{self.name} has an operation without a sample, or a sample without an operation"
            )
        if self.operation and not self.is_json and self.method != "GET":
            raise ValueError(f"{self.name} is documented and answers {self.media_type}: only a GET may")

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_public(self) -> bool:
        return self.needs == PUBLIC

    @property
    def is_json(self) -> bool:
        return self.media_type == JSON

    @property
    def takes_body(self) -> bool:
        """Whether its handler reads a body."""
        if self.operation:
            return bool(self.operation.body) or self.operation.uploads
        return self.method != "GET"

    @property
    def takes_no_property(self) -> bool:
        """Whether it may have a body, as every POST, and nothing in that has an effect."""
        return self.method == "POST" and not self.takes_body

    @property
    def resource(self) -> Resource | None:
        return self.operation.resource if self.operation else None

    @property
    def verb(self) -> str:
        return self.operation.name if self.operation else ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names that its query string takes."""
        return self.operation.query if self.operation else ()
