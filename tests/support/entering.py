"""Browsers at the pages of a server in this process, on a clock that the test moves."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from html import unescape
from typing import Any

import httpx2
from starlette.types import ASGIApp

from closum.accounts import passwords, users
from closum.store.identity import Account
from closum.store.session import Session
from closum.web.forms import TOKEN
from tests.support.inprocess import Clock, built, running

EMAIL, PASSWORD = "ana@example.com", "a long password"
TLS, LOOPBACK, PLAIN = "https://closum", "http://localhost", "http://closum"

_FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


class Browser:
    """One without scripts, which follows no redirects; `clock` is that of the server."""

    def __init__(self, client: httpx2.AsyncClient, clock: Clock) -> None:
        self.client, self.clock = client, clock

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        return await self.client.get(path, headers=headers)

    async def page(self, path: str, status: int = 200) -> str:
        answer = await self.get(path)
        assert answer.status_code == status, answer.text
        return answer.text.replace("<wbr>", "")

    async def send(self, of: str, path: str, **fields: str) -> httpx2.Response:
        """A form of the page at `of`, with what is hidden in it."""
        return await self.press(await self.page(of), path, **fields)

    async def press(self, page: str, path: str, **fields: str) -> httpx2.Response:
        """A form of a page that is there, which goes to a path."""
        return await self.client.post(path, data={**hidden(page, path), **fields})

    async def behind(self, answer: httpx2.Response) -> str:
        """The page that a form leads to."""
        assert answer.status_code == 303, answer.text
        return await self.page(answer.headers["location"])

    async def sign_in(self, email: str = EMAIL, password: str = PASSWORD, **more: str) -> httpx2.Response:
        """Signs in again, in place of who was signed in before."""
        self.forget_session()
        return await self.send("/sign-in", "/sign-in", email=email, password=password, **more)

    def forget_session(self) -> None:
        for name in ("closum", "__Host-closum"):
            if name in self.client.cookies:
                self.client.cookies.delete(name)


def hidden(page: str, path: str) -> dict[str, str]:
    """The hidden fields of the form that goes to a path, itself or by one of its buttons."""
    for form in _FORM.findall(page):
        itself = f'action="{path}"' in unescape(form.partition(">")[0] + ">")
        if itself or f'formaction="{path}"' in unescape(form):
            return {unescape(name): unescape(value) for name, value in _HIDDEN.findall(form)}
    raise AssertionError(f"no form goes to {path}: {page}")


def token(page: str) -> str:
    """That of the forms of a page."""
    found = re.search(rf'name="{TOKEN}" value="(\w+)"', page)
    assert found
    return found[1]


def add_user(session: Session, account: Account, email: str = EMAIL, **more: Any) -> int:
    """Who signs in with PASSWORD."""
    with session.write() as unit:
        return users.add_user(unit, account, email, passwords.hashed(PASSWORD), **more)


@asynccontextmanager
async def browsers(
    url: str, number: int, address: str = TLS, **environment: str
) -> AsyncIterator[list[Browser]]:
    """So many browsers of one server."""
    clock = Clock()
    app = built(url, clock, **environment)
    root = environment.get("CLOSUM_ROOT_PATH", "")
    async with running(app), AsyncExitStack() as stack:
        yield [
            Browser(await stack.enter_async_context(_client(app, root, address)), clock)
            for _ in range(number)
        ]


def _client(app: ASGIApp, root: str, address: str) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app, root_path=root)  # as servers hand it on
    return httpx2.AsyncClient(transport=transport, base_url=address)


def visit(
    url: str,
    scenario: Callable[..., Awaitable[None]],
    address: str = TLS,
    number: int = 1,
    **environment: str,
) -> None:
    """Run `scenario(browser, …)` against a server of the database."""

    async def run() -> None:
        async with browsers(url, number, address, **environment) as found:
            await scenario(*found)

    asyncio.run(run())
