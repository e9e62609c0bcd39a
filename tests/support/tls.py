"""TLS for tests: an authority, certificates, and clients that can half-close, as the module `ssl` has none."""

import contextlib
import functools
import socket
import ssl
from pathlib import Path
from typing import Any

import trustme

from closum.http.certificate import Pair, PemFiles, context_of

RECORD = 65_536


@functools.cache
def authority() -> trustme.CA:
    """The one that the clients of tests trust."""
    return trustme.CA()


@functools.cache
def leaf() -> trustme.LeafCert:
    """Of this machine."""
    return authority().issue_cert("localhost", "127.0.0.1", "::1")


def pair_of(certificate: trustme.LeafCert) -> Pair:
    return Pair(
        b"".join(one.bytes() for one in certificate.cert_chain_pems), certificate.private_key_pem.bytes()
    )


def write(folder: Path, certificate: trustme.LeafCert | None = None) -> PemFiles:
    """The two files, as a server reads them."""
    files = PemFiles(str(folder / "server.crt"), str(folder / "server.key"))
    for name, content in zip(files, pair_of(certificate or leaf()), strict=True):
        Path(name).write_bytes(content)
        Path(name).chmod(0o600)
    return files


@functools.cache
def context() -> ssl.SSLContext:
    """Of a server."""
    return context_of(pair_of(leaf()), PemFiles("server.crt", "server.key"))


@functools.cache
def client_context() -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority().configure_trust(made)
    return made


class TlsClient:
    """Stands in for a connected socket, over which it speaks TLS."""

    def __init__(self, connection: socket.socket, trust: ssl.SSLContext | None = None) -> None:
        self._connection = connection
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = (trust or client_context()).wrap_bio(
            self._incoming, self._outgoing, server_hostname="localhost"
        )
        self.was_told = False  # that no more comes, in an alert of TLS
        while not self._has_shaken_hands():
            self._receive()

    def _has_shaken_hands(self) -> bool:
        try:
            self.object.do_handshake()
        except ssl.SSLWantReadError:
            return False
        finally:
            self._send()
        return True

    def _send(self) -> None:
        self._connection.sendall(self.outgoing())

    def outgoing(self) -> bytes:
        """The encrypted bytes that wait for the connection."""
        return self._outgoing.read()

    def _receive(self) -> None:
        if data := self._connection.recv(RECORD):
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    def sendall(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[self.object.write(left) :]
        self._send()

    def send(self, data: bytes) -> int:
        self.sendall(data)
        return len(data)

    def recv(self, size: int) -> bytes:
        while True:
            try:
                data = self.object.read(size)
            except ssl.SSLWantReadError:
                self._receive()
            except ssl.SSLZeroReturnError:
                data = b""
                break
            except ssl.SSLEOFError:
                return b""
            else:
                break
        self.was_told = not data
        return data

    def shutdown(self, how: int) -> None:
        """Sends the alert that no more comes, and then no more."""
        assert how == socket.SHUT_WR
        with contextlib.suppress(ssl.SSLError):
            self.object.unwrap()
        with contextlib.suppress(OSError):  # the server has closed meanwhile
            self._send()
            self._connection.shutdown(how)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def __enter__(self) -> "TlsClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
