"""Real sockets: no server, servers that break off, hang, or answer over a path."""

import gzip
import re
import socket
import ssl
import threading
from contextlib import suppress

import httpx2
import pytest

from closum_client import Client, ConnectionFailed, TimedOut, UnexpectedAnswer, __version__, _body
from closum_client.errors import LOOK_FIRST
from tests.clients.python.both import Connect
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import LEAD, Script, ok
from tests.clients.python.wire import Wire, answer, drop, half, hang
from tests.support.patience import PATIENCE

GREETING = {"success": True, "data": "hi"}
TOKEN = {"token": "a.b.c"}


def test_nobody_listens(connect: Connect, pauses: list[float]) -> None:
    with socket.socket() as silent:  # bound, so that nobody else takes the port
        silent.bind(("127.0.0.1", 0))
        client = connect(f"http://127.0.0.1:{silent.getsockname()[1]}", **TOKEN)
        with pytest.raises(ConnectionFailed, match="does the server run") as raised:
            client.leads.create(name="Sylvia")
    assert isinstance(raised.value.__cause__, httpx2.ConnectError)
    assert not raised.value.outcome_unknown
    assert pauses == [0.5, 1, 2]


def test_a_server_without_tls(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse() -> None:
            accepted, _ = listener.accept()
            with accepted:
                accepted.recv(100)
                accepted.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")

        thread = threading.Thread(target=refuse)
        thread.start()
        client = connect(f"https://127.0.0.1:{listener.getsockname()[1]}", retries=0, **TOKEN)
        with pytest.raises(ConnectionFailed, match="the address begins with http://") as raised:
            client.leads.create(name="Sylvia")
        thread.join()
    assert not raised.value.outcome_unknown


@pytest.mark.parametrize("behaviour", [drop, half])
def test_the_connection_breaks(connect: Connect, pauses: list[float], behaviour: object) -> None:
    with Wire(behaviour, behaviour, answer) as wire:  # type: ignore[arg-type]
        client = connect(wire.address, **TOKEN)
        assert client.request("GET", "/api/x") == GREETING
        assert len(wire.requests) == 3


@pytest.mark.parametrize("behaviour", [drop, half])
def test_it_breaks_in_a_create(connect: Connect, pauses: list[float], behaviour: object) -> None:
    with Wire(behaviour, behaviour, answer) as wire:  # type: ignore[arg-type]
        client = connect(wire.address, retries=1, **TOKEN)
        with pytest.raises(ConnectionFailed, match=re.escape(LOOK_FIRST)) as raised:
            client.leads.create(name="Sylvia")
        assert raised.value.outcome_unknown
        assert len(wire.requests) == 2


def test_a_kept_connection_that_was_closed_meanwhile(connect: Connect) -> None:
    """Nothing was sent over it, so that a create simply takes another one."""

    left = threading.Event()

    def answer_and_leave(connection: socket.socket) -> None:
        answer(connection)
        connection.close()
        left.set()

    with Wire(answer_and_leave, answer_and_leave) as wire:
        client = connect(wire.address, **TOKEN)
        assert client.request("GET", "/api/x") == GREETING
        assert left.wait(PATIENCE)
        assert client.request("POST", "/api/x", json={}) == GREETING
        assert len(wire.requests) == 2


def test_no_answer_in_time(connect: Connect, pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    with Wire(hang, answer) as wire:
        client = connect(wire.address, timeout=0.1, **TOKEN)

        def room_for_the_second(least: float, most: float) -> float:
            client._driver._timeout = 60
            return most

        monkeypatch.setattr("closum_client._retry.uniform", room_for_the_second)
        assert client.request("GET", "/api/x") == GREETING
        assert len(wire.requests) == 2
    with Wire(hang, answer) as wire:
        client = connect(wire.address, timeout=0.1, retries=0, **TOKEN)
        with pytest.raises(TimedOut, match=f"no answer in time. {re.escape(LOOK_FIRST)}") as raised:
            client.leads.create(name="Sylvia")
        assert isinstance(raised.value, ConnectionFailed)
        assert isinstance(raised.value.__cause__, httpx2.ReadTimeout)
        assert len(wire.requests) == 1


@pytest.mark.parametrize("path", ["", "/", "/crm", "/crm/"])
def test_what_is_sent(connect: Connect, path: str) -> None:
    with Wire(answer) as wire:
        connect(wire.address + path, **TOKEN).request(
            "GET", "/api/lead", params={"sort": "name", "page": None}
        )
    line, *headers = wire.requests[0].decode().split("\r\n")
    assert line == f"GET {path.rstrip('/')}/api/lead?sort=name HTTP/1.1"
    assert {
        "Authorization: Bearer a.b.c",
        "Accept: application/json",
        "Accept-Encoding: identity",
        f"User-Agent: closum-client/{__version__} python",
    } <= set(headers)


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    with suppress(ConnectionError):
        while True:
            connection.sendall(b" " * 65536)


def test_an_answer_without_an_end(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("closum_client._body.LARGEST", 4 << 20)
    with Wire(endless) as wire:
        client = connect(wire.address, **TOKEN)
        with pytest.raises(UnexpectedAnswer, match=r"more than 4 MiB: ask for fewer") as raised:
            client.leads.create(name="Sylvia")
    assert (raised.value.status, raised.value.content_type) == (200, "application/json")
    assert raised.value.outcome_unknown


def test_how_large_an_answer_may_be(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _body.LARGEST == 64 << 20
    monkeypatch.setattr(_body, "LARGEST", len(ok(LEAD).content))
    client, script = scripted(ok(LEAD), ok(LEAD, more=1))
    assert client.leads.retrieve(1).id == 1
    with pytest.raises(UnexpectedAnswer, match="ask for fewer records at once"):
        client.leads.retrieve(1)
    assert script.is_at_end


def bomb(connection: socket.socket) -> None:
    body = gzip.compress(b" " * (100 << 20))
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    with suppress(ConnectionError):
        connection.sendall(head.encode() + body)


def test_a_compressed_answer_is_not_unpacked(connect: Connect) -> None:
    with Wire(bomb) as wire, pytest.raises(UnexpectedAnswer, match="compressed, although it must not be"):
        connect(wire.address, **TOKEN).leads.retrieve(1)


def test_a_certificate_that_is_not_trusted_stays_so(scripted: Scripted) -> None:
    fault = httpx2.ConnectError("certificate verify failed")
    fault.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
    client, script = scripted(fault)
    with pytest.raises(ConnectionFailed, match="the server's certificate is not trusted here") as raised:
        client.leads.create(name="Sylvia")
    assert (script.is_at_end, raised.value.outcome_unknown) == (True, False)


def test_an_http_client_of_the_users_own_stays_open() -> None:
    script = Script(ok(LEAD), ok(LEAD))
    http = httpx2.Client(transport=httpx2.MockTransport(script), auth=("other", "identity"))
    for _ in range(2):
        with Client("https://closum.test", token="a.b.c", http_client=http) as client:
            assert client.leads.retrieve(1).id == 1
    assert script.tokens == ["Bearer a.b.c"] * 2
    assert not http.is_closed


def test_a_client_that_is_closed(connect: Connect) -> None:
    client = connect("http://127.0.0.1:1", **TOKEN)
    client.close()
    with pytest.raises(RuntimeError, match="closed"):
        client.leads.retrieve(1)
