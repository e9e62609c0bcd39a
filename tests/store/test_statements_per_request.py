"""How many statements a request costs: held, since each is time on the path of every request."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from closum.accounts import users
from closum.accounts.keys import signing_key
from closum.accounts.tokens import Tokens
from closum.model import draft
from closum.operations import demo, records, runner
from closum.resources import RESOURCES
from closum.resources.lead import LEAD
from closum.store import pages
from closum.store.session import Session
from closum.store.sqlite import database as sqlite_database
from closum.store.sqlite import mover
from tests.support import stored
from tests.support.engine import Engine
from tests.support.every_operation import ACCOUNT_TABLES, different
from tests.support.inprocess import Clock, built, running
from tests.support.resources import by_need
from tests.support.tracing import traced

LEADS = 50
SHARED_ROUND = ("BEGIN", "END")  # on SQLite around the reads of one round of the event loop
WRITTEN = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")


class Counted:
    """Sends requests to the application in this process; what each of them executes."""

    def __init__(self, client: httpx2.AsyncClient, executed: list[str]) -> None:
        self._client, self._executed = client, executed

    async def __call__(self, method: str, path: str, body: Any = None, status: int = 200) -> list[str]:
        self._executed.clear()
        answer = await self._client.request(method, path, json=body)
        assert answer.status_code == status, answer.text
        return [sql for sql in self._executed if sql not in SHARED_ROUND]


@pytest.fixture
def identity(engine: Engine) -> int:
    """How many statements tell who it is: none where a server reads in the background whose tokens have ended."""
    return {"sqlite": 1, "postgres": 0}[engine.name]


@pytest.fixture
def around(engine: Engine, identity: int) -> int:
    """How many a write costs besides its work: who it is, again in the transaction, and that with its savepoint.

    On PostgreSQL it begins with the account's lock and the transaction's number, on one way with a BEGIN that is not
    counted here, and COMMIT releases the savepoint.
    """
    return identity + 5


Scenario = Callable[[Counted], Awaitable[None]]
Run = Callable[[Scenario], None]


@pytest.fixture
def run(session: Session, url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a scenario against the application over a database with records of each resource in one account."""
    monkeypatch.setattr(sqlite_database, "QUICK_SECONDS", 60.0)  # a busy machine makes no read a long one
    monkeypatch.setattr(sqlite_database, "LONG_READERS", 1)
    monkeypatch.setattr(runner, "FIRST_LOOK", 3_600.0)  # no background work among those of requests
    monkeypatch.setattr(mover, "SOON", 3_600.0)
    clock = Clock()
    with session.write() as unit:
        account = users.add_account(unit, "Counted")
        user = users.add_user(unit, account, "counted@example.com", "none")
        for step in demo.steps(0, LEADS, lambda: LEADS, lambda done, total: None):
            step(unit.of(account.id))
        for resource in by_need(RESOURCES):
            drafts = [draft.parse(resource, body) for body in different(resource, LEADS)]
            records.create_many(unit.of(account.id), resource, drafts)
    token = Tokens(signing_key(None, url)).issue(user, unit.now, int(clock.now))

    async def _run(scenario: Scenario) -> None:
        with traced() as executed:
            async with running(built(url, clock)) as client:
                client.headers["Authorization"] = f"Bearer {token}"
                request = Counted(client, executed)
                await request("GET", "/api/lead/1")  # from now on the user is known
                await scenario(request)

    return lambda scenario: asyncio.run(_run(scenario))


def test_a_retrieve_is_one_and_who_it_is(run: Run, identity: int) -> None:
    async def scenario(request: Counted) -> None:
        for resource in RESOURCES:
            *who, record = await request("GET", f"/api/{resource.slug}/3")
            assert ["account_user" in sql for sql in who] == [True] * identity
            assert f"FROM {resource.name} " in record
        assert len(await request("GET", "/api/lead/999", status=404)) == identity + 2  # has it been merged?
        assert len(await request("GET", "/api/account")) == identity + 1

    run(scenario)


def test_a_list_is_one_and_who_it_is_whatever_its_length(run: Run, identity: int) -> None:
    async def scenario(request: Counted) -> None:
        await request("GET", "/api/lead?limit=1000")  # the long reader opens its connection at its first read
        for resource in RESOURCES:
            for sort in resource.listing.sorts:
                for direction in ("asc", "desc"):
                    for rest in ("limit=1", f"limit={LEADS}", "limit=10&page=3", "limit=1000"):
                        path = f"/api/{resource.slug}?sort={sort}&direction={direction}&{rest}"
                        executed = await request("GET", path)
                        assert len(executed) == identity + 1, path
                        assert not any(re.search(r"\bCOUNT\(", sql) for sql in executed)

    run(scenario)


