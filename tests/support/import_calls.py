"""Imports over HTTP, as clients do them."""

from typing import Any

from tests.support.client import Client
from tests.support.patience import wait_until

ENDED = ("ready", "done", "cancelled", "failed")


def send(api: Client, content: str | bytes, name: str = "leads.csv", resource: str = "") -> int:
    """The id of a new import, which is read; of leads where no other resource is named."""
    body = content.encode() if isinstance(content, str) else content
    path = f"/api/import?resource={resource}" if resource else "/api/import"
    answer = api.post(path, content=body, headers={"X-File-Name": name, "Content-Type": "text/csv"})
    assert answer.status_code == 201, answer.text
    number = int(answer.json()["data"]["id"])
    ended(api, number)
    return number


def shown(api: Client, number: int) -> Any:
    return api.data("GET", f"/api/import/{number}")


def ended(api: Client, number: int) -> Any:
    """The import, once what it does has ended."""
    wait_until(lambda: shown(api, number)["phase"] in ENDED)
    return shown(api, number)


def started(api: Client, number: int, **body: Any) -> Any:
    """The import, once it has ended."""
    api.data("POST", f"/api/import/{number}/start", body)
    return ended(api, number)


def imported(api: Client, content: str | bytes, **wanted: Any) -> Any:
    """An import from its beginning to its end."""
    number = send(api, content)
    if wanted:
        api.data("PUT", f"/api/import/{number}", wanted)
    return started(api, number)


def leads(api: Client) -> list[Any]:
    found: list[Any] = api.get("/api/lead?limit=1000").json()["data"]
    return found
