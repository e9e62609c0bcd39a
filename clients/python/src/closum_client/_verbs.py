"""What can be done with any noun: list, create, retrieve, update."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from closum_client import _reading as reading
from closum_client._answers import Envelope
from closum_client._core import Core
from closum_client._pages import Listing
from closum_client._steps import Steps
from closum_client._unset import UNSET

R = TypeVar("R")


class Verbs(Generic[R]):
    """The verbs of one noun; `read` makes a record of a JSON object."""

    def __init__(self, core: Core, name: str, read: Callable[[Any], R]) -> None:
        self._core, self._path, self._read = core, f"/api/{name}", read

    def list(self, **params: int | str | None) -> Listing[R]:
        """A list that asks for nothing yet."""
        return Listing(self._core, self._path, params, self._read)

    def create(self, **values: Any) -> Steps[int]:
        """Make a record; its id."""
        return self._core.call("POST", self._path, _new_id, json=_given(values))

    def retrieve(self, id: int) -> Steps[R]:
        """The record with an id."""
        return self._core.call("GET", self._one(id), self._record)

    def update(self, id: int, **values: Any) -> Steps[None]:
        """Change the values that are given."""
        return self._core.call("PUT", self._one(id), _nothing, json=_given(values))

    def _one(self, id: object) -> str:
        if not isinstance(id, int) or isinstance(id, bool):
            raise TypeError(f"an id is an int, not {type(id).__name__}")
        return f"{self._path}/{id}"

    def _record(self, document: Envelope) -> R:
        return reading.required(document, "data", self._read)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in values.items() if value is not UNSET}
    # The API writes flags as 1 and 0, and takes no others.
    return {name: int(value) if isinstance(value, bool) else value for name, value in given.items()}


def _new_id(document: Envelope) -> int:
    return reading.required(document["data"], "id", reading.integer)


def _nothing(_: Envelope) -> None:
    return None
