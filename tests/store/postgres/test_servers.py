"""Several servers on one database: right whichever answers."""

import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx2
import psycopg

from closum.accounts.attempts import MOST_PER_ADDRESS
from closum.store import identity
from closum.store.opening import open_session
from tests.store.postgres.conftest import Servers, sound, workers
from tests.support.client import Client
from tests.support.load import Load, every
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import closum
from tests.support.visiting import Visitor


def status(client: Client, path: str = "/api/lead") -> int:
    return client.get(path).status_code


def test_started_at_once_on_an_empty_database(servers: Servers) -> None:
    """The tables, the cities and the key are made once, and no user."""
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(lambda _: servers.start(), range(4)))
    with open_session(servers.url) as session, session.read() as unit:
        assert identity.users(unit) == []
    client = servers.client(started[0])
    for server in started:
        with Client(server.address, client.token) as other:
            assert other.get("/api/city").json()["pagination"]["count"] == 308
    sound(servers.url)


def test_a_token_and_its_end_count_everywhere(servers: Servers) -> None:
    first, second = servers.start(), servers.start()
    body = {"email": "admin@example.com", "password": first.password}
    token = httpx2.post(f"{second.address}/api/token", json=body, timeout=PATIENCE).json()["data"]["token"]
    with Client(first.address, token) as one, Client(second.address, token) as two:
        admin = "admin@example.com"
        closum(
            "user", "add", "owner@example.com", folder=first.folder, CLOSUM_DATABASE=servers.url
        )  # admin is not the last one
        for change in (("sign-out", admin), ("disable", admin), ("sign-out", "--all")):
            assert (status(one), status(two)) == (200, 200)
            assert closum("user", *change, folder=first.folder, CLOSUM_DATABASE=servers.url).returncode == 0
            wait_until(lambda: (status(one), status(two)) == (401, 401))
            # A token made after that counts at once.
            closum("user", "enable", admin, folder=first.folder, CLOSUM_DATABASE=servers.url)
            token = httpx2.post(f"{first.address}/api/token", json=body, timeout=PATIENCE).json()["data"][
                "token"
            ]
            for client in (one, two):
                client.headers["Authorization"] = f"Bearer {token}"


def test_a_page_that_is_open_hears_of_what_another_server_writes(servers: Servers) -> None:
    first, second = servers.start(), servers.start()
    client = servers.client(first)
    with (
        Visitor(second, "admin@example.com") as visitor,
        visitor.stream("GET", "/live", headers={"Accept": "text/event-stream"}) as stream,
    ):
        events = (one for one in stream.iter_lines() if one.startswith("data: "))
        assert '"lead"' not in next(events)
        client.new("lead", {"name": "Ana"})
        assert '"lead":1' in next(one for one in events if '"lead"' in one)


def test_wrong_passwords_are_counted_together(servers: Servers) -> None:
    """Sent at once to two servers, no more are tried than are allowed."""
    addresses = [servers.start().address, servers.start().address]
    body = {"email": "admin@example.com", "password": "wrong password"}

    def guess(number: int) -> int:
        return httpx2.post(f"{addresses[number % 2]}/api/token", json=body, timeout=PATIENCE).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(guess, range(24)))
    assert answers == {401: MOST_PER_ADDRESS, 429: 24 - MOST_PER_ADDRESS}


def test_an_account_that_two_servers_change_at_once(servers: Servers) -> None:
    """Nobody is refused; of those that mean one state, one is not."""
    clients = [servers.client(server) for server in (servers.start(), servers.start())]
    zones = ["Europe/Lisbon", "Europe/Madrid", "Europe/Paris", "Europe/Rome"] * 6

    def put(number: int, headers: dict[str, str] | None = None) -> int:
        with Client(str(clients[number % 2].base_url), clients[0].token) as client:
            return client.put("/api/account", json={"zone": zones[number]}, headers=headers).status_code

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(put, range(len(zones)))) == {200: len(zones)}
        clients[0].data("PUT", "/api/account", {"zone": "UTC"})
        put_seen = partial(put, headers={"If-Match": clients[0].get("/api/account").headers["ETag"]})
        assert Counter(pool.map(put_seen, range(len(zones)))) == {200: 1, 412: len(zones) - 1}


