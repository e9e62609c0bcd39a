"""The application in the process of the test, with a clock of its own."""

import asyncio
import atexit
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from starlette.types import ASGIApp

from closum.app import build_app
from closum.http.edge import RequestLog
from closum.settings import load

_FILES = tempfile.TemporaryDirectory(prefix="closum-files-")
atexit.register(_FILES.cleanup)


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def running(app: ASGIApp) -> AsyncIterator[httpx2.AsyncClient]:
    """The application as a server runs it: started, called, stopped."""
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    outbox: asyncio.Queue[Any] = asyncio.Queue()
    life = asyncio.ensure_future(app({"type": "lifespan", "asgi": {}, "state": {}}, inbox.get, outbox.put))
    await inbox.put({"type": "lifespan.startup"})
    assert (await outbox.get())["type"] == "lifespan.startup.complete"
    transport = httpx2.ASGITransport(app=app)
    try:
        async with httpx2.AsyncClient(transport=transport, base_url="http://closum") as client:
            yield client
    finally:
        await inbox.put({"type": "lifespan.shutdown"})
        await life


def built(url: str, clock: Clock, **environment: str) -> ASGIApp:
    # A folder that no other application has: each looks at its start for old files, and that is a statement for each of them.
    environment = {"CLOSUM_FILES_FOLDER": tempfile.mkdtemp(dir=_FILES.name)} | environment
    settings = load({"database": url}, environment)
    return build_app(settings, RequestLog("error"), clock)
