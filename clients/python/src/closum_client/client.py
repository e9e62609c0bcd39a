"""The two clients: one that blocks, one for asyncio."""

from collections.abc import Mapping
from typing import Any, Self

import httpx2

from closum_client._answers import Envelope
from closum_client._arguments import core_of
from closum_client._drivers import AsyncDriver, Driver
from closum_client._generated.async_resources import AsyncResources
from closum_client._generated.resources import Resources
from closum_client._session import Token

TIMEOUT = 30.0
RETRIES = 3


class Client(Resources):
    """A closum server at `url`, for one user: `Client(url, email=…, password=…)` or `Client(url, token=…)`.

    With e-mail address and password it signs in by itself at the first request, and again when its token ends;
    with a token alone, a token that has ended is an Unauthorized. `timeout`: seconds in which a connection has
    to stand, and in which something of the answer has to come; `retries`: further attempts after a fault that
    may pass, for what is safe to repeat. `http_client` is for what httpx2 can be set to (a proxy, a certificate
    authority); it stays yours to close, its redirects and authentication are not used. Make one
    in each process: it would be shared after a fork, which the client's own connections are not.

    Threads may share one. A context manager that closes its connections. Raises ValueError for arguments that
    can't be meant; its methods raise ClosumError.
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
        core = core_of(url, email, password, token, timeout, retries)
        self._driver = Driver(core, timeout, http_client)
        super().__init__(self._driver)

    def request(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, json: Any = None
    ) -> Envelope:
        """Any other call of the API, such as `request("GET", "/api/lead", params={"limit": 5})`.

        The whole document of the answer: `success`, `data`, of a list also `pagination`. Parameters that are
        None are left out.
        """
        call = self._driver.core.call(method, path, dict, params=params, json=json)
        return self._driver.run(call)

    def sign_in(self) -> Token:
        """A new token, which is used from now on. The client does it by itself where it has to.

        Raises ValueError where there is no password, Unauthorized where it is wrong.
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
    """The same as `Client`, for asyncio: its methods are awaited, its lists walked with `async for`.

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
        core = core_of(url, email, password, token, timeout, retries)
        self._driver = AsyncDriver(core, timeout, http_client)
        super().__init__(self._driver)

    async def request(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, json: Any = None
    ) -> Envelope:
        """Any other call of the API, such as `request("GET", "/api/lead", params={"limit": 5})`.

        The whole document of the answer: `success`, `data`, of a list also `pagination`. Parameters that are
        None are left out.
        """
        call = self._driver.core.call(method, path, dict, params=params, json=json)
        return await self._driver.run(call)

    async def sign_in(self) -> Token:
        """A new token, which is used from now on. The client does it by itself where it has to.

        Raises ValueError where there is no password, Unauthorized where it is wrong.
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