def test_one_address_from_32_clients_at_once(servers: Servers) -> None:
    """One record and no error, on two servers."""
    clients = [servers.client(server) for server in (servers.start(), servers.start())]
    lead = {
        "name": "Ana",
        "email": {"email": "ana@example.com"},
        "phone": {"extension": "351", "number": "912345678"},
    }

    def create(resource: str, body: object, number: int) -> int:
        with Client(str(clients[number % 2].base_url), clients[0].token) as client:
            return client.post(f"/api/{resource}", json=body).status_code

    with ThreadPoolExecutor(32) as pool:
        assert Counter(pool.map(partial(create, "lead", lead), range(32))) == {201: 32}
        email = {"email": "rui@example.com"}
        assert Counter(pool.map(partial(create, "email", email), range(32))) == {201: 1, 422: 31}
    assert sorted(one["id"] for one in every(clients[0], "lead")) == list(range(1, 33))
    assert [one["email"] for one in every(clients[0], "email")] == ["ana@example.com", "rui@example.com"]
    assert len(every(clients[0], "phone")) == 1
    sound(servers.url)


def test_changes_that_cross_each_other(servers: Servers) -> None:
    """Two servers change records and those that show them, in every order: nobody waits for ever."""
    clients = [servers.client(server) for server in (servers.start(), servers.start())]
    for number in range(4):
        clients[0].new("lead", {"name": f"lead {number}", "email": {"email": f"a{number}@example.com"}})

    def change(number: int) -> int:
        with Client(str(clients[number % 2].base_url), clients[0].token) as client:
            if number % 3:
                body = {"email": f"b{number}@example.com"}
                return client.put(f"/api/email/{number % 4 + 1}", json=body).status_code
            body = {"name": str(number), "email": {"id": (number // 3) % 4 + 1}}  # type: ignore[dict-item]
            return client.put(f"/api/lead/{number % 4 + 1}", json=body).status_code

    with ThreadPoolExecutor(16) as pool:
        assert Counter(pool.map(change, range(240))) == {200: 240}
    sound(servers.url)


def test_two_servers_under_load_and_one_is_killed(servers: Servers) -> None:
    first, second = servers.start(), servers.start()
    api = servers.client(first)
    assert api.token
    with Load([first.address, second.address], api.token, clients=16) as load:
        load.wait_for(100)
        second.kill()
        load.wait_for(100)
        second.start()
        load.wait_for(100)
    load.check(api)
    assert load.statuses[503] == 0
    sound(servers.url)


def test_workers_share_the_work_and_are_started_again(servers: Servers) -> None:
    server = servers.start("--workers", "2")
    api = servers.client(server)
    assert api.token
    assert api.get("/ready").status_code == 200
    wait_until(lambda: len(workers(server)) == 2)
    first = workers(server)
    with Load([server.address], api.token) as load:
        load.wait_for(50)
        subprocess.run(["kill", "-KILL", str(first[0])], check=True)
        load.wait_for(50)
        wait_until(lambda: len(workers(server)) == 2 and first[0] not in workers(server))
        load.wait_for(50)
    load.check(api)
    assert f"server process {first[0]} ended with -9" in server.log.read_text()
    api.close()
    running = workers(server)
    assert server.stop() == 0
    wait_until(lambda: not any(_runs(pid) for pid in running))
    sound(servers.url)


def test_told_to_stop_it_answers_what_waits(servers: Servers) -> None:
    """No request fails while one server after the other is stopped and started under load."""
    first, second = servers.start(), servers.start("--workers", "2")
    api = servers.client(first)
    leads = [{"name": f"lead {number}"} for number in range(300)]
    with psycopg.connect(servers.url) as other, ThreadPoolExecutor(8) as pool:
        api.new("lead", leads[0])
        other.execute("SELECT 1 FROM tally FOR UPDATE")
        answers = [pool.submit(_create, second.address, str(api.token), body) for body in leads[1:9]]
        wait_until(lambda: _waits(servers.url))
        stopped = pool.submit(second.stop)
        other.rollback()
        assert [one.result() for one in answers] == [201] * 8
        assert stopped.result() == 0
    assert len(every(api, "lead")) == 9


def _create(address: str, token: str, body: object) -> int:
    with Client(address, token) as client:
        return client.post("/api/lead", json=body).status_code


def _waits(url: str) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        ).fetchone()
    return bool(row and row[0])


def _runs(pid: int) -> bool:
    return subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout[:1] not in ("", "Z")


def test_workers_end_when_their_parent_is_killed(servers: Servers) -> None:
    server = servers.start("--workers", "2")
    wait_until(lambda: len(workers(server)) == 2)
    running = workers(server)
    server.kill()
    wait_until(lambda: not any(_runs(pid) for pid in running))
