"""Bodies that an answer does not wait for, and what follows them on the connection."""

import json
import socket
import subprocess
from http.client import HTTPConnection, HTTPResponse
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from closum.app import route_table
from closum.http.route import Route
from closum.resources import RESOURCES
from tests.conftest import Programs
from tests.support.alike import without_alike
from tests.support.client import Client
from tests.support.engine import ON_SQLITE
from tests.support.patience import PATIENCE
from tests.support.resources import by_need, new_sample
from tests.support.served import eventually
from tests.support.server import Server, clean_environment

each = pytest.mark.parametrize
readable = [route for route in without_alike(route_table()) if route.method == "GET"]
MIB = 1024 * 1024
LEAD = json.dumps({"name": "Ana"}).encode()


class Answer(NamedTuple):
    status: int
    closes: bool
    body: bytes


class Raw:
    """One connection to a server, in bytes. A context manager."""

    def __init__(self, server: Server, token: str | None = None) -> None:
        url = urlsplit(server.address)
        self.socket = socket.create_connection((url.hostname, url.port), timeout=PATIENCE)
        self._token = token

    def head(self, line: str, *fields: str, version: str = "HTTP/1.1") -> bytes:
        token = [f"Authorization: Bearer {self._token}"] if self._token else []
        return "\r\n".join([f"{line} {version}", "Host: x", *token, *fields, "", ""]).encode()

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.socket.sendall(piece)

    def answer(self, method: str = "GET") -> Answer:
        with HTTPResponse(self.socket, method=method) as response:
            response.begin()
            closes = response.getheader("connection") == "close"
            return Answer(response.status, closes, response.read())

    def ends(self) -> bool:
        """Whether nothing more comes, and the server has closed its side."""
        return self.socket.recv(1) == b""

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()


def leads(api: Client) -> int:
    return int(api.get("/api/lead").json()["pagination"]["count"])


# Answered before the body


REFUSED = [
    ("POST /api/nothing", True, 404),
    ("PUT /api/lead", True, 405),
    ("POST /api/lead", False, 401),
    ("PUT /api/lead/1", False, 401),
    ("POST /api/lead", True, 413),
    ("POST /api/token", True, 413),
]


@ON_SQLITE
@each(("line", "signed_in", "status"), REFUSED)
@each("expecting", [True, False])
def test_what_follows_an_early_answer_is_no_request(
    line: str, signed_in: bool, status: int, expecting: bool, server: Server, api: Client
) -> None:
    length = 5_000_000 if status == 413 else len(LEAD) + 1000
    fields = [f"Content-Length: {length}", "Content-Type: application/json"]
    with Raw(server, api.token if signed_in else None) as raw, Raw(server, api.token) as other:
        raw.send(raw.head(line, *fields, *(["Expect: 100-continue"] if expecting else [])))
        answer = raw.answer()
        assert (answer.status, answer.closes) == (status, True)
        assert json.loads(answer.body)["data"]["code"] == status
        raw.send(other.head("POST /api/lead", f"Content-Length: {len(LEAD)}"), LEAD)
        assert raw.ends()
    assert leads(api) == 0


@each("line", ["POST /api/lead", "PUT /api/lead/1"])
def test_a_body_that_has_come_leaves_the_connection_open(line: str, server: Server, api: Client) -> None:
    with Raw(server) as raw:
        request = raw.head(line, f"Content-Length: {len(LEAD)}") + LEAD
        for _ in range(3):
            raw.send(request)
            answer = raw.answer()
            assert (answer.status, answer.closes) == (401, False)


def test_a_client_told_to_continue_sends_its_body(server: Server, api: Client) -> None:
    with Raw(server, api.token) as raw:
        for number in (1, 2):
            raw.send(raw.head("POST /api/lead", f"Content-Length: {len(LEAD)}", "Expect: 100-Continue"))
            assert raw.socket.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
            raw.send(LEAD)
            assert raw.answer() == (201, False, b'{"success":true,"data":{"id":%d}}' % number)


def test_http_1_0_is_not_told_to_continue(server: Server, api: Client) -> None:
    with Raw(server, api.token) as raw:
        fields = [f"Content-Length: {len(LEAD)}", "Expect: 100-continue"]
        raw.send(raw.head("POST /api/lead", *fields, version="HTTP/1.0"), LEAD)
        assert raw.answer().status == 201
        assert raw.ends()


