"""Lists that are walked from one part to the next, each of which says where the following one begins."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from closum_client import _reading as reading
from closum_client._answers import Envelope
from closum_client._core import Core
from closum_client._drivers import AsyncDriver, Driver
from closum_client._pages import MOST, check
from closum_client._steps import Steps

R = TypeVar("R")

BEFORE = "before"


class Part(NamedTuple, Generic[R]):
    """Some entries, what follows them, and whether there is more already."""

    changes: tuple[R, ...]
    next: str | int | None
    has_more: bool


class Stretch(Generic[R]):
    """The steps to entries that are asked for part by part; `name` is the parameter that says where a part begins, None where
    there is one part alone, and `asked` are other parameters.

    Raises TypeError, ValueError for a limit that cannot be.
    """

    def __init__(
        self,
        core: Core,
        path: str,
        name: str | None,
        limit: int | None,
        read: Callable[[Any], R],
        asked: Mapping[str, str | int | None] | None = None,
    ) -> None:
        check("limit", limit, MOST)
        self._core, self._path, self._name, self._read = core, path, name, read
        self._params = {**(asked or {}), "limit": limit}

    def __repr__(self) -> str:
        return f"{self._core.url}{self._path}"

    def part(self, at: str | int | None) -> Steps[Part[R]]:
        """The part that begins there."""
        place = {} if self._name is None else {self._name: at}
        return self._core.call("GET", self._path, self._part, params=place | self._params)

    def _part(self, document: Envelope) -> Part[R]:
        found = reading.required(document, "data", reading.each(self._read))
        places = reading.required(document, "pagination", reading.mapping)
        has_more = reading.required(places, "has_next_page", reading.flag)
        if self._name is None:
            return Part(found, None, False)
        return Part(found, reading.required(places, "next", _place), has_more)


def _place(value: Any) -> str | int | None:
    return value if value is None or isinstance(value, str) else reading.integer(value)


class NewestFirst(Generic[R]):
    """What a list has, the newest first. Making it asks the server for nothing; walking it does, part by part.

    Each walk starts from the newest. Raises ClosumError while it walks.
    """

    def __init__(self, driver: Driver, stretch: Stretch[R], before: int | None = None) -> None:
        self._driver, self._stretch, self._before = driver, stretch, before

    def __iter__(self) -> Iterator[R]:
        before: str | int | None = self._before
        has_more = True
        while has_more:
            found, before, has_more = self._driver.run(self._stretch.part(before))
            yield from found

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._stretch!r}>"


class AsyncNewestFirst(Generic[R]):
    """What a list has, the newest first. Making it asks the server for nothing; walking it does, part by part.

    Each walk starts from the newest. Raises ClosumError while it walks.
    """

    def __init__(self, driver: AsyncDriver, stretch: Stretch[R], before: int | None = None) -> None:
        self._driver, self._stretch, self._before = driver, stretch, before

    async def __aiter__(self) -> AsyncIterator[R]:
        before: str | int | None = self._before
        has_more = True
        while has_more:
            found, before, has_more = await self._driver.run(self._stretch.part(before))
            for one in found:
                yield one

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._stretch!r}>"
