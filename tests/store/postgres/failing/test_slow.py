"""A database that is slow, and a server that gets no processor, refuse nobody and raise no alarm."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from closum.store.opening import open_session
from tests.store.postgres.conftest import signed_in
from tests.support.client import Client
from tests.support.patience import PATIENCE, wait_until
from tests.support.postgres import Cluster
from tests.support.server import Server
from tests.support.wiretap import Wiretap

LONG = 3.0  # seconds, longer than what is known of tokens counts and than a request waits
LATE = 0.3  # seconds
ALARMS = ("does not answer", "has not answered", "connections to the database")


def calm(server: Server) -> None:
    text = server.log.read_text()
    assert not any(alarm in text for alarm in ALARMS), text


def ask(server: Server, api: Client, place: int) -> int:
    with Client(server.address, api.token) as client:
        if place % 2:
            return client.post("/api/lead", json={"name": f"lead {place}"}, timeout=PATIENCE).status_code
        return client.get("/api/lead", timeout=PATIENCE).status_code


@contextmanager
def stopped(server: Server) -> Iterator[None]:
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.process.pid, signal.SIGCONT)


@pytest.mark.parametrize("both", [False, True], ids=["server", "server and database"])
def test_a_process_that_did_not_run(served: Server, api: Client, cluster: Cluster, both: bool) -> None:
    """As a machine that was suspended, or had other things to do: who came meanwhile is served, and who was there."""
    api.new("lead", {"name": "before"})
    with ThreadPoolExecutor(16) as pool:
        begun = [pool.submit(ask, served, api, place) for place in range(8)]
        with stopped(served):
            begun += [pool.submit(ask, served, api, place) for place in range(8)]
            if both:
                with cluster.frozen():
                    time.sleep(LONG)
            else:
                time.sleep(LONG)
        assert Counter(one.result() for one in begun) == {200: 8, 201: 8}
    assert Counter(ask(served, api, place) for place in range(20)) == {200: 10, 201: 10}
    calm(served)


@pytest.fixture
def late(url: str) -> Iterator[Wiretap]:
    tap = Wiretap(Path(urlsplit(url).query.removeprefix("host=")))
    yield tap
    tap.close()


def background_work_is_done(url: str) -> bool:
    with open_session(url) as session, session.read() as unit:
        done = [
            table
            for table in ("job", "shared_job")
            if unit.all(f"SELECT 1 FROM {table} WHERE state = 'done'")
        ]
    return len(done) == 2


def test_answers_that_come_late(late: Wiretap, url: str, tmp_path: Path) -> None:
    """Each one by so much that no look at whose tokens were ended is as fresh as it has to be for long.

    On a busy machine they come later still; how long a request waits then is in `test_watch.py` and `test_deadlines.py`.
    """
    through = urlsplit(url)._replace(query=f"host={late.folder}").geturl()
    served = Server(tmp_path, unhurried=True, CLOSUM_DATABASE=through)
    with served as server, signed_in(server, url) as api:
        api.new("lead", {"name": "before"})
        wait_until(lambda: background_work_is_done(url))
        late.delay = LATE
        with ThreadPoolExecutor(8) as pool:
            answers = Counter(pool.map(lambda place: ask(server, api, place), range(64)))
        late.delay = 0.0
        assert answers == {200: 32, 201: 32}
        calm(server)
