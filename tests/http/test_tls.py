"""TLS before the protocol: handshakes that fail or never end, how a connection ends, certificates that change."""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Iterator
from typing import Any, cast

import pytest

from closum.http import closing
from closum.http.certificate import PemFiles, context_of
from closum.http.tls import HANDSHAKE_SECONDS, Tls
from tests.support.connected import Wire
from tests.support.quiet import QuietLoop, run_quietly
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
)
from tests.support.tls import TlsClient, authority, client_context, context, pair_of

pytestmark = pytest.mark.slow

KINDS = ["uvloop tls", "asyncio tls"]
LARGE = 4_000_000


class Watched(Served):
    """Notes the scheme of each request."""

    schemes: list[str]

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        self.schemes = [*getattr(self, "schemes", []), scope["scheme"]]
        await super().app(scope, receive, send)


@pytest.fixture(scope="module", params=KINDS)
def running(request: pytest.FixtureRequest) -> Iterator[Watched]:
    served = Watched(loopback(), request.param)
    yield served
    served.stop()


def answered(client: socket.socket) -> Answer:
    (found,) = answers(read_all(client))
    return found


def test_requests_are_https(served: Watched) -> None:
    assert [found.status for found in served.exchange(get() + LAST)] == [200, 200]
    assert served.schemes[-2:] == ["https", "https"]


def test_a_handshake_may_come_byte_by_byte(served: Served) -> None:
    with served.connect_tcp() as connection:
        client = TlsClient(cast(socket.socket, Bytewise(connection)))
        client.sendall(LAST)
        assert answered(client).status == 200  # type: ignore[arg-type]


