"""Looks through all accounts for those that have something to do, some at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from closum.store import background
from closum.store.database import Database
from closum.store.unit import Unit

Behind = Callable[[Unit, int, int], tuple[list[int], int | None]]
"""Of the next accounts behind an id, at most so many, those with something to do; and the last one, None at the end."""


class Walks:
    """Through the accounts of each kind of background work, `by_kind`; `pause` follows a look, told how long that took."""

    def __init__(
        self, db: Database, by_kind: Mapping[str, Behind], pause: Callable[[float], Awaitable[Any]]
    ) -> None:
        self._db, self._by_kind, self._pause = db, by_kind, pause
        self._places: dict[str, int] = {}  # by kind, how far
        self._begun_at = float("-inf")

    @property
    def are_under_way(self) -> bool:
        return bool(self._places)

    def begin_soon(self) -> None:
        """With the next `go_on`, at once where none is under way."""
        self._begun_at = float("-inf")

    async def go_on(self, at_once: int, most: int, seconds: float) -> None:
        """Have the next accounts work that are behind: look at `at_once`, and begin work of `most`, of each kind. From the
        first account again `seconds` after the last time."""
        now = asyncio.get_running_loop().time()
        if not self._places and now - self._begun_at >= seconds:
            self._places, self._begun_at = dict.fromkeys(self._by_kind, 0), now
        for kind, behind in self._by_kind.items():
            if kind in self._places:
                await self._go_on(kind, behind, at_once, most)

    async def _go_on(self, kind: str, behind: Behind, at_once: int, most: int) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        found, last = await self._db.read(behind, self._places[kind], at_once)
        for account_id in found[:most]:
            await self._db.write(account_id, background.begin, kind, background=True)
        if len(found) > most:
            last = found[most - 1]
        if last is None:
            del self._places[kind]
        else:
            self._places[kind] = last
        await self._pause(loop.time() - begun)
