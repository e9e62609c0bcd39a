"""A server that is told to stop: what is asked of it meanwhile is answered, and then each connection ends."""

import contextlib
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from closum.http import server
from tests.support.patience import PATIENCE
from tests.support.served import (
    LAST,
    Answer,
    Served,
    answers,
    eventually,
    get,
    loopback,
    post,
    read_all,
    unix,
)

pytestmark = pytest.mark.slow

KINDS = ["uvloop tcp", "asyncio tcp", "uvloop unix", "asyncio unix", "uvloop tls", "asyncio tls"]


@pytest.fixture(params=KINDS)
def stopped(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A server that a test tells to stop, and that has to end then."""
    served = Served(unix(tmp_path / "socket") if "unix" in request.param else loopback(), request.param)
    yield served
    served.stop()


def tell(served: Served) -> None:
    """Tell it to stop, and wait until it knows."""
    served.tell()
    assert eventually(lambda: served.stopping)


def one(client: socket.socket) -> Answer:
    (found,) = answers(read_all(client))
    return found


def test_an_idle_connection_is_closed(stopped: Served) -> None:
    with stopped.connect() as used, stopped.connect() as fresh:
        used.sendall(get())
        assert used.recv(65536).startswith(b"HTTP/1.1 200")
        tell(stopped)
        assert (read_all(used), read_all(fresh)) == (b"", b"")


def test_an_answer_under_way_is_the_last_of_its_connection(stopped: Served) -> None:
    with stopped.connect() as client, stopped.connect() as other:
        client.sendall(get(b"/held"))
        assert eventually(lambda: bool(stopped.requests))
        tell(stopped)
        other.sendall(get(b"/release"))
        for found in (one(client), one(other)):
            assert (found.status, found.headers["connection"]) == (200, "close")


def test_a_request_that_crosses_the_end_is_served(stopped: Served) -> None:
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(stopped.connect()) for _ in range(20)]
        for client in clients:
            client.sendall(get())
            assert client.recv(65536).startswith(b"HTTP/1.1 200")
        tell(stopped)
        for client in clients:
            client.sendall(post(b"Content-Length: 3", body=b"abc"))
        for found in map(one, clients):
            assert (found.body, found.headers["connection"]) == (b"abc", "close")


def test_requests_that_have_begun_are_served(stopped: Served) -> None:
    request = post(b"Content-Length: 3", body=b"abc")
    cuts = (1, len(request) - 4, len(request) - 1)
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(stopped.connect()) for _ in cuts]
        for client, cut in zip(clients, cuts, strict=True):
            client.sendall(request[:cut])
        assert eventually(lambda: len(stopped.requests) == 1)  # whose head is there
        tell(stopped)
        assert eventually(lambda: not stopped.server.servers[0].is_serving())
        for client, cut in zip(clients, cuts, strict=True):
            client.sendall(request[cut:])
        for found in map(one, clients):
            assert (found.body, found.headers["connection"]) == (b"abc", "close")


def test_connections_that_nobody_has_accepted_yet_are_served(
    stopped: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "PATIENCE", PATIENCE)  # with handshakes, where there is TLS
    with contextlib.ExitStack() as stack:
        client = stack.enter_context(stopped.connect())
        client.sendall(get(b"/blocked", b"Connection: close"))  # the loop does nothing until it is released
        assert stopped.blocked.wait(PATIENCE)
        waiting = [stack.enter_context(stopped.connect_tcp()) for _ in range(20)]
        threads = stack.enter_context(ThreadPoolExecutor(len(waiting)))
        asked = [threads.submit(ask_on, stopped, other) for other in waiting]
        stopped.tell()
        stopped.unblocked.set()
        assert one(client).status == 200
        assert [each.result(PATIENCE).status for each in asked] == [200] * len(waiting)


def ask_on(served: Served, connection: socket.socket) -> Answer:
    """An answer on a TCP connection, over TLS where the server speaks it."""
    client = served.on(connection)
    client.sendall(LAST)
    return one(client)


def test_pipelined_requests_are_all_answered_and_the_last_answer_says_so(stopped: Served) -> None:
    with stopped.connect() as client, stopped.connect() as other:
        client.sendall(get(b"/held") + get() * 500)
        assert eventually(lambda: bool(stopped.requests))
        tell(stopped)
        other.sendall(get(b"/release"))
        found = answers(read_all(client))
        assert [each.status for each in found] == [200] * 501
        assert [each.headers.get("connection") for each in found] == [None] * 500 + ["close"]


def test_new_connections_are_refused_in_the_end_and_none_is_reset(stopped: Served) -> None:
    ends: list[str] = []

    def ask() -> None:
        while True:
            try:
                client = stopped.connect()
            except OSError as error:
                ends.append(type(error).__name__)
                return
            with client:
                client.sendall(LAST)
                assert one(client).status == 200

    threads = [threading.Thread(target=ask) for _ in range(4)]
    with stopped.connect():  # idle
        for thread in threads:
            thread.start()
        tell(stopped)
        for thread in threads:
            thread.join()
    assert set(ends) <= {
        "ConnectionRefusedError",
        "FileNotFoundError",
        "SSLEOFError",
    }  # the last in a handshake
    assert len(ends) == 4


# One of several processes, as `Workers` has them


@pytest.fixture
def one_of_two() -> Iterator[Served]:
    served = Served(loopback(), "uvloop", workers=2)
    yield served
    served.stop()


def test_one_of_several_closes_its_listener_first(
    one_of_two: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "PATIENCE", 10.0)
    with one_of_two.connect() as idle:
        idle.sendall(get())
        assert idle.recv(65536).startswith(b"HTTP/1.1 200")
        tell(one_of_two)
        assert eventually(lambda: one_of_two.listener.fileno() == -1)
        idle.sendall(get())
        assert one(idle).status == 200


@pytest.mark.parametrize(("same", "status"), [(60.0, 200), (0.0, 500)])
def test_a_signal_to_each_of_several_and_to_the_first_of_them_is_one(
    one_of_two: Served, monkeypatch: pytest.MonkeyPatch, same: float, status: int
) -> None:
    monkeypatch.setattr(server, "SAME_SECONDS", same)
    with one_of_two.connect() as client, one_of_two.connect() as other:
        client.sendall(get(b"/held"))
        assert eventually(lambda: bool(one_of_two.requests))
        for _ in range(2):
            one_of_two.server.handle_exit(signal.SIGTERM, None)
        other.sendall(get(b"/release"))
        assert [found.status for found in answers(read_all(client))] == [status]
