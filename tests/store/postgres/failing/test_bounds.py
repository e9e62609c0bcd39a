"""What is done with requests that PostgreSQL lets wait: how long they may is in test_deadlines.py, without a clock."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import psycopg
import pytest

from tests.store.postgres.conftest import signed_in, workers
from tests.support import postgres
from tests.support.client import Client
from tests.support.patience import PATIENCE, wait_until
from tests.support.postgres import Cluster
from tests.support.server import Server


def at_once(served: Server, api: Client, number: int, method: str, path: str) -> list[httpx2.Response]:
    """The answers to so many of the same request, each on a connection of its own."""

    def ask(place: int) -> httpx2.Response:
        with Client(served.address, api.token) as client:
            body = {"name": f"lead {place}"} if method == "POST" else None
            return client.request(method, path, json=body, timeout=PATIENCE)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(ask, range(number)))


def warm(served: Server, api: Client, path: str) -> None:
    """Every connection of the pool has prepared what is asked for."""
    for _ in range(10):
        at_once(served, api, 32, "GET", path)


def refused(answers: list[httpx2.Response]) -> None:
    assert {answer.status_code for answer in answers} == {503}
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in answers)


@pytest.mark.parametrize("prepared", [True, False])
def test_reads_of_a_table_that_is_locked(served: Server, api: Client, url: str, prepared: bool) -> None:
    lead = api.new("lead", {"name": "before"})
    if prepared:
        warm(served, api, f"/api/lead/{lead}")
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE lead IN ACCESS EXCLUSIVE MODE")
        answers = at_once(served, api, 48, "GET", f"/api/lead/{lead}")
        other.rollback()
    refused(answers)
    wait_until(lambda: api.get(f"/api/lead/{lead}").status_code == 200)


def test_creates_that_wait_for_a_lock(served: Server, api: Client, url: str) -> None:
    """They are ended together, not each after a deadline of its own, and none of them is there afterwards."""
    api.new("lead", {"name": "before"})
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE lead IN SHARE MODE")
        answers = at_once(served, api, 20, "POST", "/api/lead")
        other.rollback()
    refused(answers)
    assert api.new("lead", {"name": "after"}) == 2


def test_a_commit_that_waits_for_a_standby(served: Server, api: Client, url: str) -> None:
    api.new("lead", {"name": "before"})
    with psycopg.connect(url, autocommit=True) as operator:
        operator.execute("ALTER SYSTEM SET synchronous_standby_names = 'gone'")
        operator.execute("SELECT pg_reload_conf()")
        try:
            answers = at_once(served, api, 4, "POST", "/api/lead")
            assert api.get("/api/lead").status_code == 200
        finally:
            operator.execute("ALTER SYSTEM RESET synchronous_standby_names")
            operator.execute("SELECT pg_reload_conf()")
    refused(answers)
    wait_until(lambda: api.post("/api/lead", json={"name": "after"}).status_code == 201)


@pytest.mark.parametrize("end", ["pg_cancel_backend", "pg_terminate_backend"])
def test_a_wait_for_a_standby_that_is_ended(served: Server, api: Client, url: str, end: str) -> None:
    """What waits is committed where it was written: it is answered so, and is there once."""
    api.new("lead", {"name": "before"})
    waits = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'SyncRep'"
    with psycopg.connect(url, autocommit=True) as operator, ThreadPoolExecutor(1) as pool:
        operator.execute("ALTER SYSTEM SET synchronous_standby_names = 'gone'")
        operator.execute("SELECT pg_reload_conf()")
        try:
            answer = pool.submit(at_once, served, api, 1, "POST", "/api/lead")
            wait_until(lambda: operator.execute(f"SELECT {end}(pid) {waits}".encode()).rowcount > 0)
            assert [one.status_code for one in answer.result()] == [201]
        finally:
            operator.execute("ALTER SYSTEM RESET synchronous_standby_names")
            operator.execute("SELECT pg_reload_conf()")
    assert api.get("/api/lead").json()["pagination"]["count"] == 2


def test_connections_that_stand_still_while_others_answer(served: Server, api: Client, url: str) -> None:
    lead = api.new("lead", {"name": "before"})
    with psycopg.connect(url) as operator:
        found = operator.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND query NOT LIKE '%token_revocation%'"
        ).fetchall()
    for (pid,) in found:
        os.kill(pid, signal.SIGSTOP)
    try:
        answers = at_once(served, api, 4, "GET", f"/api/lead/{lead}") + at_once(
            served, api, 4, "POST", "/api/lead"
        )
    finally:
        for (pid,) in found:
            os.kill(pid, signal.SIGCONT)
    refused(answers)
    wait_until(lambda: api.get(f"/api/lead/{lead}").status_code == 200)


def test_writes_go_on_when_idle_connections_were_killed(api: Client, url: str) -> None:
    api.new("lead", {"name": "before"})
    with psycopg.connect(url, autocommit=True) as operator:
        for _ in range(5):
            operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND query NOT LIKE '%token_revocation%'"
            )
            assert api.post("/api/lead", json={"name": "during"}).status_code == 201
            assert api.get("/api/lead").status_code == 200


def test_workers_that_begin_while_the_database_is_gone(tmp_path: Path) -> None:
    cluster = Cluster()
    try:
        url = postgres.new_database(cluster.url)
        with Server(tmp_path, "--workers", "2", CLOSUM_DATABASE=url) as server, signed_in(server, url) as api:
            cluster.stop()
            for worker in workers(server):
                os.kill(worker, signal.SIGKILL)
            wait_until(lambda: answered(server, "/health") == 200)
            assert answered(server, "/ready") == 503
            cluster.start()
            wait_until(lambda: api.get("/api/lead").status_code == 200)
    finally:
        cluster.remove()


def answered(server: Server, path: str) -> int | None:
    """The status, or None where nobody answers."""
    try:
        return httpx2.get(f"{server.address}{path}", timeout=1).status_code
    except httpx2.TransportError:
        return None
