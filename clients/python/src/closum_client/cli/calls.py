"""The client as a command uses it: calls by their path, without the classes of records."""

import ssl
from collections.abc import Mapping
from typing import Any, Self

import httpx2

from closum_client._answers import Envelope
from closum_client._arguments import core_of
from closum_client._content import Content
from closum_client._drivers import LIMITS, Driver
from closum_client._export import Exported, Sink
from closum_client._session import Token


class Calls:
    """As `closum_client.Client`, of which it has what commands need. A context manager that closes its connections."""

    def __init__(
        self,
        url: str,
        *,
        email: str | None = None,
        password: str | None = None,
        token: str | None = None,
        timeout: float,
        retries: int,
    ) -> None:
        core = core_of(url, email, password, token, timeout, retries)
        self._http = httpx2.Client(limits=LIMITS, verify=trusted(core.url))
        self._driver = Driver(core, timeout, self._http)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        if_match: str | None = None,
        returning: bool = False,
    ) -> Envelope:
        """As `Client.request`, with the ETag of the answer, and one that a record has to have; `returning` asks a write for
        the record."""
        core = self._driver.core
        call = core.call(
            method, path, _whole, params=params, json=json, if_match=if_match, returning=returning
        )
        return self._driver.run(call)

    def export(self, path: str, params: Mapping[str, Any], sink: Sink) -> Exported:
        """Have a file arrive in the sink."""
        with sink:
            return self._driver.run(self._driver.core.export(path, params, sink))

    def upload(self, path: str, content: Content, params: Mapping[str, Any]) -> Envelope:
        """Have something made of a file."""
        call = self._driver.core.call("POST", path, _whole, params=params, content=content)
        return self._driver.run(call)

    def sign_in(self) -> Token:
        """As `Client.sign_in`."""
        return self._driver.run(self._driver.core.session.sign_in())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()


def _whole(document: Envelope) -> Envelope:
    return document


def trusted(url: str) -> ssl.SSLContext | bool:
    """Whose certificates count. For http nobody's are read: that takes a tenth of the time of a command."""
    return True if url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
