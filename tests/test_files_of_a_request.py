"""How many files of the product a request runs through: what a stranger reads who follows it from its first step."""

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import closum
from closum.accounts import users
from closum.accounts.keys import signing_key
from closum.accounts.tokens import Tokens
from closum.http.answer import quoted
from closum.operations import runner
from closum.store.identity import Account
from closum.store.session import Session
from tests.support import engine
from tests.support.inprocess import Clock, built, running
from tests.support.patience import PATIENCE

SOURCE = f"{Path(closum.__file__).parent}/"
OF_VALUES = ("model/", "resources/")
"""What is allowed in a value, and what is derived from it: which of these files run depends on what a body has."""

BODY = {
    "name": "Ana",
    "email": {"email": "ana@example.com"},
    "phone": {"extension": "351", "number": "912341208"},
    "city_id": 213,
}

each = pytest.mark.parametrize

CALLS = 5

IS_CALLER: ContextVar[bool] = ContextVar("IS_CALLER", default=False)
"""Whether the loop runs the request, or what it has put off: timers and tasks of the server itself have another context."""

WORKERS = ("closum-reader", "closum-writer")
"""Threads that do what requests hand to them, by the beginning of their names; others, such as the watch of a database, have
work of their own.
"""


class Followed:
    """The files whose functions the block `following` runs, or has run in a thread that begins in the block `threads`."""

    def __init__(self) -> None:
        self._found: set[str] | None = None

    def _follow(self, frame: FrameType, event: str, _: Any) -> None:
        file = frame.f_code.co_filename
        if self._found is None or not file.startswith(SOURCE):
            return
        if IS_CALLER.get() or threading.current_thread().name.startswith(WORKERS):
            self._found.add(file.removeprefix(SOURCE))

    @contextmanager
    def threads(self) -> Iterator[None]:
        sys.setprofile(self._follow)
        threading.setprofile(self._follow)
        try:
            yield
        finally:
            threading.setprofile(None)
            sys.setprofile(None)

    @contextmanager
    def following(self) -> Iterator[set[str]]:
        self._found = set()
        token = IS_CALLER.set(True)
        try:
            yield self._found
        finally:
            IS_CALLER.reset(token)
            self._found = None


@pytest.fixture
def token(session: Session, account: Account, folder: Path) -> str:
    with session.write() as unit:
        user_id, number = users.add_user(unit, account, "ana@example.com", "none"), unit.now
    return Tokens(signing_key(None, engine.current.url(folder))).issue(user_id, number, int(Clock()()))


def files_of(token: str, folder: Path, *call: Any) -> set[str]:
    """Those of each call but the first one, which makes what is kept for the others. A thread may still end what a call
    before had it do, so that one call alone may have others."""
    method, path, body = call

    async def calls() -> set[str]:
        async with running(built(engine.current.url(folder), Clock())) as client:
            client.headers["Authorization"] = f"Bearer {token}"
            assert (await client.post("/api/lead", json=BODY)).status_code == 201
            await client.request(method, path, json=body)
            found = list[set[str]]()
            for _ in range(CALLS):
                with followed.following() as files:
                    answer = await client.request(method, path, json=body)
                assert answer.is_success, answer.text
                found.append(files)
            return set.intersection(*found)

    followed = Followed()
    with followed.threads():
        return asyncio.run(calls())


@each(
    ("call", "most"),
    [
        (("GET", "/api/lead/1", None), {"sqlite": 9, "postgres": 13}),
        (("POST", "/api/lead", BODY), {"sqlite": 27, "postgres": 30}),
    ],
    ids=["GET", "POST"],
)
def test_few(
    token: str, folder: Path, call: tuple[Any, ...], most: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "FIRST_LOOK", PATIENCE)  # its reads are done by the same threads
    files = {name for name in files_of(token, folder, *call) if not name.startswith(OF_VALUES)}
    assert len(files) <= most[engine.current.name], " ".join(sorted(files))
    assert {"http/edge.py", "http/router.py", "api/handlers.py", "operations/records.py"} <= files


@each(("name", "counted"), [("closum-reader-1", True), ("closum-writer", True), ("closum-watch", False)])
def test_threads_with_work_of_their_own_do_not_count(name: str, counted: bool) -> None:
    followed = Followed()
    with followed.threads(), followed.following() as files:
        thread = threading.Thread(target=quoted, args=(b"",), name=name)
        thread.start()
        thread.join()
    assert files == ({"http/answer.py"} if counted else set())


@each("ours", [True, False])
def test_tasks_that_the_request_did_not_begin_do_not_count(ours: bool) -> None:
    async def other(begin: asyncio.Event) -> None:
        await begin.wait()
        quoted(b"")

    async def calls() -> set[str]:
        begin = asyncio.Event()
        before = None if ours else asyncio.ensure_future(other(begin))
        with followed.following() as files:
            task = before or asyncio.ensure_future(other(begin))
            begin.set()
            await task
        return files

    followed = Followed()
    with followed.threads():
        assert asyncio.run(calls()) == ({"http/answer.py"} if ours else set())