class Bytewise:
    """A socket that sends each byte by itself."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def sendall(self, data: bytes) -> None:
        for byte in data:
            self._connection.sendall(bytes([byte]))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def trusting(**attributes: Any) -> ssl.SSLContext:
    """A client with these attributes of its context."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority().configure_trust(made)
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    ("version", "name"), [(ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")]
)
def test_versions_and_ciphers(served: Served, version: ssl.TLSVersion, name: str) -> None:
    trust = trusting(minimum_version=version, maximum_version=version)
    trust.set_alpn_protocols(["h2", "http/1.1"])
    with served.connect_tcp() as connection:
        client = TlsClient(connection, trust)
        client.sendall(LAST)
        assert answered(client).status == 200  # type: ignore[arg-type]
        cipher, _, bits = client.object.cipher() or ("", "", 0)
    assert (client.object.version(), client.object.selected_alpn_protocol()) == (name, "http/1.1")
    assert cipher.startswith("ECDHE-") or name == "TLSv1.3"
    assert "GCM" in cipher or "POLY1305" in cipher
    assert bits >= 128


@pytest.mark.parametrize("ciphers", ["AES128-SHA256:@SECLEVEL=0", "ECDHE-ECDSA-AES128-SHA256:@SECLEVEL=0"])
def test_old_ciphers_are_refused(served: Served, ciphers: str) -> None:
    trust = trusting(maximum_version=ssl.TLSVersion.TLSv1_2)
    trust.set_ciphers(ciphers)
    with served.connect_tcp() as connection, pytest.raises(ssl.SSLError):
        TlsClient(connection, trust)


def test_old_versions_are_refused() -> None:
    assert context().minimum_version == ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("sent", [LAST, b"\x16\x03\x01\x00\x05hello", b"\x00" * 500, b"SSH-2.0-x\r\n"])
def test_what_is_no_tls_gets_no_answer_of_http(
    served: Served, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with served.connect_tcp() as connection:
        connection.sendall(sent)
        with contextlib.suppress(ConnectionResetError):
            assert b"HTTP/" not in read_all(connection)
    assert served.exchange(LAST)[0].status == 200
    assert served.requests == [("GET", "/")]
    assert [
        record.message for record in caplog.records if record.name.startswith(("closum", "asyncio"))
    ] == []


def test_a_failed_handshake_is_one_line_of_the_debug_log(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "closum.server")
    with served.connect_tcp() as connection:
        connection.sendall(LAST)
        with contextlib.suppress(ConnectionResetError):
            read_all(connection)
    assert [record.message for record in caplog.records] == ["a TLS connection failed: HTTP_REQUEST"]


def test_handshakes_that_do_not_go_on_keep_nobody_waiting(served: Served) -> None:
    hello = first_bytes()
    with contextlib.ExitStack() as stack:
        for number in range(100):
            connection = stack.enter_context(served.connect_tcp())
            connection.sendall(hello[: number * len(hello) // 200])
        assert served.exchange(LAST)[0].status == 200
    assert eventually(lambda: not served.server.server_state.connections)
    assert served.requests == [("GET", "/")]


def first_bytes() -> bytes:
    """What a client begins with."""
    out = ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        client_context().wrap_bio(ssl.MemoryBIO(), out, server_hostname="localhost").do_handshake()
    return out.read()


@pytest.mark.parametrize("is_in_time", [True, False])
def test_a_handshake_has_a_deadline(is_in_time: bool) -> None:
    ends: list[bool] = []

    async def scenario(loop: QuietLoop) -> None:
        wire, client = Wire(), client_context()
        layer = Tls(wire, asyncio.Protocol(), context(), loop)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        shaking = client.wrap_bio(incoming, outgoing, server_hostname="localhost")
        for _ in range(2 if is_in_time else 1):
            with contextlib.suppress(ssl.SSLWantReadError):
                shaking.do_handshake()
            layer.data_received(outgoing.read())
            incoming.write(b"".join(wire.written))
            await loop.pass_time(HANDSHAKE_SECONDS / 3)
        for _ in range(2):
            ends.append(wire.closed)
            await loop.pass_time(HANDSHAKE_SECONDS)
        layer.connection_lost(None)

    run_quietly(scenario)
    assert ends == [False, not is_in_time]


def told(served: Served, request: bytes) -> tuple[Answer, bool]:
    """The answer, and whether it was said over TLS that no more comes, so that none can cut it short unnoticed."""
    with served.connect_tcp() as connection:
        client = TlsClient(connection)
        client.sendall(request)
        return answered(client), client.was_told  # type: ignore[arg-type]


@pytest.mark.parametrize("sent", [LAST, b"GET / HTTP/1.0\r\n\r\n", b"nonsense\r\n\r\n"])
def test_a_connection_ends_with_the_alert_of_tls(served: Served, sent: bytes) -> None:
    answer, was_told = told(served, sent)
    assert answer.status in (200, 400)
    assert was_told


def test_the_alert_of_a_client_is_taken_after_the_answer(served: Served) -> None:
    """A closed socket would answer it with a reset, which may overtake the answer."""
    with served.connect() as client:
        client.sendall(LAST)
        assert answered(client).status == 200
        client.shutdown(socket.SHUT_WR)
        assert eventually(lambda: not served.server.server_state.connections)
        assert client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0


def test_a_large_body_comes_back_whole(served: Served) -> None:
    body = bytes(range(256)) * (LARGE // 256)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
    answer, was_told = told(served, head + body)
    assert (answer.body, was_told) == (body, True)


def test_a_refused_upload_gets_its_answer_while_it_is_sent(served: Served) -> None:
    with served.connect() as client:
        client.sendall(post(b"Content-Length: 9000000", path=b"/large"))
        client.sendall(b"a" * 3_000_000)
        assert answered(client).status == 413


def test_a_client_that_goes_without_a_word_is_gone(served: Served) -> None:
    with served.connect() as client:
        client.sendall(post(b"Content-Length: 9", body=b"abc"))
        assert eventually(lambda: bool(served.requests))
    assert eventually(lambda: "http.disconnect" in served.events)
    assert eventually(lambda: not served.server.server_state.connections)


def test_forged_bytes_end_the_connection(served: Served) -> None:
    with served.connect_tcp() as connection:
        client = TlsClient(connection)
        connection.sendall(b"\x17\x03\x03\x00\x20" + b"x" * 32)
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            answered(client)  # type: ignore[arg-type]
    assert served.requests == []
    assert eventually(lambda: not served.server.server_state.connections)


def test_a_bad_request_before_them_is_no_fault_of_the_server(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    with served.connect_tcp() as connection:
        client = TlsClient(connection)
        client.object.write(b"nonsense\r\n\r\n")
        connection.sendall(client.outgoing() + b"\x17\x03\x03\x00\x20" + b"x" * 32)
        assert eventually(lambda: not served.server.server_state.connections)
    assert [one.message for one in caplog.records if one.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_that_never_reads_is_cut_off(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "STALL_SECONDS", 0.1)
    served = Served(loopback(), kind)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % LARGE
    try:
        with served.connect() as client:
            client.sendall(head + b"a" * LARGE)
            assert eventually(lambda: bool(served.requests))
            assert eventually(lambda: not served.server.server_state.connections)
            with contextlib.suppress(ConnectionResetError):
                assert len(read_all(client)) < LARGE
    finally:
        served.stop()


def test_a_new_certificate_is_for_new_connections(served: Served) -> None:
    other = authority().issue_cert("localhost")
    with served.connect() as before:
        old, served.context = served.context, context_of(pair_of(other), PemFiles("crt", "key"))
        try:
            with served.connect() as after:
                assert shown(before) != shown(after)
                for client in (before, after):
                    client.sendall(LAST)
                    assert answered(client).status == 200
        finally:
            served.context = old


def shown(client: Any) -> bytes:
    certificate: bytes = client.object.getpeercert(binary_form=True)
    return certificate
