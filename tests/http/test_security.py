"""Whether a request came over TLS, from this machine, or neither; hostile headers change nothing."""

from typing import Any

import pytest

from closum.http.proxied import Proxied
from closum.http.security import Transport, transport_of

TRUSTED = ("unix", "127.0.0.1", "10.0.0.0/8")
Fields = list[tuple[str, str]]


def seen(
    peer: str, *fields: tuple[str, str], scheme: str = "http", trusted: tuple[str, ...] = ()
) -> Transport:
    """What a handler behind `Proxied` finds."""
    found: list[Transport] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        found.append(transport_of(scope))

    headers = [(name.encode(), value.encode()) for name, value in fields]
    scope = {"type": "http", "scheme": scheme, "client": (peer, 7), "headers": headers}
    wrapped: Any = Proxied(app, trusted) if trusted else app
    with pytest.raises(StopIteration):
        wrapped(scope, None, None).send(None)
    return found[0]


LOCAL = ("host", "localhost:8000")
HTTPS = ("x-forwarded-proto", "https")
CLIENT = ("x-forwarded-for", "203.0.113.7")


@pytest.mark.parametrize("peer", ["203.0.113.7", "127.0.0.1", "unix"])
def test_tls_of_the_server_itself_is_tls(peer: str) -> None:
    assert seen(peer, ("host", "leads.example.com"), scheme="https") is Transport.TLS
    assert seen(peer, LOCAL, scheme="https") is Transport.TLS


@pytest.mark.parametrize(
    "host", ["localhost", "LocalHost:8000", "127.0.0.1", "127.0.0.1:80", "[::1]:8000", "[::1]"]
)
@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_a_browser_on_the_servers_machine(peer: str, host: str) -> None:
    assert seen(peer, ("host", host)) is Transport.LOOPBACK
    assert seen(peer, ("host", host), scheme="https") is Transport.TLS


@pytest.mark.parametrize(
    "host",
    [
        *(
            "leads.example.com",
            "localhost.example.com",
            "localhost@evil.example",
            "localhost:8000:1",
            "localhost:",
            "",
        ),
        *(
            "localhost.",
            " localhost",
            "127.0.0.1.example.com",
            "127.1",
            "0.0.0.0",
            "::1",
            "[::1",
            "localhost\n",
        ),
        *(
            "localhost:123456",
            "localhost, leads.example.com",
            "xlocalhost",
            "[::ffff:127.0.0.1]",
            "localhost/",
        ),
    ],
)
def test_other_names_are_not_this_machine(host: str) -> None:
    assert seen("127.0.0.1", ("host", host)) is Transport.PLAIN


@pytest.mark.parametrize(
    "peer", ["203.0.113.7", "10.0.0.1", "2001:db8::1", "::ffff:203.0.113.7", "unix", "", "x"]
)
def test_a_name_of_this_machine_counts_from_this_machine_only(peer: str) -> None:
    assert seen(peer, LOCAL) is Transport.PLAIN


@pytest.mark.parametrize("fields", [[], [LOCAL, LOCAL], [LOCAL, ("host", "leads.example.com")]])
def test_one_host_is_needed(fields: Fields) -> None:
    assert seen("127.0.0.1", *fields) is Transport.PLAIN


@pytest.mark.parametrize(
    "name",
    ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "forwarded", "via"],
)
def test_behind_a_proxy_on_this_machine_the_browser_is_elsewhere(name: str) -> None:
    assert seen("127.0.0.1", LOCAL, (name, "x")) is Transport.PLAIN
    assert seen("127.0.0.1", LOCAL, (name, "x"), trusted=TRUSTED) is Transport.PLAIN


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.1.2.3", "::ffff:10.1.2.3", "unix"])
@pytest.mark.parametrize(
    ("said", "transport"),
    [
        (["https"], Transport.TLS),
        (["HTTPS"], Transport.TLS),
        ([" https "], Transport.TLS),
        (["http"], Transport.PLAIN),
        (["http, https"], Transport.TLS),
        (["https, http"], Transport.PLAIN),
        (["https,http"], Transport.PLAIN),
        (["https", "http"], Transport.PLAIN),
        (["http", "https"], Transport.TLS),
        (["https, "], Transport.PLAIN),
        (["httpss"], Transport.PLAIN),
        ([""], Transport.PLAIN),
        ([], Transport.PLAIN),
    ],
)
def test_of_a_trusted_proxy_the_last_scheme_counts(peer: str, said: list[str], transport: Transport) -> None:
    fields = [("x-forwarded-proto", one) for one in said]
    assert seen(peer, LOCAL, CLIENT, *fields, trusted=TRUSTED) is transport
    assert seen(peer, LOCAL, *fields, CLIENT, trusted=TRUSTED) is transport


@pytest.mark.parametrize("peer", ["203.0.113.7", "192.168.0.1", "unix-like", "127.0.0.2"])
def test_what_others_say_does_not_count(peer: str) -> None:
    for fields in ([HTTPS], [HTTPS, CLIENT], [HTTPS, ("x-forwarded-for", "10.0.0.1")]):
        assert seen(peer, LOCAL, *fields, trusted=TRUSTED) is Transport.PLAIN
        assert seen(peer, LOCAL, *fields) is Transport.PLAIN


def test_a_proxy_that_speaks_tls_to_the_server_says_how_its_client_came() -> None:
    assert seen("10.0.0.1", ("x-forwarded-proto", "http"), scheme="https", trusted=TRUSTED) is Transport.PLAIN
    assert seen("10.0.0.1", HTTPS, scheme="https", trusted=TRUSTED) is Transport.TLS
    assert (
        seen("203.0.113.7", ("x-forwarded-proto", "http"), scheme="https", trusted=TRUSTED) is Transport.TLS
    )


def test_a_client_that_claims_to_be_on_this_machine_is_not() -> None:
    claim = ("x-forwarded-for", "127.0.0.1")
    for peer in ("203.0.113.7", "10.0.0.1", "unix"):
        assert seen(peer, LOCAL, claim, trusted=TRUSTED) is Transport.PLAIN
