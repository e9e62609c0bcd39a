"""One way to use both clients, so that one test is of both."""

import asyncio
import inspect
from collections.abc import Callable, Iterator
from typing import Any, cast

import httpx2

from closum_client import AsyncClient, Client
from tests.clients.python.scripted import Script

Connect = Callable[..., Client]


def blocking(url: str, script: Script | None = None, **options: Any) -> Client:
    if script:
        options["http_client"] = httpx2.Client(transport=httpx2.MockTransport(script))
    return Client(url, **options)


def asynchronous(runner: asyncio.Runner) -> Connect:
    def connect(url: str, script: Script | None = None, **options: Any) -> Client:
        if script:
            options["http_client"] = httpx2.AsyncClient(transport=httpx2.MockTransport(script))
        return cast(Client, Waiting(AsyncClient(url, **options), runner))

    return connect


class Waiting:
    """Something of asyncio, used as if it were blocking: what is to be awaited is, and `for` is `async for`."""

    def __init__(self, inner: Any, runner: asyncio.Runner) -> None:
        self._inner, self._runner = inner, runner

    def __getattr__(self, name: str) -> Any:
        return self._waited(getattr(self._inner, name))

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self._waited(self._inner(*arguments, **options))

    def __iter__(self) -> Iterator[Any]:
        walk = aiter(self._inner)
        end = object()
        while (one := self._runner.run(_next(walk, end))) is not end:
            yield one

    def __repr__(self) -> str:
        return repr(self._inner)

    def _waited(self, value: Any) -> Any:
        if inspect.isawaitable(value):
            return self._runner.run(_result(value))
        is_own = type(value).__module__.startswith(("closum_client._generated", "closum_client._feed"))
        return (
            Waiting(value, self._runner)
            if is_own or callable(value) or hasattr(value, "__aiter__")
            else value
        )


async def _result(value: Any) -> Any:
    return await value


async def _next(walk: Any, end: object) -> Any:
    return await anext(walk, end)
