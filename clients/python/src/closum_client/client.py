"""The two clients: one that blocks, one for asyncio."""

from collections.abc import Mapping
from typing import Any, Self

import httpx2

from closum_client._arguments import core_of
from closum_client._drivers import AsyncDriver, Driver
from closum_client._feed import AsyncFeed, Feed
from closum_client._generated.async_resources import AsyncResources
from closum_client._generated.resources import Resources
from closum_client._session import Token

TIMEOUT = 30.0
RETRIES = 3


class Client(Resources):
    """A closum server, for one user: `Client(url, email=…, password=…)` or `Client(url, token=…)`.

        with Client("http://127.0.0.1:8000", email="email@closum.com", password="yourpassword") as client:
            id = client.leads.create(name="Ana", email="ana@example.com")

    Args:
        url (str): The server's address, such as https://crm.example.com, with the path below which closum is, if
            any. Without a scheme it is https://, on this machine (localhost, 127.0.0.1) http://; an /api at its end
            counts for nothing.
        email (str): The user's e-mail address, with `password`: the client signs in by itself at the first request,
            and again when its token ends.
        password (str): The user's password.
        token (str): A token instead of both; when it has ended, calls raise Unauthorized.
        timeout (float): Seconds in which a connection has to be made, and in which something of the answer has to
            come; a day at most.
        retries (int): Further attempts after a fault that may pass, for what is safe to repeat; 0 is none.
        http_client (httpx2.Client): For what httpx2 can be set to (a proxy, a certificate authority). It stays yours
            to close; its redirects and authentication are not used. Make one in each process: it would be shared
            after a fork, which the client's own connections are not.

    Raises:
        ValueError: an argument cannot be meant.

    Attributes:
        leads, emails, phones, cities: `list`, `create`, `retrieve` and `update` where the API has them; try
            help(client.leads.create). Their methods raise ClosumError.
        changes: what changed: `for change in client.changes.since(position)`.
        bin: what was deleted, to restore it or to remove it for good.
        operations: what was done with each call, to undo it.
        jobs: background work, to wait for it.
        reports: what the leads come to: `client.reports.leads(by="city")`.
        imports: files of leads: `client.imports.run("leads.csv")`.

    Threads may share a client. As a context manager it closes its connections at the end.
    """

    def __init__(
        self,
        url: str,
        *,
        email: str | None = None,
        password: str | None = None,
        token: str | None = None,
        timeout: float = TIMEOUT,
        retries: int = RETRIES,
        http_client: httpx2.Client | None = None,
    ) -> None:
        """The arguments are described with the class: help(Client)."""
        core = core_of(url, email, password, token, timeout, retries)
        self._driver = Driver(core, timeout, http_client)
        super().__init__(self._driver)
        self.changes = Feed(self._driver)

    def request(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, json: Any = None
    ) -> dict[str, Any]:
        """Any other call of the API, such as `request("GET", "/api/lead", params={"limit": 5})`.

        Args:
            method (str): GET, POST, PUT or the like; GET and PUT are repeated after a fault that may pass.
            path (str): Below the server's address, from the slash on, escaped.
            params (dict): Of the query; those that are None are left out.
            json (Any): The body.

        Returns:
            dict: the whole document of the answer: `success`, `data`, of a list also `pagination`.

        Raises:
            ValueError: method or path cannot be sent.
            ClosumError
        """
        call = self._driver.core.call(method, path, dict, params=params, json=json)
        return self._driver.run(call)

    def sign_in(self) -> Token:
        """A new token, which is used from now on. The client does it by itself where it has to.

        Returns:
            Token: `token`, `expires_in` (seconds), `expiration_date`.

        Raises:
            ValueError: the client has no password.
            Unauthorized: the e-mail address or the password is wrong.
            ClosumError
        """
        return self._driver.run(self._driver.core.session.sign_in())

    def close(self) -> None:
        """Close its connections."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self._driver.core.url!r})"


class AsyncClient(AsyncResources):
    """The same as `Client`, for asyncio: `async with AsyncClient(url, email=…, password=…) as client`.

    Arguments are those of `Client`, with an `httpx2.AsyncClient` as `http_client`. Its methods are awaited
    (`await client.leads.create(name="Ana")`), its lists walked with `async for`.

    Raises:
        ValueError: an argument cannot be meant.

    The tasks of one event loop may share one.
    """

    def __init__(
        self,
        url: str,
        *,
        email: str | None = None,
        password: str | None = None,
        token: str | None = None,
        timeout: float = TIMEOUT,
        retries: int = RETRIES,
        http_client: httpx2.AsyncClient | None = None,
    ) -> None:
        """The arguments are described with the class: help(Client)."""
        core = core_of(url, email, password, token, timeout, retries)
        self._driver = AsyncDriver(core, timeout, http_client)
        super().__init__(self._driver)
        self.changes = AsyncFeed(self._driver)

    async def request(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, json: Any = None
    ) -> dict[str, Any]:
        """Any other call of the API, such as `request("GET", "/api/lead", params={"limit": 5})`.

        Args:
            method (str): GET, POST, PUT or the like; GET and PUT are repeated after a fault that may pass.
            path (str): Below the server's address, from the slash on, escaped.
            params (dict): Of the query; those that are None are left out.
            json (Any): The body.

        Returns:
            dict: the whole document of the answer: `success`, `data`, of a list also `pagination`.

        Raises:
            ValueError: method or path cannot be sent.
            ClosumError
        """
        call = self._driver.core.call(method, path, dict, params=params, json=json)
        return await self._driver.run(call)

    async def sign_in(self) -> Token:
        """A new token, which is used from now on. The client does it by itself where it has to.

        Returns:
            Token: `token`, `expires_in` (seconds), `expiration_date`.

        Raises:
            ValueError: the client has no password.
            Unauthorized: the e-mail address or the password is wrong.
            ClosumError
        """
        return await self._driver.run(self._driver.core.session.sign_in())

    async def close(self) -> None:
        """Close its connections."""
        await self._driver.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"AsyncClient({self._driver.core.url!r})"
