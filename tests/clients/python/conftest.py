"""The two clients, as the tests use them: the blocking one as it is, that of asyncio through `both.Waiting`."""

import asyncio
from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from closum_client import Client, _drivers, _retry
from tests.clients.python.both import Connect, asynchronous, blocking
from tests.clients.python.scripted import Script
from tests.conftest import sign_up
from tests.support.server import Server


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that a client would have made, in seconds; chance always gives the longest."""
    made: list[float] = []

    async def slept(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr(_drivers, "sleep", made.append)
    monkeypatch.setattr(_drivers, "async_sleep", slept)
    monkeypatch.setattr(_retry, "uniform", lambda _, longest: longest)
    return made


@pytest.fixture(params=["blocking", "asyncio"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Makes a client of either kind, with the interface of the blocking one. Closes all at the end."""
    made: list[Client] = []
    with asyncio.Runner() as runner:
        make = blocking if request.param == "blocking" else asynchronous(runner)

        def one(url: str = "https://closum.test/", **options: Any) -> Client:
            made.append(make(url, **options))
            return made[-1]

        yield one
        for client in made:
            client.close()


class Scripted(Protocol):
    def __call__(self, *answers: object, **options: object) -> tuple[Client, Script]: ...


@pytest.fixture
def scripted(connect: Connect, pauses: list[float]) -> Scripted:
    """Makes a client of either kind whose server gives these answers, one for each request."""

    def make(*answers: object, **options: object) -> tuple[Client, Script]:
        script = Script(*answers)
        identity = {} if "email" in options else {"token": "a.b.c"}
        return connect(script=script, **identity | options), script

    return make


@pytest.fixture
def client(connect: Connect, server: Server) -> Client:
    """A client of either kind, with the token of a fresh account of the real server."""
    with sign_up(server) as user:
        return connect(server.address, token=user.token)
