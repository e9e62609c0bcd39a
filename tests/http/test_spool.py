"""Large answers on their way: how many at once, and what becomes of them when a client, a disk or the folder goes."""

import asyncio
import contextlib
import os
import resource
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from closum.accounts import users
from closum.accounts.keys import signing_key
from closum.accounts.tokens import Tokens
from closum.http import spool
from closum.http.answer import PIECE
from closum.store.identity import Account
from closum.store.session import Session
from tests.support import engine
from tests.support.answers import failure
from tests.support.inprocess import Clock, built, running
from tests.support.large import fill, leads, unnamed_files
from tests.support.patience import PATIENCE
from tests.support.wire import Answer

LEADS = 60
MEGABYTE = 1024 * 1024


class Asked:
    """A request of a client that takes of its answer what it is let take."""

    def __init__(
        self, app: Any, token: str, target: str = "/api/lead?limit=1000", method: str = "GET"
    ) -> None:
        self.status, self.headers, self.pieces = 0, list[tuple[bytes, bytes]](), list[bytes]()
        self.begun, self.aborted = asyncio.Event(), False
        self._takes, self._gone = asyncio.Event(), asyncio.Event()
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(b"authorization", f"Bearer {token}".encode())],
        }
        self.task = asyncio.ensure_future(app(scope, self._receive, self._send))

    async def _receive(self) -> Any:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "closum.abort":
            self.aborted = True
            self._gone.set()
        elif message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            self.begun.set()
            await self._takes.wait()
            self.pieces.append(message["body"])

    async def answered(self) -> Answer:
        """All of the answer."""
        self._takes.set()
        await self.task
        return Answer(self.status, httpx2.Headers(self.headers), b"".join(self.pieces))

    async def leaves(self) -> None:
        """The client closes its connection: what is sent goes nowhere."""
        self._gone.set()
        self._takes.set()
        await self.task


class Application:
    """The application over an account with a page above 1 MiB."""

    def __init__(self, app: Any, token: str, folder: Path) -> None:
        self._app, self._token, self._folder = app, token, folder

    def ask(self, target: str = "/api/lead?limit=1000", method: str = "GET") -> Asked:
        return Asked(self._app, self._token, target, method)

    @property
    def files(self) -> int:
        """How many answers are in files."""
        assert list(self._folder.iterdir()) == []
        return unnamed_files(os.getpid(), self._folder)


Scenario = Callable[[Application], Awaitable[None]]


@pytest.fixture
def files(folder: Path) -> Path:
    """Where answers wait."""
    files = folder.resolve() / "files"
    files.mkdir()
    return files


@pytest.fixture
def token(session: Session, account: Account, folder: Path) -> str:
    """Of a user whose account has a large page."""
    fill(session, account.id, leads(LEADS))
    with session.write() as unit:
        user_id, number = users.add_user(unit, account, "ana@example.com", "none"), unit.now
    return Tokens(signing_key(None, engine.current.url(folder))).issue(user_id, number, int(Clock()()))


@pytest.fixture
def run(token: str, folder: Path, files: Path) -> Callable[[Scenario], None]:
    url = engine.current.url(folder)

    async def _run(scenario: Scenario) -> None:
        app = built(url, Clock(), CLOSUM_SPOOL_FOLDER=str(files))
        async with running(app):
            one = Application(app, token, files)
            await scenario(one)
            assert one.files == 0

    return lambda scenario: asyncio.run(_run(scenario))


def test_the_usual_folder_is_on_a_disk(token: str, folder: Path) -> None:
    usual = folder.resolve() if engine.current.name == "sqlite" else Path("/var/tmp")
    before = unnamed_files(os.getpid(), usual)

    async def scenario() -> None:
        app = built(engine.current.url(folder), Clock())
        async with running(app):
            one = Asked(app, token)
            await one.begun.wait()
            assert unnamed_files(os.getpid(), usual) == before + 1
            await one.leaves()
        assert unnamed_files(os.getpid(), usual) == before

    asyncio.run(scenario())


def test_so_many_at_once_and_then_503(run: Callable[[Scenario], None]) -> None:
    async def scenario(app: Application) -> None:
        slow = [app.ask() for _ in range(spool.MOST_FILES)]
        await asyncio.gather(*(one.begun.wait() for one in slow))
        assert app.files == spool.MOST_FILES
        refused = await app.ask().answered()
        assert failure(refused, 503, "/api/lead?limit=1000")["message"] == spool.TOO_MANY
        assert int(refused.headers["retry-after"]) >= 1
        assert (await app.ask("/api/lead?limit=10").answered()).status_code == 200  # below 1 MiB
        assert (await app.ask("/api/lead/1").answered()).status_code == 200
        first = await slow.pop().answered()
        assert (await app.ask().answered()).content == first.content
        for one in slow:
            assert (await one.answered()).content == first.content

    run(scenario)


