"""A server of raw sockets: what a well-kept HTTP server never does."""

import socket
import threading
from collections.abc import Callable

from tests.support.patience import PATIENCE

HELLO = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 28\r\n\r\n{"success":true,"data":"hi"}'

Behaviour = Callable[[socket.socket], None]


def answer(connection: socket.socket) -> None:
    connection.sendall(HELLO)


def drop(connection: socket.socket) -> None:
    connection.close()


def hang(connection: socket.socket) -> None:
    """Say nothing, until the client gives up."""
    connection.recv(1)


def half(connection: socket.socket) -> None:
    """Break in the middle of the answer."""
    connection.sendall(HELLO[:-5])
    connection.close()


class Wire:
    """Behaves, request by request, as it is told. A context manager with an `address`."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.requests: list[bytes] = []
        self._behaviours = list(behaviours)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while self._behaviours:
            connection, _ = self._listener.accept()
            connection.settimeout(PATIENCE)
            with connection:
                while self._behaviours and (request := _read(connection)):
                    self.requests.append(request)
                    self._behaviours.pop(0)(connection)
                    if connection.fileno() == -1:
                        break

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self._behaviours.clear()
        with socket.create_connection(self._listener.getsockname()):
            pass  # wakes it, where it waits for one
        self._thread.join(PATIENCE)
        self._listener.close()


def _read(connection: socket.socket) -> bytes:
    """A request with its body; empty where the client has closed."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            return b""
        received += piece
    head, _, rest = received.partition(b"\r\n\r\n")
    length = next(
        (int(one[15:]) for one in head.lower().split(b"\r\n") if one.startswith(b"content-length:")), 0
    )
    while len(rest) < length:
        rest += connection.recv(65536)
    return head + b"\r\n\r\n" + rest
