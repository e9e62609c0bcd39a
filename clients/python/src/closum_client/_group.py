"""The calls of what is no resource: the bin, operations, background work, imports."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from closum_client import _reading as reading
from closum_client._answers import Envelope
from closum_client._core import Core
from closum_client._ids import name_of, number_of
from closum_client._newest import BEFORE, Stretch
from closum_client._reading import Unreadable
from closum_client._steps import Sleep, Steps
from closum_client._unset import UNSET

if TYPE_CHECKING:
    from closum_client._content import Content
    from closum_client._export import Exported, Sink

T = TypeVar("T")
J = TypeVar("J", bound="Work")

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 8.0  # seconds between two looks at background work
GROWTH = 1.5
ENDED = frozenset({"done", "failed"})


class Work(Protocol):
    """Something that goes on until its state is one of ENDED."""

    @property
    def id(self) -> str: ...

    @property
    def state(self) -> str: ...


class Group:
    """What is at a path; its ids are numbers, or `named` as background work is. Raises TypeError, ValueError for what is no id."""

    def __init__(self, core: Core, name: str, *, named: bool = False) -> None:
        self._core, self._path, self._id = core, f"/api/{name}", name_of if named else number_of

    @property
    def url(self) -> str:
        """Where it is."""
        return self._core.url + self._path

    def stretch(
        self, read: Callable[[Any], T], limit: int | None, asked: Mapping[str, Any], *, walks: bool
    ) -> Stretch[T]:
        """A list, asked for later; one that `walks` goes on behind its first part."""
        name = BEFORE if walks else None
        return Stretch(self._core, self._path, name, limit, read, asked)

    def ask(self, tail: str, read: Callable[[Envelope], T], asked: Mapping[str, Any]) -> Steps[T]:
        """What is not about one thing with an id; what is asked for with None is not asked for."""
        params = {
            name: value.isoformat() if isinstance(value, date) else value for name, value in asked.items()
        }
        return self._core.call("GET", f"{self._path}{tail}", read, params=params)

    def retrieve(self, id: object, read: Callable[[Any], T]) -> Steps[T]:
        """What has an id."""
        one = self._id(id)
        return self._core.call("GET", f"{self._path}/{one}", partial(_asked, id=one, read=read))

    def act(
        self, method: str, tail: str, id: object, read: Callable[[Envelope], T], /, **values: Any
    ) -> Steps[T]:
        """A call that does something with what has an id."""
        path = f"{self._path}{tail.replace('{id}', str(self._id(id)))}"
        body = {name: value for name, value in values.items() if value is not UNSET}
        return self._core.call(method, path, read, json=body if values else None)

    def send(
        self, content: "Content", read: Callable[[Envelope], T], params: Mapping[str, Any] | None = None
    ) -> Steps[T]:
        """Something new, made of a file."""
        return self._core.call("POST", self._path, read, params=params, content=content)

    def download(self, tail: str, id: object, sink: "Sink") -> "Steps[Exported]":
        """Have a file arrive in the sink."""
        return self._core.export(f"{self._path}{tail.replace('{id}', str(self._id(id)))}", {}, sink)

    def wait(self, id: object, read: Callable[[Any], J], timeout: float | None) -> Steps[J]:
        """Background work, when it has ended. Raises TimeoutError where it has not within so many seconds."""
        return self.until(id, read, lambda found: found.state in ENDED, timeout)

    def until(
        self, id: object, read: Callable[[Any], T], has_ended: Callable[[T], bool], timeout: float | None
    ) -> Steps[T]:
        """What has an id, when it has ended. Raises TimeoutError."""
        until = None if timeout is None else monotonic() + timeout
        pause = FIRST_PAUSE
        while True:
            found = yield from self.retrieve(id, read)
            if has_ended(found):
                return found
            left = LONGEST_PAUSE if until is None else until - monotonic()
            if left <= 0:
                raise TimeoutError(f"{id} has not ended within {timeout:g} s: it goes on")
            yield Sleep(min(pause, left))
            pause = min(GROWTH * pause, LONGEST_PAUSE)


def data(read: Callable[[Any], T]) -> Callable[[Envelope], T]:
    """Reads the data of an answer."""
    return lambda document: reading.required(document, "data", read)


def data_or_job(read: Callable[[Any], T], job: Callable[[Any], J]) -> Callable[[Envelope], T | J]:
    """Reads the data of an answer, or the background work that has begun instead."""

    def either(found: Any) -> T | J:
        return reading.required(found, "job", job) if "job" in reading.mapping(found) else read(found)

    return data(either)


def nothing(document: Envelope) -> None:
    """Of an answer that has nothing to tell."""


def _asked(document: Envelope, id: int | str, read: Callable[[Any], T]) -> T:
    record = data(read)(document)
    if (found := document["data"].get("id")) != id:
        raise Unreadable(f"{id} was asked for, and this is {found}")
    return record