@each("expectation", ["foo", "100-continue, foo", "200-ok"])
def test_other_expectations_are_passed_over(expectation: str, server: Server, api: Client) -> None:
    with Raw(server, api.token) as raw:
        raw.send(raw.head("POST /api/lead", f"Content-Length: {len(LEAD)}", f"Expect: {expectation}"), LEAD)
        assert raw.answer()[:2] == (201, False)


def test_a_client_that_pools_connections_loses_no_lead(server: Server, api: Client) -> None:
    """As Go's does: a connection is used again when the answer does not say that it ends."""
    bodies = [LEAD, b"x" * 300_000, LEAD, b"x" * 5_000_000, LEAD]
    connection: Raw | None = None
    for body in bodies:
        for line in ("POST /api/nothing", "POST /api/lead"):
            raw = connection or Raw(server, api.token)
            raw.send(raw.head(line, f"Content-Length: {len(body)}", "Expect: 100-continue"))
            told = raw.socket.recv(25, socket.MSG_PEEK)
            if told.startswith(b"HTTP/1.1 100"):
                raw.socket.recv(25)
                raw.send(body)
            connection = None if raw.answer().closes else raw
            if connection is None:
                raw.socket.close()
    assert connection is not None
    connection.socket.close()
    assert leads(api) == 3


