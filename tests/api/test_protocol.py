"""What uvicorn refuses by itself, over raw sockets."""

import asyncio
import json
import logging
import re
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import uvicorn
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope

from closum.api import protocol

HOST = b"Host: x\r\n"
TIMEOUT = 10.0


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def failure(self) -> dict[str, Any]:
        document = json.loads(self.body)
        assert document["success"] is False
        assert document["data"]["code"] == self.status
        data: dict[str, Any] = document["data"]
        return data


class Served:
    """A uvicorn server in a thread, with an application that notes what reaches it."""

    def __init__(self, listener: socket.socket, loop: str, **config: Any) -> None:
        self.listener, self.address = listener, listener.getsockname()
        self.requests: list[tuple[str, str]] = []
        self.events: list[str] = []
        self.refusals: list[tuple[int, str]] = []
        self.refused, self.released = asyncio.Event(), asyncio.Event()
        self.server = uvicorn.Server(
            uvicorn.Config(
                self.app,
                http=protocol.protocol(self.note),
                loop=loop,
                interface="asgi3",
                lifespan="off",
                log_config=None,
                access_log=False,
                **config,
            )
        )
        listener.listen()
        self.thread = threading.Thread(target=self.server.run, args=([listener],))
        self.thread.start()

    def note(self, status: int, request_id: str) -> None:
        self.refusals.append((status, request_id))
        self.refused.set()

    async def app(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        assert scope["type"] == "http"
        self.requests.append((scope["method"], scope["path"]))
        if scope["path"] == "/large":
            await answer(send, 413, b"large", (b"connection", b"close"))
        elif scope["path"] == "/patient":
            await self.refused.wait()
            await answer(send, 200, b"patient")
        elif scope["path"] == "/held":
            await self.released.wait()
            await answer(send, 200, b"held")
        elif scope["path"] == "/release":
            self.released.set()
            await answer(send, 200, b"")
        elif scope["path"] == "/begun":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await receive()
            await send({"type": "http.response.body", "body": b"more", "more_body": False})
        else:
            await self.echo(scope["headers"], receive, send)

    async def echo(self, headers: Any, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            self.events.append(message["type"])
            if message["type"] != "http.request":
                return
            body, more = body + message["body"], message["more_body"]
        await answer(send, 200, body, *[(b"seen", name) for name, _ in headers])

    def connect(self) -> socket.socket:
        client = socket.socket(self.listener.family, socket.SOCK_STREAM)
        client.settimeout(TIMEOUT)
        if client.family != socket.AF_UNIX:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.connect(self.address)
        return client

    def exchange(self, *pieces: bytes) -> list[Answer]:
        """Sends pieces on one connection; all answers until the server closes it."""
        with self.connect() as client:
            for piece in pieces:
                client.sendall(piece)
            return answers(read_all(client))

    def refusal(self, *pieces: bytes) -> Answer:
        (only,) = self.exchange(*pieces)
        assert self.refusals == [(only.status, only.headers["x-request-id"])]
        assert only.headers["connection"] == "close"
        assert only.failure["message"]
        return only

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(TIMEOUT)
        assert not self.thread.is_alive()
        self.listener.close()


async def answer(send: ASGISendCallable, status: int, body: bytes, *more: tuple[bytes, bytes]) -> None:
    headers = [(b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def read_all(client: socket.socket) -> bytes:
    received = b""
    while piece := client.recv(65536):
        received += piece
    return received


def answers(received: bytes) -> list[Answer]:
    found = []
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        line, *fields = head.decode().split("\r\n")
        headers = dict(field.split(": ", 1) for field in fields)
        length = int(headers["content-length"])
        found.append(Answer(int(line.split()[1]), headers, received[:length]))
        received = received[length:]
    return found


def loopback() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener


def unix(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    return listener


@pytest.fixture(scope="module", params=["uvloop", "asyncio"])
def running(request: pytest.FixtureRequest) -> Iterator[Served]:
    served = Served(loopback(), request.param)
    yield served
    served.stop()


@pytest.fixture
def served(running: Served, caplog: pytest.LogCaptureFixture) -> Iterator[Served]:
    """The server, which must not have logged anything of its own at the end, traceback or warning."""
    running.requests, running.events, running.refusals = [], [], []
    running.refused, running.released = asyncio.Event(), asyncio.Event()
    yield running
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def eventually(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + TIMEOUT
    while not condition() and time.monotonic() < end:
        time.sleep(0.001)
    return condition()


def get(path: bytes = b"/", *headers: bytes) -> bytes:
    return b"\r\n".join([b"GET " + path + b" HTTP/1.1", b"Host: x", *headers, b"", b""])


def post(*headers: bytes, body: bytes = b"", path: bytes = b"/") -> bytes:
    return b"\r\n".join([b"POST " + path + b" HTTP/1.1", b"Host: x", *headers, b"", body])


LAST = get(b"/", b"Connection: close")
CHUNKED = b"Transfer-Encoding: chunked"


def bytewise(request: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in request]


# Limits


def line_of(length: int) -> bytes:
    return b"GET /" + b"a" * (length - len(b"GET / HTTP/1.1")) + b" HTTP/1.1"


def headers_of(size: int) -> bytes:
    filler = size - len(HOST) - len(b"Connection: close\r\n") - len(b"A: \r\n")
    return HOST + b"Connection: close\r\nA: " + b"a" * filler + b"\r\n"


def test_the_longest_line_and_the_largest_headers_are_served(served: Served) -> None:
    request = line_of(16 * 1024) + b"\r\n" + headers_of(32 * 1024) + b"\r\n"
    assert [found.status for found in served.exchange(request)] == [200]


def test_the_largest_headers_are_served_in_trickles(served: Served) -> None:
    request = b"GET / HTTP/1.1\r\n" + headers_of(32 * 1024) + b"\r\n"
    pieces = [request[:17_000], request[17_000:-5], *bytewise(request[-5:])]
    assert [found.status for found in served.exchange(*pieces)] == [200]


def test_a_longer_line_is_414(served: Served) -> None:
    line = line_of(16 * 1024 + 1)
    refused = served.refusal(line + b"\r\n" + HOST + b"\r\n")
    assert refused.status == 414
    assert refused.failure["url"] == line.split()[1].decode()


def test_larger_headers_are_431(served: Served) -> None:
    refused = served.refusal(b"GET /lead HTTP/1.1\r\n" + headers_of(32 * 1024 + 1) + b"\r\n")
    assert (refused.status, refused.failure["url"]) == (431, "/lead")


def test_40_kb_of_headers_are_431(served: Served) -> None:
    assert served.refusal(get(b"/", *[b"A%d: " % n + b"a" * 4000 for n in range(10)])).status == 431


def test_a_line_that_never_ends_is_refused_at_the_limit(served: Served) -> None:
    assert served.refusal(b"GET /", *[b"a" * 1024] * 16).status == 414


def test_a_header_that_never_ends_is_refused_at_the_limit(served: Served) -> None:
    assert served.refusal(b"GET / HTTP/1.1\r\nA: ", *[b"a" * 1024] * 33).status == 431


def test_headers_that_never_end_are_refused_at_the_limit(served: Served) -> None:
    assert served.refusal(b"GET / HTTP/1.1\r\n", *[b"A: " + b"a" * 1019 + b"\r\n"] * 33).status == 431


def test_an_unfinished_request_behind_another_has_the_same_limits(served: Served) -> None:
    first, second = served.exchange(get() + b"GET /", *[b"a" * 1024] * 33)
    assert (first.status, second.status) == (200, 414)


def test_100_headers_are_served_and_101_are_431(served: Served) -> None:
    fields = [b"A%d: a" % number for number in range(98)]
    assert served.exchange(get(b"/", b"Connection: close", *fields))[0].status == 200
    refused = served.refusal(get(b"/", b"Connection: close", *fields, b"B: b"))
    assert refused.failure["message"] == "Too many request headers: at most 100"


def test_empty_lines_without_end_are_refused(served: Served) -> None:
    assert served.refusal(*[b"\r\n" * 1024] * 40).status == 431


def test_empty_lines_without_end_are_refused_behind_a_request(served: Served) -> None:
    with served.connect() as client:
        client.sendall(get(b"/one"))
        assert answers(client.recv(65536))[0].status == 200
        client.sendall(b"\r\n" * 20_000)
        (refused,) = answers(read_all(client))
    assert (refused.status, refused.failure["url"]) == (400, "")


def test_the_limits_are_those_of_one_request(served: Served) -> None:
    with served.connect() as client:
        client.sendall(post(b"Content-Length: 100000", body=b"a" * 100_000))
        received = b""
        while len(received) < 100_000:
            received += client.recv(65536)
        for byte in bytewise(LAST):
            client.sendall(byte)
        assert answers(read_all(client))[0].status == 200


@pytest.mark.parametrize("framing", [b"5;" + b"x" * 2**20, b"0\r\n" + b"A: a\r\n" * 2**17])
def test_chunk_extensions_and_trailers_are_limited(served: Served, framing: bytes) -> None:
    refused = served.refusal(post(CHUNKED, path=b"/patient"), framing)
    assert (refused.status, refused.failure["url"]) == (400, "/patient")


def test_trailers_do_not_reach_the_application(served: Served) -> None:
    request = post(CHUNKED, body=b"3\r\nabc\r\n0\r\nAuthorization: Bearer x\r\n\r\n")
    first, _ = served.exchange(request, LAST)
    assert (first.body, first.headers["seen"]) == (b"abc", "transfer-encoding")


def test_large_bodies_and_many_pipelined_requests_are_served(served: Served) -> None:
    body = b"a" * 1_000_000
    request = post(b"Content-Length: 1000000", body=body)
    found = served.exchange(request * 2 + get() * 900 + LAST)
    assert [len(each.body) for each in found] == [1_000_000] * 2 + [0] * 901


def test_too_many_pipelined_requests_are_refused_after_the_answers_to_the_others(served: Served) -> None:
    *others, refused = served.exchange(get(b"/patient") + get() * 2000)
    assert len(others) >= 1001
    assert (refused.status, refused.headers["retry-after"]) == (503, "1")


def test_nothing_more_is_read_while_requests_wait(served: Served) -> None:
    with served.connect() as client:
        client.sendall(get() + get(b"/patient") + get() * 900)
        assert client.recv(1)
        client.sendall(get() * 900 + LAST)
        assert served.exchange(b"nonsense\r\n\r\n")[0].status == 400  # lets the patient one go on
        found = answers(b"H" + read_all(client))
    assert [each.status for each in found] == [200] * 1803


def test_trailers_do_not_count_for_the_next_request(served: Served) -> None:
    with served.connect() as client:
        client.sendall(post(CHUNKED, body=b"3\r\nabc\r\n"))
        assert eventually(lambda: served.events == ["http.request"])
        client.sendall(b"0\r\n" + b"A: a\r\n" * 5000 + b"\r\n")
        assert client.recv(65536)
        for byte in bytewise(get(b"/", b"Connection: close", b"A: " + b"a" * 4000)):
            client.sendall(byte)
        assert answers(read_all(client))[0].status == 200


# Syntax


@pytest.mark.parametrize(
    ("request_", "url"),
    [
        (b"\x00\xff\xfe nonsense \r\n\r\n", ""),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", ""),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "*"),
        (b"FOO /lead?page=2 HTTP/1.1\r\nHost: x\r\n\r\n", "/lead?page=2"),
        (b"get / HTTP/1.1\r\nHost: x\r\n\r\n", "/"),
        (b"GET /Jos\xc3\xa9?a=%20 HTTP/1.1\r\nHost: x\r\n\r\n", "/Jos%C3%A9?a=%20"),
        (b"GET /?q=\xff HTTP/1.1\r\nHost: x\r\n\r\n", "/?q=%FF"),
        (b"GET / HTTP/1.1\nHost: x\n\n", "/"),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", "/"),
        (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", "/"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: a\r\n b\r\n\r\n", "/"),
        (b"GET /\r\n\r\n", "/"),
        (b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", "x:443"),
        (b"CONNECT /x HTTP/1.1\r\nHost: x\r\n\r\n", "/x"),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "*"),
        (b"GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", "ftp://x/"),
        (b"GET http://x:99999/ HTTP/1.1\r\nHost: x\r\n\r\n", "http://x:99999/"),
    ],
)
def test_what_is_no_request_is_400(served: Served, request_: bytes, url: str) -> None:
    refused = served.refusal(request_ + get(b"/smuggled"))
    assert (refused.status, refused.failure["url"]) == (400, url)
    assert served.requests == []


@pytest.mark.parametrize(
    "fields",
    [
        [b"Content-Length: 3", b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: chunked", b"Content-Length: 3"],
        [b"Content-Length: 3", b"Content-Length: 3"],
        [b"Content-Length: 3", b"Content-Length: 4"],
        [b"Content-Length: -1"],
        [b"Content-Length: +5"],
        [b"Content-Length: 0x5"],
        [b"Content-Length: 5, 5"],
        [b"Content-Length: "],
        [b"Content-Length: 99999999999999999999"],
        [b"Transfer-Encoding: xchunked"],
        [b"Transfer-Encoding: chunked, identity"],
        [b"Transfer-Encoding: gzip, chunked"],
        [b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"],
    ],
)
@pytest.mark.parametrize("split", [False, True])
def test_unclear_lengths_are_400_and_nothing_is_smuggled(
    served: Served, fields: list[bytes], split: bool
) -> None:
    request = post(*fields, body=b"0\r\n\r\n" + get(b"/smuggled"))
    refused = served.refusal(*(bytewise(request) if split else [request]))
    assert refused.status == 400
    assert served.requests == []


@pytest.mark.parametrize(
    "fields",
    [[], [b"Host: x", b"Host: x"], [b"Host: x", b"Host: y"], [b"Host: "], [b"Host: a:99999"], [b"Host: a b"]],
)
def test_http_1_1_needs_exactly_one_valid_host(served: Served, fields: list[bytes]) -> None:
    refused = served.refusal(b"\r\n".join([b"GET / HTTP/1.1", *fields, b"", b""]))
    assert (refused.status, served.requests) == (400, [])


@pytest.mark.parametrize("host", [b"closum.example", b"a_b:8000", b"[::1]:8000", b"127.0.0.1:", b"xn--a%41"])
def test_every_kind_of_host_is_served(served: Served, host: bytes) -> None:
    (found,) = served.exchange(b"GET / HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
    assert found.status == 200


def test_http_1_0_needs_no_host(served: Served) -> None:
    assert [found.status for found in served.exchange(b"GET / HTTP/1.0\r\n\r\n")] == [200]


@pytest.mark.parametrize(
    ("target", "path"),
    [(b"http://x", "/"), (b"http://x?a=b", "/"), (b"HTTP://x/lead", "/lead"), (b"//a", "//a")],
)
def test_an_absolute_target_is_served(served: Served, target: bytes, path: str) -> None:
    assert served.exchange(get(target, b"Connection: close"))[0].status == 200
    assert served.requests == [("GET", path)]


def test_a_second_request_has_the_same_rules(served: Served) -> None:
    first, second = served.exchange(get(), b"GET /two HTTP/1.1\r\n\r\n" + get(b"/three"))
    assert (first.status, second.status, second.failure["url"]) == (200, 400, "/two")
    assert served.requests == [("GET", "/")]


@pytest.mark.parametrize("split", [False, True])
def test_an_upgrade_is_served_as_ordinary_http(served: Served, split: bool) -> None:
    fields = [b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABk"]
    request = post(*fields, b"Content-Length: 3", body=b"abc") + get(b"/", *fields) + LAST
    found = served.exchange(*(bytewise(request) if split else [request]))
    assert [(each.status, each.body) for each in found] == [(200, b"abc"), (200, b""), (200, b"")]


def test_a_fault_behind_an_upgrade_is_400(served: Served) -> None:
    upgrade = get(b"/", b"Connection: Upgrade", b"Upgrade: websocket")
    assert [found.status for found in served.exchange(upgrade + b"nonsense\r\n\r\n")] == [200, 400]


# Answers


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
        begun = client.recv(65536)
        client.sendall(b"nonsense\r\n")
        assert read_all(client) == b""
    assert begun.count(b"HTTP/1.1") == 1
    assert [status for status, _ in served.refusals] == [400]


def test_expect_100_continue_gets_its_final_answer_alone(served: Served) -> None:
    (refused,) = served.exchange(post(b"Expect: 100-continue", b"Content-Length: 9999999", path=b"/large"))
    assert (refused.status, refused.body) == (413, b"large")


def test_overload_is_503_in_the_envelope() -> None:
    served = Served(loopback(), "uvloop", limit_concurrency=1)
    try:
        refused = served.refusal(get(b"/lead?page=1"))
    finally:
        served.stop()
    assert (refused.status, refused.failure["url"], served.requests) == (503, "/lead?page=1", [])
    assert refused.headers["retry-after"] == "1"


# The end of a connection


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
        assert protocol.LINGER_BYTES == 8 * 2**20
        assert 8 * 2**20 <= send_until_reset(client) < 32 * 2**20


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_a_lingering_connection_ends_after_2_seconds_also_in_a_shutdown(loop: str, tmp_path: Path) -> None:
    served = Served(unix(tmp_path / "socket"), loop)
    with served.connect() as client:
        client.sendall(post(b"Content-Length: 9", path=b"/large"))
        start = time.monotonic()
        assert answers(read_all(client))[0].status == 413
        served.server.should_exit = True
        poll = select.poll()
        poll.register(client, select.POLLHUP)
        assert poll.poll(TIMEOUT * 1000)
        assert 1.9 < time.monotonic() - start < 3
    served.stop()


def test_a_client_that_resets_the_connection_leaves_no_trace(served: Served) -> None:
    for _ in range(300):
        with served.connect() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(b"nonsense\r\n\r\n")
    assert eventually(lambda: not served.server.server_state.connections)


def test_no_connection_is_left_behind(served: Served) -> None:
    for _ in range(300):
        assert served.exchange(b"\x16\x03\x01")[0].status == 400
    assert eventually(lambda: not served.server.server_state.connections)
