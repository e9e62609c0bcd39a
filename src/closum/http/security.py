"""Whether what a browser sends on a connection stays between it and the server."""

import re
from enum import Enum

from closum.accounts.clients import address_of
from closum.http.request import Scope

# Those that browsers take for trustworthy without TLS.
_HERE = re.compile(rb"(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)
# What a proxy adds: the client is then elsewhere.
_OF_PROXIES = (b"forwarded", b"via", b"x-real-ip")
_FORWARDED = b"x-forwarded-"
_TRANSPORT = "closum.transport"  # in a scope, once it has been looked at


class Transport(Enum):
    """How a request came from its browser: over TLS, without it from the server's own machine, or without it at all."""

    TLS = "tls"
    LOOPBACK = "loopback"
    PLAIN = "plain"


def transport_of(scope: Scope) -> Transport:
    """Of a request that `Proxied` has seen, where there are trusted proxies: what others say of it does not count.

    `Host` is what anybody may write, so a name of this machine counts only where the connection comes from it.
    """
    found: Transport | None = scope.get(_TRANSPORT)
    if found is None:
        found = scope[_TRANSPORT] = _transport(scope)
    return found


def _transport(scope: Scope) -> Transport:
    if scope["scheme"] == "https":
        return Transport.TLS
    return Transport.LOOPBACK if _is_local(scope) else Transport.PLAIN


def _is_local(scope: Scope) -> bool:
    address = address_of(scope["client"][0])
    if address is None or not address.is_loopback:
        return False
    hosts = []
    for name, value in scope["headers"]:
        if name in _OF_PROXIES or name.startswith(_FORWARDED):
            return False
        if name == b"host":
            hosts.append(value)
    return len(hosts) == 1 and _HERE.fullmatch(hosts[0]) is not None
