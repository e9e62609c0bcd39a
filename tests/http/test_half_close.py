"""A client that shuts its sending side down gets what it has asked for; then the server closes."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from closum.http import closing
from tests.support.served import (
    CHUNKED,
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


@pytest.fixture(
    scope="module",
    params=["uvloop tcp", "asyncio tcp", "uvloop unix", "asyncio unix", "uvloop tls", "asyncio tls"],
)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    listener = unix(tmp_path_factory.mktemp("half") / "socket") if "unix" in request.param else loopback()
    served = Served(listener, request.param)
    yield served
    served.stop()


def half_closed(served: Served, *pieces: bytes) -> list[tuple[int, bytes]]:
    """Status and body of each answer to a client that sends this and then no more."""
    with served.connect() as client:
        for piece in pieces:
            client.sendall(piece)
        client.shutdown(socket.SHUT_WR)
        return [(found.status, found.body) for found in answers(read_all(client))]


def no_connection_is_left(served: Served) -> bool:
    return eventually(lambda: not served.server.server_state.connections)


@pytest.mark.parametrize(
    "request_",
    [
        get(),
        post(b"Content-Length: 3", body=b"abc"),
        post(CHUNKED, body=b"3\r\nabc\r\n0\r\n\r\n"),
        get(b"/", b"Connection: close"),
        get(b"/", b"Connection: Upgrade", b"Upgrade: h2c"),
        b"GET / HTTP/1.0\r\n\r\n",
    ],
)
def test_a_request_is_answered(served: Served, request_: bytes) -> None:
    for _ in range(20):
        ((status, body),) = half_closed(served, request_)
        assert (status, body) == (200, b"abc" if b"abc" in request_ else b"")
    assert no_connection_is_left(served)


def test_an_answer_that_takes_its_time_is_waited_for(served: Served) -> None:
    with served.connect() as client:
        client.sendall(get(b"/held"))
        client.shutdown(socket.SHUT_WR)
        assert eventually(lambda: bool(served.requests))
        assert served.exchange(get(b"/release", b"Connection: close"))[0].status == 200
        assert [found.body for found in answers(read_all(client))] == [b"held"]


def test_all_pipelined_requests_are_answered(served: Served) -> None:
    found = half_closed(served, post(b"Content-Length: 1", body=b"a") * 400 + get() * 500)
    assert found == [(200, b"a")] * 400 + [(200, b"")] * 500
    assert no_connection_is_left(served)


@pytest.mark.parametrize("begun", [b"G", b"GET /two HTTP/1.1\r\nHost: x\r\n", b"\r\n"])
def test_a_head_that_does_not_end_leaves_the_answers_before_it(served: Served, begun: bytes) -> None:
    assert half_closed(served, get(b"/one") + begun) == [(200, b"")]
    assert half_closed(served, begun) == []
    assert served.requests == [("GET", "/one")]


@pytest.mark.parametrize(
    "framing", [post(b"Content-Length: 9", body=b"abc"), post(CHUNKED, body=b"9\r\nabc")]
)
def test_in_the_middle_of_a_body_the_client_is_gone(served: Served, framing: bytes) -> None:
    assert half_closed(served, framing) == []
    assert eventually(lambda: "http.disconnect" in served.events)
    assert no_connection_is_left(served)


def test_in_the_middle_of_a_body_the_requests_before_it_are_answered(served: Served) -> None:
    with served.connect() as client:
        client.sendall(get(b"/held") + post(b"Content-Length: 9", body=b"abc", path=b"/cut"))
        client.shutdown(socket.SHUT_WR)
        assert eventually(lambda: bool(served.requests))
        assert served.exchange(get(b"/release", b"Connection: close"))[0].status == 200
        assert [found.body for found in answers(read_all(client))] == [b"held"]
    assert eventually(lambda: served.events in ([], ["http.request", "http.disconnect"]))


@pytest.mark.parametrize("before", [b"", get(b"/one"), get(b"/one") * 3])
@pytest.mark.parametrize("split", [False, True])
def test_a_refusal_that_needs_no_body_comes_without_one(served: Served, before: bytes, split: bool) -> None:
    """However the packets come: the request behind others is not taken for one that was never sent."""
    cut = post(b"Content-Length: 20", body=b"abc", path=b"/large")
    for _ in range(20):
        pieces = (before, cut[:-1], cut[-1:]) if split else (before + cut,)
        expected = [(200, b"")] * before.count(b"GET") + [(413, b"large")]
        assert half_closed(served, *pieces) == expected
    assert no_connection_is_left(served)


def test_an_idle_connection_ends(served: Served) -> None:
    with served.connect() as client:
        client.sendall(get())
        assert client.recv(65536).startswith(b"HTTP/1.1 200")
        client.shutdown(socket.SHUT_WR)
        assert read_all(client) == b""


def test_a_refusal_behind_a_slow_answer_comes_too(served: Served) -> None:
    with served.connect() as client:
        client.sendall(get(b"/held") + b"nonsense\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        assert eventually(lambda: len(served.refusals) == 1)
        assert served.exchange(get(b"/release", b"Connection: close"))[0].status == 200
        assert [found.status for found in answers(read_all(client))] == [200, 400]


def test_a_client_that_never_reads_is_cut_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(closing, "STALL_SECONDS", 0.1)
    served = Served(unix(tmp_path / "socket"), "uvloop")
    try:
        with served.connect() as client:
            client.sendall(post(b"Content-Length: 4000000", body=b"a" * 4_000_000))
            client.shutdown(socket.SHUT_WR)
            assert eventually(lambda: bool(served.requests))
            assert no_connection_is_left(served)
            assert len(read_all(client)) < 4_000_000
    finally:
        served.stop()
