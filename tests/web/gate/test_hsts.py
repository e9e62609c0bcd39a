"""Browsers that have been here by TLS come back by TLS alone."""

import re

from tests.support.entering import PLAIN, TLS, Browser, visit

HSTS = "strict-transport-security"


def test_browsers_come_back_by_tls_alone(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        page = await browser.page("/sign-in")
        style = re.findall(r'href="(/static/[^"]+)"', page)[0]
        for path in ("/", "/sign-in", style, "/leads"):
            assert (await browser.get(path)).headers[HSTS] == "max-age=31536000"
        for path in ("/api/lead", "/api/openapi.json"):
            assert HSTS not in (await browser.get(path)).headers

    async def without(browser: Browser) -> None:
        for path in ("/", "/sign-in"):
            assert HSTS not in (await browser.get(path)).headers

    visit(url, scenario, TLS)
    visit(url, without, PLAIN)
