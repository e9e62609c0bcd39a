"""What a browser is shown that asks for a page with a request that cannot be read."""

import re

import pytest

from tests.support import wire
from tests.support.server import Server

LONG, LARGE = "a" * 17_000, "a" * 33_000
BROWSER = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.mark.parametrize(
    ("target", "fields", "status", "told"),
    [
        (f"/leads?q={LONG}", (), 414, "This address is too long"),
        ("/leads", (f"Cookie: a={LARGE}",), 431, "The browser sends too much"),
        ("/leads", ("Transfer-Encoding: gzip",), 400, "The server cannot read this request"),
        ("/leads", ("Host: <b>",), 400, "The server cannot read this request"),
    ],
)
def test_a_browser_gets_a_page(
    server: Server, target: str, fields: tuple[str, ...], status: int, told: str
) -> None:
    answer = wire.send(server.address, wire.request(f"GET {target}", BROWSER, *fields))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["connection"] == "close"
    page = answer.content.decode()
    assert f"<h1>{told}</h1>" in page
    assert re.search(r'<a href="/">', page)
    assert LONG not in page


@pytest.mark.parametrize("accept", [BROWSER, "Accept: application/json", "Accept: */*", "X: y"])
@pytest.mark.parametrize("path", ["/api/lead", "/api", "/leads"])
def test_programs_get_the_envelope(server: Server, path: str, accept: str) -> None:
    if path == "/leads" and accept == BROWSER:
        return
    for target, fields, status in ((f"{path}?q={LONG}", (), 414), (path, (f"Cookie: a={LARGE}",), 431)):
        answer = wire.send(server.address, wire.request(f"GET {target}", accept, *fields))
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/json"
        assert answer.json()["data"]["code"] == status
        assert "content-security-policy" not in answer.headers
