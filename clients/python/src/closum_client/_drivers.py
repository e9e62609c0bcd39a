"""Carry out steps: blocking, or with asyncio. Nothing else differs between the two clients."""

import asyncio
import threading
from asyncio import sleep as async_sleep
from contextlib import closing
from time import sleep
from typing import Any, TypeVar

import httpx2

from closum_client._core import USER_AGENT, Core
from closum_client._steps import Acquire, Done, Outcome, Send, Sleep, Step, Steps, advance

T = TypeVar("T")

# Servers close idle connections after 5 s and more: a create must not meet one that is just being closed.
LIMITS = httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=4)


class Driver:
    """Runs steps in the calling thread. May be shared by threads."""

    def __init__(
        self, core: Core, lock: threading.Lock, timeout: float, http_client: httpx2.Client | None
    ) -> None:
        self.core = core
        self._lock, self._timeout = lock, timeout
        self._http = http_client or httpx2.Client(limits=LIMITS)
        self._is_own = http_client is None

    def run(self, steps: Steps[T]) -> T:
        """The result of the steps."""
        with closing(steps):
            step = advance(steps, None)
            while not isinstance(step, Done):
                step = advance(steps, self._perform(step))
            return step.value

    def _perform(self, step: Step) -> Outcome | None:
        if isinstance(step, Send):
            return self._send(step)
        if isinstance(step, Sleep):
            sleep(step.seconds)
        elif isinstance(step, Acquire):
            self._lock.acquire()
        return None

    def _send(self, send: Send) -> Outcome:
        request = self._http.build_request(send.method, send.url, **_options(send, self._timeout))
        try:
            return self._http.send(request, auth=None, follow_redirects=False)
        except httpx2.RequestError as error:
            return error

    def close(self) -> None:
        """Close the connections, unless they are the caller's own."""
        if self._is_own:
            self._http.close()


class AsyncDriver:
    """Runs steps in the running event loop. May be shared by its tasks."""

    def __init__(
        self, core: Core, lock: asyncio.Lock, timeout: float, http_client: httpx2.AsyncClient | None
    ) -> None:
        self.core = core
        self._lock, self._timeout = lock, timeout
        self._http = http_client or httpx2.AsyncClient(limits=LIMITS)
        self._is_own = http_client is None

    async def run(self, steps: Steps[T]) -> T:
        """The result of the steps."""
        with closing(steps):
            step = advance(steps, None)
            while not isinstance(step, Done):
                step = advance(steps, await self._perform(step))
            return step.value

    async def _perform(self, step: Step) -> Outcome | None:
        if isinstance(step, Send):
            return await self._send(step)
        if isinstance(step, Sleep):
            await async_sleep(step.seconds)
        elif isinstance(step, Acquire):
            await self._lock.acquire()
        return None

    async def _send(self, send: Send) -> Outcome:
        request = self._http.build_request(send.method, send.url, **_options(send, self._timeout))
        try:
            return await self._http.send(request, auth=None, follow_redirects=False)
        except httpx2.RequestError as error:
            return error

    async def close(self) -> None:
        """Close the connections, unless they are the caller's own."""
        if self._is_own:
            await self._http.aclose()


def _options(send: Send, timeout: float) -> dict[str, Any]:
    headers = {"Accept": "application/json", "User-Agent": USER_AGENT, **send.headers}
    return {"params": send.params, "json": send.json, "headers": headers, "timeout": timeout}
