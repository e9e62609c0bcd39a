"""What the client does, as generators of steps: they do no I/O themselves.

A generator yields a step and is sent what came of it. Two drivers carry steps out, one blocking and one for
asyncio (`_drivers.py`); everything else is written once.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import httpx2

if TYPE_CHECKING:
    from closum_client._content import Content
    from closum_client._export import Sink

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request to `url`. What comes of it is the answer, or the reason why there is none.

    One that is `repeatable` may be sent again as it is, even where it was carried out. One that is `harmless` may be made
    once more by anybody: a create that is repeatable by its key is not, since another call has another key.
    """

    method: str
    url: str
    params: Mapping[str, Any] | None = None
    json: Any = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    repeatable: bool = False
    harmless: bool = False
    into: "Sink | None" = None
    """Where the body of a successful answer goes."""
    content: "Content | None" = field(default=None, repr=False)
    """The body, where it is a file."""

    @property
    def shown(self) -> str:
        """The address without its query string, which may name a person: errors are logged."""
        return self.url.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Sleep:
    seconds: float


@dataclass(frozen=True, slots=True)
class Acquire:
    """Wait for the client's lock. What comes of it is the lock, for whoever has it to release."""


class Lock(Protocol):
    """Of threads or of asyncio."""

    def release(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """The end of the steps, with their result."""

    value: T


Step = Send | Sleep | Acquire
Outcome = httpx2.Response | httpx2.RequestError
Steps = Generator[Step, Any, T]


def advance(steps: Steps[T], outcome: Outcome | Lock | None) -> Step | Done[T]:
    """The next step after this outcome, or Done."""
    try:
        return steps.send(outcome)
    except StopIteration as end:
        return Done(end.value)