def test_who_leaves_gives_its_place_back(run: Callable[[Scenario], None]) -> None:
    async def scenario(app: Application) -> None:
        for _ in range(spool.MOST_FILES + 8):
            one = app.ask()
            await one.begun.wait()
            await one.leaves()
            assert len(one.pieces) <= 1
        assert len((await app.ask().answered()).content) > MEGABYTE

    run(scenario)


def test_a_task_that_is_cancelled_gives_its_place_back(run: Callable[[Scenario], None]) -> None:
    async def scenario(app: Application) -> None:
        for _ in range(spool.MOST_FILES + 8):
            one = app.ask()
            await one.begun.wait()
            one.task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await one.task
        assert len((await app.ask().answered()).content) > MEGABYTE

    run(scenario)


def test_who_takes_nothing_loses_the_connection(
    run: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(app: Application) -> None:
        whole = len((await app.ask().answered()).content)
        monkeypatch.setattr(spool, "STALL_SECONDS", 0.01)
        one = app.ask()
        await one.task
        assert (one.status, one.aborted) == (200, True)
        assert sum(map(len, one.pieces)) < whole

    run(scenario)


def test_pieces_are_small(run: Callable[[Scenario], None]) -> None:
    async def scenario(app: Application) -> None:
        one = app.ask()
        await one.answered()
        assert max(map(len, one.pieces)) == PIECE
        head = app.ask(method="HEAD")
        answer = await head.answered()
        assert (head.pieces, int(answer.headers["content-length"])) == ([b""], sum(map(len, one.pieces)))

    run(scenario)


class Pause:
    """Holds what is written, in its thread, at each record."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.entered, self._open = threading.Semaphore(0), threading.Event()
        self.added = 0
        add = spool.Page.add

        def held(page: spool.Page, record: object) -> None:
            self.added += 1
            self.entered.release()
            assert self._open.wait(PATIENCE)
            add(page, record)

        monkeypatch.setattr(spool.Page, "add", held)

    def __enter__(self) -> "Pause":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.set()

    async def reached(self) -> None:
        """Until one is held."""
        assert await asyncio.to_thread(self.entered.acquire, timeout=PATIENCE)


def test_others_are_answered_while_one_is_written(
    run: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = Pause(monkeypatch)

    async def scenario(app: Application) -> None:
        with pause:
            large = [app.ask() for _ in range(3)]
            await pause.reached()
            for target, status in (("/1", 200), ("?limit=2&page=999", 404), ("?limit=1000&page=2", 404)):
                assert (await app.ask(f"/api/lead{target}").answered()).status_code == status
            assert (await app.ask("/api/city?limit=1000").answered()).status_code == 200
        for one in large:
            assert len((await one.answered()).content) > MEGABYTE

    run(scenario)


def test_who_leaves_before_its_turn_is_not_written_for(
    run: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = Pause(monkeypatch)

    async def scenario(app: Application) -> None:
        with pause:
            large = app.ask()
            await pause.reached()
            for one in [app.ask() for _ in range(5)]:
                await one.leaves()
                assert one.status == 0
        await large.answered()
        assert pause.added == LEADS

    run(scenario)


def test_who_leaves_while_it_is_written_leaves_no_file(
    run: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = Pause(monkeypatch)

    async def scenario(app: Application) -> None:
        with pause:
            one = app.ask()
            await pause.reached()
            await one.leaves()
        await app.ask().answered()  # behind it
        assert pause.added <= 2 + LEADS

    run(scenario)


async def refused_for_room(app: Application, capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(spool.MOST_FILES + 1):  # each gives its place back
        answer = await app.ask().answered()
        assert "cannot be written" in failure(answer, 503, "/api/lead?limit=1000")["message"]
        assert int(answer.headers["retry-after"]) >= 1
    assert app.files == 0
    assert "CLOSUM_SPOOL_FOLDER" in capfd.readouterr().err
    assert (await app.ask("/api/lead?limit=10").answered()).status_code == 200


@contextlib.contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """The system refuses to write any file beyond this size."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def test_a_full_disk_is_503(run: Callable[[Scenario], None], capfd: pytest.CaptureFixture[str]) -> None:
    async def scenario(app: Application) -> None:
        with no_file_above(MEGABYTE + 300_000):
            await refused_for_room(app, capfd)

    run(scenario)


def test_the_last_room_of_a_disk_is_left_to_others(
    run: Callable[[Scenario], None], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "RESERVE", 1 << 60)
    run(lambda app: refused_for_room(app, capfd))


@contextlib.contextmanager
def gone(folder: Path) -> Iterator[None]:
    moved = folder.rename(folder.with_name("moved"))
    yield
    moved.rename(folder)


def test_a_folder_that_has_gone_is_503(
    run: Callable[[Scenario], None], capfd: pytest.CaptureFixture[str], files: Path
) -> None:
    async def scenario(app: Application) -> None:
        with gone(files):
            answer = await app.ask().answered()
            assert "cannot be written" in failure(answer, 503)["message"]
        assert str(files) in capfd.readouterr().err
        assert (await app.ask().answered()).status_code == 200

    run(scenario)
