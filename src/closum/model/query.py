"""The query-string parameters: which a call takes, and those of a list: limit, page, sort, direction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple

from closum.errors import Malformed
from closum.model import filters as filtered
from closum.model import words as search
from closum.model.filters import Condition
from closum.model.property import find, properties
from closum.model.resource import Resource
from closum.model.words import Word

DEFAULT_LIMIT = 25
MAX_LIMIT = 1000
LONG_LIMIT = 200
LONG_OFFSET = 20_000
PARAMETERS = ("limit", "page", "sort", "direction")
MAX_SHOWN = 64  # characters of an unknown name in a message


class Page(NamedTuple):
    """A window of a list: the page with this number, from 1 on, of `limit` records each."""

    number: int = 1
    limit: int = DEFAULT_LIMIT

    @property
    def offset(self) -> int:
        """Number of records before the page."""
        return (self.number - 1) * self.limit

    def pagination(self, count: int) -> dict[str, Any]:
        """The `pagination` member of the answer, where there are so many records."""
        pages = max(1, ceil(count / self.limit))
        return {
            "page_count": pages,
            "current_page": self.number,
            "has_next_page": self.number < pages,
            "has_prev_page": self.number > 1,
            "count": count,
            "limit": None if self.limit == DEFAULT_LIMIT else self.limit,
        }


FIRST_PAGE = Page()


@dataclass(frozen=True, slots=True)
class Query:
    """Which window of a list, in which order, of the records that fit all of `where` and have all of `words`.

    `sort` is one of the resource's sorts.
    """

    sort: str
    descending: bool = False
    window: Page = FIRST_PAGE
    where: tuple[Condition, ...] = ()
    words: tuple[Word, ...] = ()

    @property
    def is_filtered(self) -> bool:
        return bool(self.where or self.words)

    def is_long(self, resource: Resource) -> bool:
        """Whether reading it may take long: many records to show, or to be skipped on an index."""
        by_id = resource.listing.sorts[self.sort] == "id" and not resource.shared
        return self.window.limit > LONG_LIMIT or (self.window.offset > LONG_OFFSET and not by_id)


def parameters(resource: Resource) -> tuple[str, ...]:
    """The names that a list takes, in the order in which messages and the reference have them."""
    search = ("q",) if resource.terms else ()
    return (*PARAMETERS, "filter", *search, *properties(resource))


def unknown(names: Iterable[str], known: Sequence[str]) -> str | None:
    """What is wrong with the names of a query string where a call takes those that are `known`; None if nothing is.

    `custom_data.<key>` among them stands for every name that begins with `custom_data.` and has a key behind it. Names that begin with `_` are taken everywhere, and mean nothing: they are put there to get round caches.
    """
    for name in names:
        if name not in known and not name.startswith("_") and not _is_key(name, known):
            shown = name if len(name) <= MAX_SHOWN else f"{name[:MAX_SHOWN]}…"
            return f"Unknown parameter '{shown}': this call takes {', '.join(known) or 'none'}"
    return None


def _is_key(name: str, known: Sequence[str]) -> bool:
    document, _, key = name.partition(".")
    return bool(key) and f"{document}.<key>" in known


def parse(resource: Resource, parameters: Sequence[tuple[str, str]]) -> Query:
    """The query that decoded name-value pairs of a query string ask for; unknown names are ignored.

    Raises Malformed for an invalid value, or one of the four parameters given twice.
    """
    given = [(name, value) for name, value in parameters if name in PARAMETERS]
    values = dict(given)
    if len(values) < len(given):
        raise Malformed(f"Give each of {', '.join(PARAMETERS)} at most once")
    filters = [value for name, value in parameters if name == "filter"]
    plain = [(name, value) for name, value in parameters if find(resource, name)]
    searches = [value for name, value in parameters if name == "q"]
    if len(searches) > 1:
        raise Malformed("Give 'q' at most once")
    if searches and not resource.terms:
        raise Malformed(f"{resource.titles} cannot be searched by 'q': filter them")
    return Query(
        where=filtered.parse(resource, filters, plain),
        words=search.parse(searches[0]) if searches else (),
        sort=_sort(resource, values.get("sort")),
        descending=_descending(values.get("direction")),
        window=Page(
            number=_number("page", values.get("page"), 1),
            limit=min(_number("limit", values.get("limit"), DEFAULT_LIMIT), MAX_LIMIT),
        ),
    )


def _number(name: str, text: str | None, default: int) -> int:
    if text is None:
        return default
    digits = text.lstrip("0") if text.isascii() and text.isdigit() else ""
    if not digits:
        raise Malformed(f"'{name}' must be a whole number from 1 up")
    return int(digits) if len(digits) < 16 else 10**15  # beyond any last page, within 64 bits


def _sort(resource: Resource, text: str | None) -> str:
    if text is None:
        return resource.listing.default_sort
    if text not in resource.listing.sorts:
        raise Malformed(f"'sort' must be one of {', '.join(resource.listing.sorts)}")
    return text


def _descending(text: str | None) -> bool:
    direction = "asc" if text is None else text.lower()
    if direction not in ("asc", "desc"):
        raise Malformed("'direction' must be asc or desc")
    return direction == "desc"
