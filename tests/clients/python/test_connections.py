"""Real sockets: no server, servers that break off, hang, or answer over a path."""

import socket
import ssl
import threading

import httpx2
import pytest

from closum_client import Client, ConnectionFailed, TimedOut, __version__
from closum_client.errors import LOOK_FIRST
from tests.clients.python.both import Connect
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import LEAD, Script, ok
from tests.clients.python.wire import Wire, answer, drop, half, hang

GREETING = {"success": True, "data": "hi"}
TOKEN = {"token": "a.b.c"}


def test_nobody_listens(connect: Connect, pauses: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = connect(f"http://127.0.0.1:{port}", **TOKEN)
    with pytest.raises(ConnectionFailed, match="does the server run") as raised:
        client.leads.create(name="Sylvia")
    assert isinstance(raised.value.__cause__, httpx2.ConnectError)
    assert not raised.value.outcome_unknown
    assert pauses == [0.5, 1, 2]


@pytest.mark.parametrize("behaviour", [drop, half])
def test_the_connection_breaks(connect: Connect, pauses: list[float], behaviour: object) -> None:
    with Wire(behaviour, behaviour, answer) as wire:  # type: ignore[arg-type]
        client = connect(wire.address, **TOKEN)
        assert client.request("GET", "/api/x") == GREETING
        assert len(wire.requests) == 3


@pytest.mark.parametrize("behaviour", [drop, half])
def test_it_breaks_in_a_create(connect: Connect, pauses: list[float], behaviour: object) -> None:
    with Wire(behaviour, answer) as wire:  # type: ignore[arg-type]
        client = connect(wire.address, **TOKEN)
        with pytest.raises(ConnectionFailed, match=LOOK_FIRST) as raised:
            client.leads.create(name="Sylvia")
        assert raised.value.outcome_unknown
        assert len(wire.requests) == 1


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
        assert left.wait(30)
        assert client.request("POST", "/api/x", json={}) == GREETING
        assert len(wire.requests) == 2


def test_no_answer_in_time(connect: Connect, pauses: list[float]) -> None:
    with Wire(hang, answer) as wire:
        assert connect(wire.address, timeout=0.1, **TOKEN).request("GET", "/api/x") == GREETING
    with Wire(hang, answer) as wire:
        client = connect(wire.address, timeout=0.1, **TOKEN)
        with pytest.raises(TimedOut, match=f"no answer in time. {LOOK_FIRST}") as raised:
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
        f"User-Agent: closum-client/{__version__} python",
    } <= set(headers)


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
