"""How many statements a request costs: held, since each is time on the path of every request."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx2
import pytest
from starlette.types import ASGIApp

from closum import settings
from closum.accounts import users
from closum.accounts.keys import signing_key
from closum.accounts.tokens import Tokens
from closum.api.log import RequestLog
from closum.app import build_app
from closum.model import draft
from closum.operations import demo, records
from closum.resources import RESOURCES
from closum.resources.lead import LEAD
from closum.store import database
from closum.store.session import Session
from tests.support.nouns import several
from tests.support.tracing import traced

LEADS = 50


@contextlib.asynccontextmanager
async def lifespan(app: ASGIApp) -> AsyncIterator[None]:
    """The application between its start and its end."""
    to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    from_app: asyncio.Queue[Any] = asyncio.Queue()
    task = asyncio.ensure_future(app({"type": "lifespan"}, to_app.get, from_app.put))
    for event in ("startup", "shutdown"):
        await to_app.put({"type": f"lifespan.{event}"})
        assert (await from_app.get())["type"] == f"lifespan.{event}.complete"
        if event == "startup":
            yield
    await task


class Counted:
    """Sends requests to the application in this process; what each of them executes."""

    def __init__(self, client: httpx2.AsyncClient, executed: list[str]) -> None:
        self._client, self._executed = client, executed

    async def __call__(self, method: str, path: str, body: Any = None, status: int = 200) -> list[str]:
        self._executed.clear()
        answer = await self._client.request(method, path, json=body)
        assert answer.status_code == status, answer.text
        return list(self._executed)


Scenario = Callable[[Counted], Awaitable[None]]
Run = Callable[[Scenario], None]


@pytest.fixture
def run(session: Session, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a scenario against the application over a database with records of each noun in one account."""
    monkeypatch.setattr(database, "QUICK_SECONDS", 60.0)  # a busy machine makes no read a long one
    monkeypatch.setattr(database, "LONG_READERS", 1)
    with session.write() as unit:
        account = users.add_account(unit, "Counted")
        user = users.add_user(unit, account, "counted@example.com", "none")
        for step in demo.steps(account.id, 0, LEADS, lambda: LEADS, lambda done, total: None):
            step(unit)
        for resource in RESOURCES:
            if "create" in resource.verbs:
                drafts = [draft.parse(resource, body, creating=True) for body in several(resource, LEADS)]
                records.create_many(unit, account.id, resource, drafts)
        token = Tokens(signing_key(None, session.path)).issue(user, 1, unit.now)

    async def _run(scenario: Scenario) -> None:
        app = build_app(settings.load({"database": f"sqlite:///{session.path}"}), RequestLog("error"))
        with traced() as executed:
            async with (
                lifespan(app),
                httpx2.AsyncClient(
                    transport=httpx2.ASGITransport(app),
                    base_url="http://closum.test",
                    headers={"Authorization": f"Bearer {token}"},
                ) as client,
            ):
                await scenario(Counted(client, executed))

    return lambda scenario: asyncio.run(_run(scenario))


def test_a_retrieve_is_two(run: Run) -> None:
    async def scenario(request: Counted) -> None:
        for resource in RESOURCES:
            identity, record = await request("GET", f"/api/{resource.name}/3")
            assert "account_user" in identity
            assert f"FROM {resource.name} " in record
        assert len(await request("GET", "/api/lead/999", status=404)) == 2

    run(scenario)


def test_a_list_is_two_whatever_its_length(run: Run) -> None:
    async def scenario(request: Counted) -> None:
        await request("GET", "/api/lead?limit=1000")  # the long reader opens its connection at its first read
        for resource in RESOURCES:
            for sort in resource.sorts:
                for direction in ("asc", "desc"):
                    for rest in ("limit=1", f"limit={LEADS}", "limit=10&page=3", "limit=1000"):
                        path = f"/api/{resource.name}?sort={sort}&direction={direction}&{rest}"
                        executed = await request("GET", path)
                        assert len(executed) == 2, path
                        assert not any(re.search(r"\bCOUNT\(", sql) for sql in executed)

    run(scenario)


def test_writes(run: Run) -> None:
    """Besides the work: twice who it is, and BEGIN, SAVEPOINT, RELEASE, COMMIT."""
    around = 6
    phone = {"extension": "351", "number": "912345678"}

    async def scenario(request: Counted) -> None:
        async def work(method: str, path: str, body: Any) -> int:
            return len(await request(method, path, body, 201 if method == "POST" else 200)) - around

        assert await work("POST", "/api/lead", {"name": "Ana"}) == 2  # the tally, the row
        assert await work("POST", "/api/lead", {"email": {"email": "n@example.org"}, "phone": phone}) == 8
        assert await work("POST", "/api/email", {"email": "m@example.org"}) == 3
        assert await work("PUT", "/api/lead/1", {"name": "Rita"}) == 2
        assert await work("PUT", "/api/lead/1", {"name": "Rita"}) == 1  # nothing changes, nothing is written
        assert await work("PUT", "/api/email/1", {"email": "o@example.org"}) == 4  # with the leads' copies

    run(scenario)


def test_a_token_is_looked_up_once_for_each_request(run: Run) -> None:
    async def scenario(request: Counted) -> None:
        for _ in range(2):
            executed = await request("GET", f"/api/{LEAD.name}?page=0", status=400)
            assert len(executed) == 1
            assert "account_user" in executed[0]

    run(scenario)
