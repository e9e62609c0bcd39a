"""A row of the route table, and what answers a request that matched it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from closum.http.answer import Answer
from closum.http.request import Call
from closum.model.resource import Resource

Handler = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the table. `permission` is None for a public route, `parameters` are those of the query string."""

    method: str
    path: str
    handler: Handler
    permission: str | None
    resource: Resource | None = None
    verb: str = ""
    parameters: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"
