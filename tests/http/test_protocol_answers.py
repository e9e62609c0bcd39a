"""What uvicorn refuses by itself, over raw sockets: the answers to it, and the end of the connection."""

import gc
import re
import select
import socket
import struct
import weakref
from pathlib import Path

import pytest

from closum.http import closing
from tests.support.patience import PATIENCE
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


def test_a_refusal_has_the_clients_request_id(served: Served) -> None:
    refused = served.refusal(get(b"/", b"X-Request-Id: a.B-9_", b"Content-Length: x"))
    assert refused.headers["x-request-id"] == "a.B-9_"


@pytest.mark.parametrize("sent", [b"a b", b"\xff", b"a" * 65, b""])
def test_a_refusal_has_a_new_request_id_instead_of_an_odd_one(served: Served, sent: bytes) -> None:
    refused = served.refusal(get(b"/", b"X-Request-Id: " + sent, b"Content-Length: x"))
    assert re.fullmatch("[0-9a-f]{32}", refused.headers["x-request-id"])


@pytest.mark.parametrize("request_", [b"HEAD / HTTP/1.1\r\n\r\n", b"HEAD /\xff HTTP/1.1\r\n\r\n"])
def test_a_refused_head_has_no_body(served: Served, request_: bytes) -> None:
    with served.connect() as client:
        client.sendall(request_)
        head, _, body = read_all(client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert body == b""


def test_a_refusal_waits_for_the_answers_before_it(served: Served) -> None:
    first, second, third = served.exchange(
        get(b"/patient") + get(b"/two") + b"nonsense\r\n\r\n" + get(b"/three")
    )
    assert (first.body, second.status, third.status) == (b"patient", 200, 400)
    assert served.requests == [("GET", "/patient"), ("GET", "/two")]


def test_nothing_is_parsed_after_a_refusal_that_waits(served: Served) -> None:
    with served.connect() as client:
        client.sendall(get(b"/held") + b"nonsense\r\n\r\n")
        assert eventually(lambda: len(served.refusals) == 1)
        client.sendall(get(b"/three"))
        assert served.exchange(get(b"/release", b"Connection: close"))[0].status == 200
        assert [found.status for found in answers(read_all(client))] == [200, 400]
    assert len(served.refusals) == 1
    assert served.requests == [("GET", "/held"), ("GET", "/release")]


def test_a_waiting_request_with_a_faulty_body_is_not_executed(served: Served) -> None:
    first, second = served.exchange(get(b"/patient") + post(CHUNKED, body=b"3\r\nabcXX", path=b"/two"))
    assert (first.body, second.status, second.failure["url"]) == (b"patient", 400, "/two")
    assert served.requests == [("GET", "/patient")]


def test_a_faulty_body_in_the_same_read_keeps_the_request_from_the_application(served: Served) -> None:
    assert served.refusal(post(CHUNKED, body=b"3\r\nabcXX")).status == 400
    assert served.requests == []


def test_a_faulty_body_in_a_later_read_ends_the_request(served: Served) -> None:
    with served.connect() as client:
        client.sendall(post(CHUNKED, body=b"3\r\nabc\r\n"))
        assert eventually(lambda: served.events == ["http.request"])
        client.sendall(b"nonsense\r\n")
        assert answers(read_all(client))[0].status == 400
    assert eventually(lambda: served.events == ["http.request", "http.disconnect"])


def test_nothing_is_written_into_an_answer_that_has_begun(served: Served) -> None:
    with served.connect() as client:
        client.sendall(post(CHUNKED, path=b"/begun"))
        begun = b""
        while not begun.endswith(b"some\r\n"):
            begun += client.recv(65536)
        client.sendall(b"nonsense\r\n")
        assert read_all(client) == b""
    assert begun.count(b"HTTP/1.1") == 1
    assert [status for status, _ in served.refusals] == [400]


def test_expect_100_continue_gets_its_final_answer_alone(served: Served) -> None:
    (refused,) = served.exchange(post(b"Expect: 100-continue", b"Content-Length: 9999999", path=b"/large"))
    assert (refused.status, refused.body) == (413, b"large")


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_an_idle_connection_is_closed(loop: str) -> None:
    """So long after its last answer: test_protocol_rounds.py, without a clock."""
    served = Served(loopback(), loop, timeout_keep_alive=0.05)
    try:
        with served.connect() as client:
            client.sendall(get(b"/lead"))
            assert read_all(client).startswith(b"HTTP/1.1 200")
    finally:
        served.stop()


def test_overload_is_503_in_the_envelope() -> None:
    served = Served(loopback(), "uvloop", limit_concurrency=1)
    try:
        refused = served.refusal(get(b"/lead?page=1"))
    finally:
        served.stop()
    assert (refused.status, refused.failure["url"], served.requests) == (503, "/lead?page=1", [])
    assert refused.headers["retry-after"] == "1"


def test_the_applications_413_reaches_a_client_that_sends_all_the_same(served: Served) -> None:
    body = b"a" * 4 * 2**20
    (refused,) = served.exchange(post(b"Content-Length: 4194304", body=body, path=b"/large"))
    assert (refused.status, refused.body) == (413, b"large")


def test_a_refusal_reaches_a_client_that_sends_all_the_same(served: Served) -> None:
    assert served.refusal(post(b"Content-Length: x", body=b"a" * 4 * 2**20)).status == 400


def test_a_refusal_reaches_a_client_that_has_closed_its_side(served: Served) -> None:
    with served.connect() as client:
        client.sendall(b"nonsense\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        assert answers(read_all(client))[0].status == 400


def send_until_reset(client: socket.socket) -> int:
    sent = 0
    try:
        while sent < 64 * 2**20:
            sent += client.send(b"a" * 65536)
    except (BrokenPipeError, ConnectionResetError):
        pass
    return sent


def test_a_client_that_never_stops_sending_is_cut_off(served: Served) -> None:
    with served.connect() as client:
        client.sendall(b"nonsense\r\n\r\n")
        assert closing.LINGER_BYTES == 8 * 2**20
        assert 8 * 2**20 <= send_until_reset(client) < 32 * 2**20


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_a_lingering_connection_ends_also_in_a_shutdown(loop: str, tmp_path: Path) -> None:
    """After 2 seconds: test_protocol_rounds.py, without a clock."""
    served = Served(unix(tmp_path / "socket"), loop)
    with served.connect() as client:
        client.sendall(post(b"Content-Length: 9", path=b"/large"))
        assert answers(read_all(client))[0].status == 413
        served.tell()
        poll = select.poll()
        poll.register(client, select.POLLHUP)
        assert poll.poll(PATIENCE * 1000)
    served.stop()


def test_a_client_that_resets_the_connection_leaves_no_trace(served: Served) -> None:
    for _ in range(300):
        with served.connect() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(b"nonsense\r\n\r\n")
    assert eventually(lambda: not served.server.server_state.connections)


def test_nothing_is_left_of_a_connection_that_was_reset_before_its_next_request() -> None:
    served = Served(loopback(), "uvloop", timeout_keep_alive=0.05)
    try:
        with served.connect() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(get(b"/lead"))
            assert client.recv(65536).startswith(b"HTTP/1.1 200")
            (left,) = map(weakref.ref, served.server.server_state.connections)
            client.sendall(b"G")
        assert eventually(lambda: gc.collect() >= 0 and left() is None)
    finally:
        served.stop()


def test_no_connection_is_left_behind(served: Served) -> None:
    for _ in range(300):
        assert served.exchange(b"\x16\x03\x01")[0].status == 400
    assert eventually(lambda: not served.server.server_state.connections)
