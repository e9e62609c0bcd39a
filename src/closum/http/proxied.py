"""What trusted proxies say of a request: the address of its client, and whether it came over TLS."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from starlette.types import ASGIApp

from closum.accounts.clients import address_of
from closum.http.request import Receive, Scope, Send

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

REMEMBERED = 4_096  # hosts, and values of X-Forwarded-For
LONGEST_HOST = 253  # characters; what is longer is not remembered
MAPPED_BITS = 96  # before the IPv4 address in `::ffff:203.0.113.21`


class Proxied:
    """Takes `X-Forwarded-For` and `X-Forwarded-Proto` from the hosts, networks and words (`unix`) that are trusted.

    Of several schemes the last counts, which the proxy has written that closum talks to: what is before it may be the
    client's own.

    uvicorn's own takes `::ffff:10.0.0.1` for another host than `10.0.0.1`.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[str]) -> None:
        self._app = app
        self._words = {one for one in trusted if one == "unix"}
        self._networks = [_network(one) for one in trusted if one not in self._words]
        self._trusts = lru_cache(REMEMBERED)(self._looked_up)
        self._clients = lru_cache(REMEMBERED)(self._client)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._is_trusted(scope["client"][0]):
            self._believe(scope)
        await self._app(scope, receive, send)

    def _believe(self, scope: Scope) -> None:
        forwarded = scheme = b""
        for name, value in scope["headers"]:
            if name == b"x-forwarded-for":
                forwarded = forwarded + b"," + value if forwarded else value
            elif name == b"x-forwarded-proto":
                scheme = value.rpartition(b",")[2].strip().lower()
        if scheme in (b"http", b"https"):
            scope["scheme"] = scheme.decode()
        known = self._clients if len(forwarded) <= LONGEST_HOST else self._client
        if forwarded and (client := known(forwarded)):
            scope["client"] = (client, 0)

    def _client(self, forwarded: bytes) -> str:
        """The last hop that is no trusted proxy, or the first where all are."""
        hops = [hop.strip() for hop in forwarded.decode("latin-1").split(",")]
        client = next((hop for hop in reversed(hops) if not self._is_trusted(hop)), hops[0])
        address = address_of(client)
        return client if address is None else str(address)

    def _is_trusted(self, host: str) -> bool:
        return len(host) <= LONGEST_HOST and self._trusts(host)

    def _looked_up(self, host: str) -> bool:
        address = address_of(host)
        return host in self._words or (
            address is not None and any(address in network for network in self._networks)
        )


def _network(text: str) -> Network:
    """Of IPv4 also where it is written as one of IPv6."""
    network = ipaddress.ip_network(text)
    if isinstance(network, ipaddress.IPv4Network) or network.prefixlen < MAPPED_BITS:
        return network
    mapped = network.network_address.ipv4_mapped
    return ipaddress.IPv4Network((mapped, network.prefixlen - MAPPED_BITS)) if mapped else network
