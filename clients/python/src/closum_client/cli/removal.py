"""What the commands delete and restore do, one record after the other."""

from collections.abc import Callable, Iterator
from typing import Any

import click

from closum_client.cli.connection import AGAIN, connected
from closum_client.cli.failure import NOT_FOUND, Explain, Failure
from closum_client.cli.pages import unexpected
from closum_client.cli.text import as_json, say, visible
from closum_client.resources import Resource

DELETE = "Delete {}: they go into the bin. 'restore' brings them back."
RESTORE = "Bring deleted {} back out of the bin, each with its id."

Explains = Callable[[Resource, int], Explain]


def deleting(resource: Resource, explain: Explains) -> Callable[..., None]:
    """The callback of `delete`."""

    def run(
        ids: tuple[int, ...], if_match: str | None, raw: bool, url: str | None, token: str | None
    ) -> None:
        if if_match is not None and len(ids) > 1:
            raise click.UsageError("--if-match is of one record: give one ID.")
        for number in ids:
            with connected(url, token, explain(resource, number)) as client:
                done = client.request("DELETE", f"/api/{resource.slug}/{number}", if_match=if_match)["data"]
            say(as_json(done) if raw else f"Deleted {resource.name} {number}.")

    return run


def restoring(resource: Resource, explain: Explains) -> Callable[..., None]:
    """The callback of `restore`."""

    def run(ids: tuple[int, ...], raw: bool, url: str | None, token: str | None) -> None:
        for number in ids:
            with connected(url, token, explain(resource, number), AGAIN) as client:
                asked = {"resource": resource.key, "record_id": number}
                entries = client.request("GET", "/api/bin", params=asked)["data"]
                if not entries:
                    raise Failure(NOT_FOUND, f"There is no {resource.name} {number} in the bin")
                done = client.request("POST", f"/api/bin/{entries[0]['id']}/restore")["data"]
            if not isinstance(done, dict):
                raise unexpected(resource)
            if raw:
                say(as_json(done))
                continue
            say(f"Restored {resource.name} {number}.")
            for line in left(done):
                say(line)

    return run


def left(done: dict[str, Any]) -> Iterator[str]:
    """A line for each of what could not come back."""
    for one in done.get("left", []):
        names = f": {', '.join(one['properties'])}" if one["properties"] else ""
        yield visible(f"Left out of {one['resource']} {one['id']}{names} ({one['reason']}).")
