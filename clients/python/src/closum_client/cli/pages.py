"""Lists of a server, page by page, as they are printed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from closum_client.cli.failure import ERROR, Failure
from closum_client.resources import Resource

if TYPE_CHECKING:
    from closum_client.cli.calls import Calls

MAX_LIMIT = 1000
Record = dict[str, Any]


UNCOUNTED = {"count": "false"}
"""The parameter of a list of which nobody reads how many records it has."""


class Page(NamedTuple):
    """A page of a list; `total` records are on all `pages` together, and there `is_more` behind it. Of one by cursor `cursor`
    has the next one's.
    """

    records: list[Record]
    number: int | None
    pages: int | None
    total: int | None
    cursor: str | None
    is_more: bool


def walk(client: "Calls", resource: Resource, params: dict[str, Any], *, every: bool) -> Iterator[Page]:
    """The page that was asked for, and with `every` those after it, by cursor."""
    page = page_of(client, resource, params)
    yield page
    while every and page.cursor and page.records:
        page = page_of(client, resource, params | {"cursor": page.cursor})
        yield page


def page_of(client: "Calls", resource: Resource, params: dict[str, Any]) -> Page:
    """The page with the number `params["page"]`, or by cursor. Raises Failure for an answer that is no such page."""
    answer = client.request("GET", f"/api/{resource.slug}", params=params)
    try:
        pagination = answer["pagination"]
        number, pages, total = (pagination[key] for key in ("current_page", "page_count", "count"))
        cursor = pagination["next_cursor"] if "cursor" in params else None
        sound = all(isinstance(one, dict) for one in answer["data"])
    except (KeyError, TypeError):
        sound = False
    if not sound or not _are_numbers(params, pages, total) or not _is_asked(params, number, cursor):
        raise unexpected(resource)
    return Page(answer["data"], number, pages, total, cursor, bool(pagination.get("has_next_page")))


def _are_numbers(params: dict[str, Any], *numbers: object) -> bool:
    """Whether there is every number that was asked for."""
    return "count" in params or all(type(one) is int for one in numbers)


def _is_asked(params: dict[str, Any], number: object, cursor: object) -> bool:
    """Whether it is the page that was asked for, and one by cursor not the one before it."""
    if "cursor" not in params:
        return bool(number == params["page"])
    return number is None and (
        cursor is None or (isinstance(cursor, str) and cursor not in ("", params["cursor"]))
    )


def unexpected(resource: Resource, *more: str) -> Failure:
    """An answer without what was asked for."""
    said = f"The server's answer has no {resource.plural}: is it closum, and as new as this client?"
    return Failure(ERROR, said, *more)
