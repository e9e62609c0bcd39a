"""PgBouncer between a server and PostgreSQL."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.store.postgres.conftest import signed_in, workers
from tests.support.client import Client
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import Server, closum

Poolers = Callable[..., str]
SHARED = "is reached through a pooler in transaction or statement mode (such as PgBouncer's pool_mode = transaction)"


def answered(server: Server, api: Client, number: int) -> Counter[int]:
    """The answers to so many requests, each on a connection of its own."""

    def ask(place: int) -> int:
        with Client(server.address, api.token) as client:
            if place % 2:
                return client.post("/api/lead", json={"name": f"lead {place}"}, timeout=PATIENCE).status_code
            return client.get("/api/lead", timeout=PATIENCE).status_code

    with ThreadPoolExecutor(8) as pool:
        return Counter(pool.map(ask, range(number)))


def test_fewer_connections_than_wanted_serve_every_request(
    url: str, poolers: Poolers, tmp_path: Path
) -> None:
    behind = poolers(url, pool_mode="session", default_pool_size=20)
    with Server(tmp_path, "--workers", "4", CLOSUM_DATABASE=behind) as server, signed_in(server, url) as api:
        said = server.log.read_text()
        assert "wants 44 connections to the database and gets fewer" in said
        assert "It serves with 16: --workers 4 --pool-size 3." in said
        wait_until(lambda: len(workers(server)) == 4)
        assert answered(server, api, 80) == {200: 40, 201: 40}
        assert "the database does not answer" not in server.log.read_text()
        done = closum("user", "list", folder=tmp_path, CLOSUM_DATABASE=behind)  # one was left for it
        assert done.returncode == 0


def test_so_few_that_there_are_fewer_processes(url: str, poolers: Poolers, tmp_path: Path) -> None:
    behind = poolers(url, pool_mode="session", default_pool_size=9)
    with Server(tmp_path, "--workers", "4", CLOSUM_DATABASE=behind) as server, signed_in(server, url) as api:
        assert "It serves with 8: --workers 2 --pool-size 3." in server.log.read_text()
        assert answered(server, api, 20) == {200: 10, 201: 10}


def test_too_few_are_refused(url: str, poolers: Poolers, tmp_path: Path) -> None:
    behind = poolers(url, pool_mode="session", default_pool_size=3)
    done = closum("serve", "--port", "0", folder=tmp_path, CLOSUM_DATABASE=behind)
    assert done.returncode == 1
    assert "has 3 of the 4 connections that a server needs at least" in done.stderr
    assert done.stderr.count("\n") == 1


def test_enough_say_nothing(url: str, poolers: Poolers, tmp_path: Path) -> None:
    behind = poolers(url, pool_mode="session", default_pool_size=11)
    with Server(tmp_path, CLOSUM_DATABASE=behind) as server, signed_in(server, url) as api:
        assert server.log.read_text() == ""
        assert answered(server, api, 20) == {200: 10, 201: 10}


@pytest.mark.parametrize("words", ["serve --port 0", "user list", "account add Acme"])
@pytest.mark.parametrize(
    "settings",
    [
        {"pool_mode": "transaction"},
        {"pool_mode": "transaction", "server_round_robin": 1, "min_pool_size": 4},
        {"pool_mode": "transaction", "default_pool_size": 1},
        {"pool_mode": "statement"},
    ],
    ids=str,
)
def test_a_mode_that_shares_connections_is_named(
    url: str, poolers: Poolers, tmp_path: Path, settings: dict[str, object], words: str
) -> None:
    behind = poolers(url, **settings)
    done = closum(*words.split(), folder=tmp_path, CLOSUM_DATABASE=behind)
    assert done.returncode == 1
    assert SHARED in done.stderr
    assert "use session mode, or connect to the database directly" in done.stderr
    assert done.stderr.count("\n") == 1
