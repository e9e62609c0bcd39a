"""An answer that is given up ends its connection at once, whatever the client has not taken yet."""

import contextlib
import socket

from tests.support.served import Served, eventually, get


def test_what_the_client_has_not_taken_is_dropped(served: Served) -> None:
    with served.connect() as client:
        client.sendall(get(b"/aborted"))
        assert eventually(lambda: served.events == ["http.disconnect"])
        assert eventually(lambda: not served.server.server_state.connections)
        assert taken(client) < 8_000_000
    assert served.requests == [("GET", "/aborted")]


def taken(client: socket.socket) -> int:
    """How many bytes there are until the connection ends, in order or not."""
    found = 0
    with contextlib.suppress(ConnectionResetError):
        while piece := client.recv(65_536):
            found += len(piece)
    return found
