"""Carry out steps: blocking, or with asyncio. Nothing else differs between the two clients."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, closing
from time import sleep
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2

from closum_client._body import Body
from closum_client._core import USER_AGENT, Core
from closum_client._process import PerProcess
from closum_client._steps import Acquire, Done, Lock, Outcome, Send, Sleep, Step, Steps, advance

if TYPE_CHECKING:
    import asyncio

    from closum_client._export import FileBody

T = TypeVar("T")

# Servers close idle connections after 5 s and more: a create must not meet one that is just being closed.
LIMITS = httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=4)
STORED = 900.0  # seconds until a file that was sent is on the server's disk
SENDING: dict[str, Any] = {"auth": None, "follow_redirects": False, "stream": True}


class Driver:
    """Runs steps in the calling thread. May be shared by threads."""

    def __init__(self, core: Core, timeout: float, http_client: httpx2.Client | None) -> None:
        self.core, self._timeout = core, timeout
        self._http = PerProcess(lambda: http_client or httpx2.Client(limits=LIMITS))
        self._lock = PerProcess(threading.Lock)
        self._is_own = http_client is None

    def run(self, steps: Steps[T]) -> T:
        """The result of the steps."""
        with closing(steps):
            step = advance(steps, None)
            while not isinstance(step, Done):
                step = advance(steps, self._perform(step))
            return step.value

    def _perform(self, step: Step) -> Outcome | Lock | None:
        if isinstance(step, Send):
            return self._send(step)
        if isinstance(step, Sleep):
            sleep(step.seconds)
        elif isinstance(step, Acquire):
            lock = self._lock.get()
            lock.acquire()
            return lock
        return None

    def _send(self, send: Send) -> Outcome:
        http = self._http.get()
        content = send.content.pieces() if send.content else None
        # No local variable has the options, which are secret: a trace may show those.
        request = http.build_request(send.method, send.url, content=content, **_options(send, self._timeout))
        try:
            with closing(http.send(request, **SENDING)) as response:
                body = _body(response, send)
                for piece in response.iter_bytes():
                    body.add(piece)
                return body.answer()
        except httpx2.RequestError as error:
            return without_secrets(error, send)

    def close(self) -> None:
        """Close the connections, unless they are the caller's own."""
        if self._is_own:
            self._http.get().close()


class AsyncDriver:
    """Runs steps in the running event loop. May be shared by its tasks."""

    def __init__(self, core: Core, timeout: float, http_client: httpx2.AsyncClient | None) -> None:
        self.core, self._timeout = core, timeout
        self._http = PerProcess(lambda: http_client or httpx2.AsyncClient(limits=LIMITS))
        self._lock = PerProcess(_async_lock)
        self._is_own = http_client is None

    async def run(self, steps: Steps[T]) -> T:
        """The result of the steps."""
        with closing(steps):
            step = advance(steps, None)
            while not isinstance(step, Done):
                step = advance(steps, await self._perform(step))
            return step.value

    async def _perform(self, step: Step) -> Outcome | Lock | None:
        if isinstance(step, Send):
            return await self._send(step)
        if isinstance(step, Sleep):
            await async_sleep(step.seconds)
        elif isinstance(step, Acquire):
            lock = self._lock.get()
            await lock.acquire()
            return lock
        return None

    async def _send(self, send: Send) -> Outcome:
        http = self._http.get()
        content = _in_thread(send.content.pieces()) if send.content else None
        # No local variable has the options, which are secret: a trace may show those.
        request = http.build_request(send.method, send.url, content=content, **_options(send, self._timeout))
        try:
            async with aclosing(await http.send(request, **SENDING)) as response:
                body = _body(response, send)
                async for piece in response.aiter_bytes():
                    body.add(piece)
                return body.answer()
        except httpx2.RequestError as error:
            return without_secrets(error, send)

    async def close(self) -> None:
        """Close the connections, unless they are the caller's own."""
        if self._is_own:
            await self._http.get().aclose()


def _async_lock() -> "asyncio.Lock":
    import asyncio  # it takes long to load, and who blocks does without

    return asyncio.Lock()


async def async_sleep(seconds: float) -> None:
    import asyncio

    await asyncio.sleep(seconds)


async def _in_thread(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """What is read from a disk, which the event loop does not wait for."""
    import asyncio

    while piece := await asyncio.to_thread(next, pieces, b""):
        yield piece


def without_secrets(error: httpx2.RequestError, send: Send) -> httpx2.RequestError:
    """The error of a request, which is kept as a cause, without its token or password."""
    error.request = httpx2.Request(send.method, send.url)
    return error


def _body(response: httpx2.Response, send: Send) -> "Body | FileBody":
    if send.into is None or response.status_code != 200:
        return Body(response)
    from closum_client._export import FileBody  # most calls do without

    return FileBody(response, send.into)


def _options(send: Send, timeout: float) -> dict[str, Any]:
    accept = "application/json"
    if send.into is not None:
        from closum_client._export import SECONDS

        accept, timeout = "*/*", max(timeout, SECONDS)
    headers = {"Accept": accept, "Accept-Encoding": "identity", "User-Agent": USER_AGENT}
    return {
        "params": send.params,
        "json": send.json,
        "headers": {**headers, **send.headers},
        "timeout": timeout if send.content is None else httpx2.Timeout(timeout, read=max(timeout, STORED)),
    }
