"""An HTTP client of one user, for tests."""

import functools
import ssl
from typing import Any

import httpx2

from tests.support.patience import PATIENCE

JSON = dict[str, Any]


@functools.cache
def tls() -> ssl.SSLContext:
    """Which takes longer to make than a test's requests; all clients share one."""
    return httpx2.create_ssl_context(trust_env=False)


class Client(httpx2.Client):
    """httpx2's client with the server's address and a token; `email` and `account` are whose it is."""

    def __init__(self, address: str, token: str | None, *, email: str = "", account: str = "") -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        super().__init__(base_url=address, headers=headers, timeout=PATIENCE, trust_env=False, verify=tls())
        self.token, self.email, self.account = token, email, account

    def data(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """The `data` of an answer that has to have this status."""
        answer = self.request(method, path, json=body) if body is not None else self.request(method, path)
        assert answer.status_code == status, answer.text
        return answer.json()["data"]

    def new(self, resource: str, body: JSON) -> int:
        """Create a record; its id."""
        return int(self.data("POST", f"/api/{resource.replace('_', '-')}", body, 201)["id"])
