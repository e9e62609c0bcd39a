"""The database fails under a running server: 503, back by itself, and every answered write is there once."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import psycopg
import pytest

from closum.errors import Unavailable
from closum.store import identity
from closum.store.opening import open_database
from tests.store.postgres.conftest import signed_in, sound
from tests.support import postgres
from tests.support.client import Client
from tests.support.load import Load
from tests.support.patience import wait_until
from tests.support.postgres import Cluster
from tests.support.server import Server
from tests.support.wiretap import Wiretap
from tests.support.writing import POOL_SIZE


def refused(answer: httpx2.Response) -> None:
    """503 in the envelope, with when to come again."""
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.json()["success"] is False
    assert answer.json()["data"]["code"] == 503


def works(api: Client) -> bool:
    return (
        api.get("/api/lead").status_code == 200
        and api.post("/api/lead", json={"name": "back"}).status_code == 201
        and api.get("/ready").status_code == 200
    )


def waiting(url: str, least: int) -> bool:
    """Whether so many statements wait for a lock."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        ).fetchone()
    return bool(row and row[0] >= least)


@pytest.mark.parametrize("way", ["fast", "immediate", "kill"])
def test_stopped_and_started(cluster: Cluster, served: Server, api: Client, way: str) -> None:
    lead, password = api.new("lead", {"name": "before"}), served.password
    cluster.kill() if way == "kill" else cluster.stop(way)
    try:
        for method, path, body in (
            ("GET", f"/api/lead/{lead}", None),
            ("GET", "/api/lead?sort=name&limit=1000", None),
            ("POST", "/api/lead", {"name": "during"}),
            ("PUT", f"/api/lead/{lead}", {"name": "during"}),
            ("POST", "/api/token", {"email": "admin@example.com", "password": password}),
            ("GET", "/ready", None),
        ):
            refused(api.request(method, path, json=body))
        assert api.get("/health").status_code == 200
    finally:
        cluster.start()
    wait_until(lambda: works(api))
    assert api.get(f"/api/lead/{lead}").json()["data"]["name"] == "before"
    body = {"email": "admin@example.com", "password": served.password}
    assert api.post("/api/token", json=body).status_code == 200


@pytest.mark.parametrize("way", ["immediate", "kill"])
def test_killed_under_load(cluster: Cluster, served: Server, api: Client, url: str, way: str) -> None:
    assert api.token
    with Load([served.address], api.token) as load:
        for _ in range(2):
            load.wait_for(50)
            cluster.kill() if way == "kill" else cluster.stop(way)
            wait_until(lambda: load.statuses[503] > 20)
            cluster.start()
            answered = len(load.created)
            wait_until(lambda answered=answered: len(load.created) > answered)  # type: ignore[misc]
        load.wait_for(50)
    load.check(api)
    sound(url)


def test_connections_killed_under_load(served: Server, api: Client, url: str) -> None:
    assert api.token
    with psycopg.connect(url, autocommit=True) as operator, Load([served.address], api.token) as load:
        for _ in range(10):
            load.wait_for(30)
            operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        wait_until(lambda: api.get("/api/lead").status_code == 200)
        load.wait_for(30)
    load.check(api)
    sound(url)


def test_a_host_that_does_not_answer_any_more(cluster: Cluster, served: Server, api: Client) -> None:
    lead = api.new("lead", {"name": "before"})
    with ThreadPoolExecutor(8) as pool, cluster.frozen():
        begun = [pool.submit(api.get, f"/api/lead/{lead}") for _ in range(4)]
        begun += [pool.submit(api.post, "/api/lead", json={"name": "during"}) for _ in range(4)]
        for one in begun:
            refused(one.result())
        refused(api.get("/api/lead"))
        refused(api.get("/ready"))
        assert api.get("/health").status_code == 200
    wait_until(lambda: works(api))
    logged = served.log.read_text()
    assert logged.index("the database has not answered for") < logged.index("the database answers again")
    lines = [json.loads(line) for line in logged.splitlines() if '"the database ' in line]
    assert [line["level"] for line in lines] == ["error", "warning"]


def test_a_statement_over_its_deadline_and_those_behind_it(served: Server, api: Client, url: str) -> None:
    """The reads that have a connection are ended by the database, those that get none by the server."""
    lead = api.new("lead", {"name": "before"})
    with psycopg.connect(url) as other, ThreadPoolExecutor(100) as pool:
        other.execute("LOCK TABLE lead IN ACCESS EXCLUSIVE MODE")

        def read() -> httpx2.Response:
            with Client(served.address, api.token) as client:
                return client.get(f"/api/lead/{lead}")

        answers = [pool.submit(read) for _ in range(100)]
        wait_until(lambda: waiting(url, 1))
        assert api.get("/health").status_code == 200
        for one in answers:
            refused(one.result())
        other.rollback()
    wait_until(lambda: works(api))


