"""What a browser may be told over a connection."""

from closum.accounts.clients import address_of
from closum.http.file import joined
from closum.http.request import Scope

TLS, LOOPBACK, PLAIN = "tls", "loopback", "plain"

_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def transport(scope: Scope) -> str:
    """TLS, LOOPBACK for plain HTTP within the machine, which browsers trust, else PLAIN."""
    if scope["scheme"] == "https":
        return TLS
    host, colon, port = joined(scope["headers"], b"host").rpartition(":")
    name = host if colon and port.isdigit() else f"{host}{colon}{port}"
    client = scope.get("client")
    peer = address_of(client[0]) if client else None
    return LOOPBACK if name in _HOSTS and peer is not None and peer.is_loopback else PLAIN
