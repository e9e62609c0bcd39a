"""Which addresses are one client, and which hop of a proxy's header is the client."""

from typing import Any

import pytest

from closum.accounts import attempts, clients
from closum.http.proxied import Proxied


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("203.0.113.21", "203.0.113.21"),
        (" 203.0.113.21 ", "203.0.113.21"),
        ("203.0.113.21:443", "203.0.113.21"),
        ("::ffff:203.0.113.21", "203.0.113.21"),
        ("::FFFF:cb00:7115", "203.0.113.21"),
        ("[::ffff:203.0.113.21]:443", "203.0.113.21"),
        ("64:ff9b::203.0.113.21", "203.0.113.21"),
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("[::1]:8080", "::1"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%25eth0]:80", "fe80::1"),
        ("", None),
        ("unix", None),
        ("203.0.113", None),
        ("203.0.113.21:", None),
        ("203.0.113.21:x", None),
        ("[::1", None),
        ("[::1]x", None),
        ("[203.0.113.21]:x", None),
        ("example.com", None),
    ],
)
def test_what_address_a_text_means(text: str, address: str | None) -> None:
    found = clients.address_of(text)
    assert (None if found is None else str(found)) == address


@pytest.mark.parametrize(
    "other",
    [
        "::ffff:203.0.113.21",
        "::ffff:cb00:7115",
        "203.0.113.21:1",
        "[::ffff:203.0.113.21]:1",
        "64:ff9b::cb00:7115",
    ],
)
def test_spellings_of_an_ipv4_address_are_one_client(other: str) -> None:
    assert attempts.of_client("203.0.113.21") == attempts.of_client(other)


@pytest.mark.parametrize(
    "other", ["2001:db8::2", "[2001:db8::1]:443", "2001:db8::ffff:1", "2001:DB8::1%eth0"]
)
def test_a_network_of_64_bits_is_one_client(other: str) -> None:
    assert attempts.of_client("2001:db8::1") == attempts.of_client(other)


def test_clients_of_a_nat64_are_as_many_as_their_ipv4_addresses() -> None:
    assert attempts.of_client("64:ff9b::192.0.2.1") != attempts.of_client("64:ff9b::192.0.2.2")


TRUSTED = ("127.0.0.1", "10.0.0.0/8", "::ffff:192.0.2.0/120", "2001:db8:1::/48", "unix")


async def client_of(peer: str, *values: str, proto: str | None = None) -> tuple[str, str]:
    """The client and the scheme of a request that comes with these headers."""
    seen: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)

    headers = [(b"host", b"x"), *((b"x-forwarded-for", value.encode("latin-1")) for value in values)]
    if proto:
        headers.append((b"x-forwarded-proto", proto.encode()))
    scope = {"type": "http", "scheme": "http", "client": (peer, 7), "headers": headers}
    proxied: Any = Proxied(app, TRUSTED)
    await proxied(scope, None, None)
    return seen["client"][0], seen["scheme"]


def _run(coroutine: Any) -> tuple[str, str]:
    with pytest.raises(StopIteration) as ended:
        coroutine.send(None)
    value: tuple[str, str] = ended.value.value
    return value


@pytest.mark.parametrize(
    ("peer", "values", "client"),
    [
        ("127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("::ffff:127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("unix", ["203.0.113.7"], "203.0.113.7"),
        ("192.0.2.9", ["203.0.113.7"], "203.0.113.7"),
        ("2001:db8:1::9", ["203.0.113.7"], "203.0.113.7"),
        ("203.0.113.9", ["203.0.113.7"], "203.0.113.9"),
        ("", ["203.0.113.7"], ""),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("127.0.0.1", ["::ffff:203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["203.0.113.7:51000"], "203.0.113.7"),
        ("127.0.0.1", ["[2001:db8::7]:51000"], "2001:db8::7"),
        ("127.0.0.1", ["198.51.100.1, 203.0.113.7, ::ffff:10.1.2.3"], "203.0.113.7"),
        ("127.0.0.1", ["198.51.100.1, 203.0.113.7", "10.1.2.3:80, [::ffff:10.1.2.4]:80"], "203.0.113.7"),
        ("127.0.0.1", ["10.1.2.3, 10.1.2.4"], "10.1.2.3"),
        ("127.0.0.1", ["203.0.113.7, unknown"], "unknown"),
        ("127.0.0.1", ["203.0.113.7, " + "x" * 1_000], "x" * 1_000),
    ],
)
def test_the_last_hop_that_is_no_trusted_proxy_is_the_client(
    peer: str, values: list[str], client: str
) -> None:
    assert _run(client_of(peer, *values))[0] == client


@pytest.mark.parametrize(
    ("peer", "proto", "scheme"),
    [
        ("127.0.0.1", "https", "https"),
        ("127.0.0.1", " https ", "https"),
        ("127.0.0.1", "ftp", "http"),
        ("203.0.113.9", "https", "http"),
    ],
)
def test_a_trusted_proxy_says_whether_it_was_tls(peer: str, proto: str, scheme: str) -> None:
    assert _run(client_of(peer, proto=proto))[1] == scheme