def test_a_write_over_its_deadline_stores_nothing(api: Client, url: str) -> None:
    lead = api.new("lead", {"name": "before"})
    with psycopg.connect(url) as other:
        other.execute("SELECT 1 FROM lead FOR UPDATE")
        refused(api.put(f"/api/lead/{lead}", json={"name": "after"}))
        other.rollback()
    assert api.get(f"/api/lead/{lead}").json()["data"]["name"] == "before"
    assert works(api)


@pytest.fixture
def tap(url: str) -> Iterator[Wiretap]:
    tap = Wiretap(Path(urlsplit(url).query.removeprefix("host=")))
    yield tap
    tap.close()


@pytest.fixture
def tapped(tap: Wiretap, url: str, tmp_path: Path) -> Iterator[Client]:
    """A client of a server that reaches the database through the wiretap."""
    through = urlsplit(url)._replace(query=f"host={tap.folder}").geturl()
    with Server(tmp_path, CLOSUM_DATABASE=through) as server, signed_in(server, url) as client:
        yield client


def test_a_commit_whose_answer_is_lost_is_answered_as_if_it_were_not(
    tapped: Client, tap: Wiretap, url: str
) -> None:
    for number in range(1, 6):
        tap.cut = "after"
        answer = tapped.post("/api/lead", json={"name": f"lead {number}"})
        assert (answer.status_code, answer.json()["data"]) == (201, {"id": number})
        assert tap.cuts == number
    assert tapped.get("/api/lead").json()["pagination"]["count"] == 5
    sound(url)


def test_a_commit_that_is_answered_with_an_error_is_not_repeated(
    tapped: Client, tap: Wiretap, url: str
) -> None:
    """It was stored all the same, as when a machine behind the database fails after the others: it is there once."""
    for number in range(1, 4):
        tap.cut = "error"
        answer = tapped.post("/api/lead", json={"name": f"lead {number}"})
        assert (answer.status_code, answer.json()["data"]) == (201, {"id": number})
        assert tap.cuts == number
    tap.cut = "error"
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: create(str(tapped.base_url), tapped.token, n), range(6)))
    assert [answer.status_code for answer in answers] == [201] * 6
    assert tap.cuts == 4
    assert tapped.get("/api/lead").json()["pagination"]["count"] == 9
    sound(url)


def create(address: str, token: str | None, number: int) -> httpx2.Response:
    with Client(address, token) as client:
        return client.post("/api/lead", json={"name": f"beside {number}"})


def test_a_commit_that_did_not_arrive_is_not_repeated(tapped: Client, tap: Wiretap, url: str) -> None:
    for number in range(1, 4):
        tap.cut = "before"
        refused(tapped.post("/api/lead", json={"name": f"lead {number}"}))
        assert tap.cuts == number
    assert tapped.get("/api/lead").json()["pagination"]["count"] == 0
    assert tapped.new("lead", {"name": "next"}) == 1
    sound(url)


def test_a_commit_that_nobody_can_tell_of(cluster: Cluster, tapped: Client, tap: Wiretap, url: str) -> None:
    """The database is gone when it would be asked: 503, and whatever it did, it did once."""
    stopped = threading.Thread(target=cluster.stop, args=("immediate",))
    tap.cut = "after"
    stopped.start()
    answer = tapped.post("/api/lead", json={"name": "once"})
    stopped.join()
    cluster.start()
    wait_until(lambda: tapped.get("/api/lead").status_code == 200)
    names = [lead["name"] for lead in tapped.get("/api/lead").json()["data"]]
    assert names == ["once"] if answer.status_code == 201 else names in ([], ["once"])
    sound(url)


@pytest.mark.hurried
def test_a_database_that_is_gone_when_a_server_begins_is_waited_for_with_503() -> None:
    async def begin() -> None:
        db = await open_database("postgresql://127.0.0.1:1/gone", time.time, POOL_SIZE)
        with pytest.raises(Unavailable):
            await db.read(identity.users)
        await db.close()

    asyncio.run(begin())


def test_a_failover(tmp_path: Path) -> None:
    """The primary is lost, its standby takes its place: the server finds it, with every write that was answered."""
    with ExitStack() as stack:
        primary = Cluster()
        stack.callback(primary.remove)
        standby = Cluster(primary)
        stack.callback(standby.remove)
        with psycopg.connect(primary.url, autocommit=True) as operator:
            operator.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            operator.execute("SELECT pg_reload_conf()")
        url = postgres.new_database(primary.url)
        both = urlsplit(url)._replace(query=f"host={primary.data},{standby.data}").geturl()
        server = stack.enter_context(Server(tmp_path, CLOSUM_DATABASE=both))
        api = stack.enter_context(signed_in(server, both))
        assert api.token
        with Load([server.address], api.token) as load:
            load.wait_for(100)
            primary.kill()
            wait_until(lambda: load.statuses[503] > 0)
            standby.promote()
            with psycopg.connect(standby.url, autocommit=True) as operator:
                operator.execute("ALTER SYSTEM RESET synchronous_standby_names")
                operator.execute("SELECT pg_reload_conf()")
            answered = len(load.created)
            wait_until(lambda: len(load.created) > answered)
            load.wait_for(100)
        load.check(api)
        sound(both)