def test_a_deep_page_and_one_beyond_the_last_are_one_too(
    run: Run, identity: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "FAR", {"sqlite": 9, "postgres": 9})

    async def scenario(request: Counted) -> None:
        for resource in RESOURCES:
            for sort in resource.listing.sorts:
                for rest, status in (("page=5", 200), ("direction=desc&page=5", 200), ("page=99", 404)):
                    path = f"/api/{resource.slug}?sort={sort}&limit=10&{rest}"
                    executed = await request("GET", path, status=status)
                    may_be_set = status == 404 and resource.listing.sorts[sort] == resource.dated
                    assert len(executed) in (identity + 1, identity + 1 + may_be_set), path
                    assert not any(re.search(r"\bCOUNT\(", sql) for sql in executed)

    run(scenario)


@pytest.mark.parametrize("missing", [False, True])
def test_only_where_an_id_is_missing_a_later_page_by_id_is_two_on_sqlite(
    run: Run, session: Session, engine: Engine, identity: int, missing: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "NEAR", 9)
    if missing:
        with session.write() as unit:
            stored.erase(unit.of(1), LEAD, [3])
    most = 2 if missing and engine.name == "sqlite" else 1

    async def scenario(request: Counted) -> None:
        for rest, number, status in (("page=1", 1, 200), ("page=2", most, 200), ("page=99", 1, 404)):
            for direction in ("asc", "desc"):
                path = f"/api/lead?direction={direction}&limit=10&{rest}"
                assert len(await request("GET", path, status=status)) == identity + number, path

    run(scenario)


def test_writes(run: Run, around: int) -> None:
    phone = {"extension": "351", "number": "912345678"}

    async def scenario(request: Counted) -> None:
        async def work(method: str, path: str, body: Any) -> int:
            return len(await request(method, path, body, 201 if method == "POST" else 200)) - around

        counters, counted, history = 1, 1, 1  # read first, and written last
        follows = counters + counted + history
        searched = 1  # the terms of leads
        ruled = 2  # the rules that give leads to users, and the users
        counted_again = 1  # how far reports have counted, where what they count changes
        new = {"email": {"email": "n@example.org"}, "phone": phone}
        assert await work("POST", "/api/lead", {"name": "Ana"}) == follows + searched + ruled + 1
        assert await work("POST", "/api/lead", new) == follows + searched + ruled + 5
        assert await work("POST", "/api/email", {"email": "m@example.org"}) == follows + 2
        assert await work("PUT", "/api/lead/1", {"name": "Rita"}) == follows + searched + 2
        assert await work("PUT", "/api/lead/1", {"name": "Rita"}) == counters + 1  # nothing changes
        assert (
            await work("PUT", "/api/email/1", {"email": "o@example.org"})
            == follows + searched + counted_again + 6
        )  # with its lead
        assert await work("POST", "/api/phone", {"extension": "351", "number": "923456789"}) == follows + 2
        assert (
            await work("PUT", "/api/phone/1", {"extension": "351", "number": "934567890"})
            == follows + searched + counted_again + 6
        )
        assert (
            await work("PUT", "/api/lead/1", {"email": {"email": "p@example.org"}})
            == follows + searched + counted_again + 7
        )
        assert (
            await work("PUT", "/api/lead/1", {"city_id": 7, "phone": {"id": 2}})
            == follows + searched + counted_again + 4
        )

        assert await work("PUT", "/api/account", {"zone": "WET"}) == 3
        assert await work("PUT", "/api/account", {"zone": "WET"}) == 1

    run(scenario)


def test_a_token_is_looked_up_once_for_each_request(run: Run, identity: int) -> None:
    async def scenario(request: Counted) -> None:
        for _ in range(2):
            executed = await request("GET", f"/api/{LEAD.name}?page=0", status=400)
            assert len(executed) == identity
            assert all("account_user" in sql for sql in executed)

    run(scenario)


def test_what_a_request_writes_is_account_data_or_shared_never_both(run: Run) -> None:
    """And no advisory lock guards it: where accounts are spread over machines there is none for all."""
    phone = {"extension": "351", "number": "912345678"}
    wrong = {"email": "counted@example.com", "password": "wrong"}

    async def scenario(request: Counted) -> None:
        async def written(method: str, path: str, body: Any, status: int) -> set[bool]:
            executed = await request(method, path, body, status)
            assert not any("advisory" in sql for sql in executed)
            tables = {match[1] for sql in executed if (match := WRITTEN.match(sql.strip()))}
            return {not re.fullmatch(ACCOUNT_TABLES, table) for table in tables}

        assert await written(
            "POST", "/api/lead", {"email": {"email": "n@example.org"}, "phone": phone}, 201
        ) == {False}
        assert await written("POST", "/api/phone", phone | {"number": "923456789"}, 201) == {False}
        assert await written("PUT", "/api/lead/1", {"name": "Rita", "phone": None, "city_id": 7}, 200) == {
            False
        }
        assert await written("PUT", "/api/email/1", {"email": "o@example.org"}, 200) == {False}
        assert await written("POST", "/api/token", wrong, 401) == {True}
        assert await written("PUT", "/api/account", {"zone": "WET", "name": "Other"}, 200) == {True}

    run(scenario)