def curl(program: Programs, server: Server, *arguments: str) -> list[int]:
    """The statuses of curl's calls, separated by `--next`."""
    command = [program("curl", package="curl"), "-sS", "-o", "/dev/null", "-w", "%{http_code} ", *arguments]
    done = subprocess.run(
        command, env=clean_environment(), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.stderr == ""
    return [int(word) for word in done.stdout.split()]


def test_curl_that_expects_to_continue(server: Server, api: Client, program: Programs) -> None:
    sent = [
        "-H",
        "Expect: 100-continue",
        "-H",
        "Content-Type: application/json",
        "--data-binary",
        LEAD.decode(),
    ]
    token = ["-H", f"Authorization: Bearer {api.token}"]
    url, more = f"{server.address}/api/lead", ["--next", "-sS", "-o", "/dev/null", "-w", "%{http_code} "]
    calls = [
        *sent,
        url,
        *more,
        *sent,
        *token,
        url,
        *more,
        *sent,
        *token,
        f"{url}s",
        *more,
        *sent,
        *token,
        url,
    ]
    assert curl(program, server, *calls) == [401, 201, 404, 201]
    assert leads(api) == 2


def test_a_client_of_the_standard_library_goes_on_after_a_refusal(server: Server, api: Client) -> None:
    """It sends head and body one after the other, and connects again where it is told to."""
    url = urlsplit(server.address)
    connection = HTTPConnection(url.hostname or "", url.port, timeout=PATIENCE)
    for token, status in ((None, 401), (api.token, 201)) * 10:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        connection.request("POST", "/api/lead", LEAD, headers)
        with connection.getresponse() as response:
            response.read()
        assert response.status == status
    connection.close()
    assert leads(api) == 10


# Bodies that nobody asked for


def path_of(route: Route) -> str:
    return route.path.format(id=1)


@ON_SQLITE
@each("route", readable, ids=lambda route: route.path)
@each("method", ["GET", "HEAD"])
def test_a_long_body_is_413_on_every_method(route: Route, method: str, server: Server, api: Client) -> None:
    with Raw(server, api.token) as announced, Raw(server, api.token) as endless:
        announced.send(announced.head(f"{method} {path_of(route)}", f"Content-Length: {MIB + 1}"))
        answer = announced.answer(method)
        assert (answer.status, answer.closes) == (413, True)
        endless.send(endless.head(f"{method} {path_of(route)}", "Transfer-Encoding: chunked"))
        endless.send(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        for _ in range(16):
            endless.send(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        answer = endless.answer(method)
        assert (answer.status, answer.closes) == (413, True)
        assert endless.ends()


@ON_SQLITE
@each("route", readable, ids=lambda route: route.path)
def test_a_body_within_the_limit_does_not_count(route: Route, server: Server, api: Client) -> None:
    if "{id}" in route.path and route.resource and not route.resource.shared:
        for resource in by_need(RESOURCES):
            new_sample(api, resource)
    status = api.get(path_of(route)).status_code
    assert status in (200, 303) or (status == 404 and not route.resource)
    with Raw(server, api.token) as raw:
        line = f"GET {path_of(route)}"
        chunked = raw.head(line, "Transfer-Encoding: chunked") + b"5\r\nabcde\r\n0\r\n\r\n"
        for request in (raw.head(line, "Content-Length: 5") + b"abcde", chunked, raw.head(line)):
            raw.send(request)
            assert raw.answer()[:2] == (status, False)
        raw.send(raw.head(line, f"Content-Length: {MIB}"))
        assert raw.answer()[:2] == (status, True)  # it is not waited for


@ON_SQLITE
@each(
    ("line", "signed_in", "status"),
    [
        ("GET /api/nothing", True, 404),
        ("PUT /api/lead", True, 405),
        ("OPTIONS /health", True, 405),
        ("GET /api/lead", False, 401),
        ("GET /api/lead?limit=x", True, 413),
        ("GET /api/lead/9", True, 413),
        ("PUT /api/lead/9", True, 413),
    ],
)
@each("framing", ["Content-Length: 1048577", "Transfer-Encoding: chunked"])
def test_413_has_its_place_among_the_refusals(
    line: str, signed_in: bool, status: int, framing: str, server: Server, api: Client
) -> None:
    with Raw(server, api.token if signed_in else None) as raw:
        raw.send(raw.head(line, framing))
        if "chunked" in framing and status == 413:
            raw.send(b"110000\r\n", b"x" * 0x110000, b"\r\n")
        answer = raw.answer()
        assert (answer.status, answer.closes) == (status, True)


def test_a_body_of_1_mib_is_read(server: Server, api: Client) -> None:
    body = json.dumps({"name": "Ana", "pad": ""}).encode()
    body = body.replace(b'""', b'"%b"' % (b"x" * (MIB - len(body))))
    assert len(body) == MIB
    assert api.request("POST", "/api/lead", content=body).status_code == 201
    assert api.request("POST", "/api/lead", content=body + b" ").status_code == 413


def test_a_file_of_more_than_1_gib_is_refused_before_it_is_read(server: Server, api: Client) -> None:
    with Raw(server, api.token) as raw:
        raw.send(raw.head("POST /api/import", f"Content-Length: {1024**3 + 1}"))
        answer = raw.answer()
        assert (answer.status, answer.closes) == (413, True)
    assert api.get("/api/import").json()["data"] == []


def test_a_get_whose_client_goes_away_in_its_body_is_no_fault(server: Server, api: Client) -> None:
    with Raw(server, api.token) as raw:
        raw.send(raw.head("GET /api/lead?page=7", "Transfer-Encoding: chunked"), b"5\r\nab")
        raw.socket.shutdown(socket.SHUT_WR)
        assert raw.ends()
    assert eventually(lambda: '"status":499' in server.log.read_text())
    assert "Traceback" not in server.log.read_text()


# Half-closed, as `nc -N` does


def test_a_lead_that_is_stored_is_answered(server: Server, api: Client) -> None:
    for number in range(1, 21):
        with Raw(server, api.token) as raw:
            raw.send(raw.head("POST /api/lead", f"Content-Length: {len(LEAD)}"), LEAD)
            raw.socket.shutdown(socket.SHUT_WR)
            assert raw.answer().body == b'{"success":true,"data":{"id":%d}}' % number
            assert raw.ends()
    assert leads(api) == 20


def test_nc_gets_its_answer(server: Server, api: Client, program: Programs) -> None:
    url = urlsplit(server.address)
    with Raw(server, api.token) as raw:
        head = raw.head("GET /api/lead")
    command = [program("nc", package="netcat-openbsd"), "-N", str(url.hostname), str(url.port)]
    done = subprocess.run(command, input=head, capture_output=True, timeout=PATIENCE, check=False)
    assert done.stdout.startswith(b"HTTP/1.1 200 OK\r\n")
    assert done.stdout.endswith(b'"limit":null}}')
