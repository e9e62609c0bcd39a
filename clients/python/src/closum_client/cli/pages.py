"""Lists of a server, page by page, as they are printed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from closum_client.cli.failure import ERROR, Failure
from closum_client.errors import NotFound
from closum_client.resources import Resource

if TYPE_CHECKING:
    from closum_client.cli.calls import Calls

MAX_LIMIT = 1000
Record = dict[str, Any]


class Page(NamedTuple):
    """A page of a list; `total` records are on all `pages` together."""

    records: list[Record]
    number: int
    pages: int
    total: int


def walk(client: "Calls", resource: Resource, params: dict[str, Any], *, every: bool) -> Iterator[Page]:
    """The page that was asked for, and with `every` those after it; it ends too when they are gone by now."""
    page = page_of(client, resource, params)
    yield page
    while every and page.number < page.pages and page.records:
        try:
            page = page_of(client, resource, params | {"page": page.number + 1})
        except NotFound:
            return
        yield page


def page_of(client: "Calls", resource: Resource, params: dict[str, Any]) -> Page:
    """The page with the number `params["page"]`. Raises Failure for an answer that is no page."""
    answer = client.request("GET", f"/api/{resource.name}", params=params)
    try:
        pagination = answer["pagination"]
        numbers = [pagination[key] for key in ("current_page", "page_count", "count")]
        sound = all(isinstance(one, dict) for one in answer["data"])
    except (KeyError, TypeError):
        sound = False
    if not sound or not all(type(number) is int for number in numbers) or numbers[0] != params["page"]:
        raise unexpected(resource)
    return Page(answer["data"], *numbers)


def unexpected(resource: Resource, *more: str) -> Failure:
    """An answer without what was asked for."""
    said = f"The server's answer has no {resource.plural}: is it closum, and as new as this client?"
    return Failure(ERROR, said, *more)
