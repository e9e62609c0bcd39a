"""Addresses and tokens, checked in one place for the library and the command line."""

import pytest

from closum_client._address import is_token, normal_url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://crm.example.com", "https://crm.example.com"),
        ("HTTP://CRM.example.com:80/", "http://crm.example.com"),
        ("https://crm.example.com:443/Crm/", "https://crm.example.com/Crm"),
        ("https://crm.example.com:80", "https://crm.example.com:80"),
        ("http://127.0.0.1:8000//", "http://127.0.0.1:8000"),
        ("http://[::1]:80", "http://[::1]"),
        ("http://[::1]:8000/crm", "http://[::1]:8000/crm"),
        ("https://bücher.example", "https://bücher.example"),
        ("http://x:", "http://x"),
        ("https://crm.example.com/api", "https://crm.example.com"),
        ("https://crm.example.com/api/", "https://crm.example.com"),
        ("https://crm.example.com//api//", "https://crm.example.com"),
        ("https://example.com/crm/api", "https://example.com/crm"),
        ("https://example.com/crm/api/api/", "https://example.com/crm"),
        ("https://example.com/my-api", "https://example.com/my-api"),
        ("https://example.com/api/crm", "https://example.com/api/crm"),
        ("https://api", "https://api"),
        ("crm.example.com", "https://crm.example.com"),
        ("crm.example.com:8443/crm/api", "https://crm.example.com:8443/crm"),
        ("203.0.113.5", "https://203.0.113.5"),
        ("localhost", "http://localhost"),
        ("LocalHost:8000/", "http://localhost:8000"),
        ("localhost:8000/api", "http://localhost:8000"),
        ("closum.localhost", "http://closum.localhost"),
        ("localhost.example.com", "https://localhost.example.com"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("127.9.9.9", "http://127.9.9.9"),
        ("0.0.0.0:8000", "http://0.0.0.0:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("[2001:db8::1]:8000", "https://[2001:db8::1]:8000"),
        ("https://localhost:8000", "https://localhost:8000"),
    ],
)
def test_what_makes_no_difference_goes(text: str, url: str) -> None:
    assert normal_url(text) == url
    assert normal_url(url) == url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("http://x ", "no spaces"),
        (" http://x", "no spaces"),
        ("http://x/a b", "no spaces"),
        ("http://x/\t", "no spaces"),
        ("http://x/\u00a0", "no spaces"),
        ("http://x/\x00", "no spaces, control characters"),
        ("http://a\\b", "or backslashes"),
        ("http://a/secret?b", r"no \? and no #"),
        ("http://a/#secret", r"no \? and no #"),
        ("http://me:secret@a", "no user or password"),
        ("http://a:99999", "a port up to 65535"),
        ("http://a:-1", "must be the address of a server"),
        ("http://a:secret", "must be the address of a server"),
        ("http://a..b", "must be the address of a server"),
        (f"http://{'a' * 64}.example", "must be the address of a server"),
        ("http://[", "must be the address of a server"),
        ("http://[::1", "must be the address of a server"),
        ("http://[secret]", "must be the address of a server"),
        ("http:///crm", "must be the address of a server"),
        ("http:crm", "must be the address of a server"),
        ("ws://a", "must be the address of a server"),
        ("", "must be the address of a server"),
        ("/crm", "must be the address of a server"),
        ("//crm.example.com", "must be the address of a server"),
        ("http:/crm.example.com", "must be the address of a server"),
        ("mailto:secret", "must be the address of a server"),
        ("crm.example.com:secret", "must be the address of a server"),
        ("crm.example.com:99999", "must be the address of a server"),
        ("::1", "must be the address of a server"),
        ("me:secret@crm.example.com", "no user or password"),
    ],
)
def test_what_is_no_address(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as raised:
        normal_url(text)
    shown = f"{raised.value!r} {raised.value.__cause__!r} {raised.value.__context__!r}"
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("text", "sound"),
    [("a.b-c_d~e", True), ("!", True), ("", False), ("a b", False), ("a\n", False), ("ü", False)],
)
def test_tokens(text: str, sound: bool) -> None:
    assert is_token(text) is sound
