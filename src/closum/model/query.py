"""The query-string parameters: which a call takes, and those of a list: limit, page, sort, direction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple

from closum.errors import Malformed
from closum.model import filters as filtered
from closum.model import since
from closum.model import words as search
from closum.model.filters import Condition
from closum.model.property import find
from closum.model.resource import Resource
from closum.model.words import Word

DEFAULT_LIMIT = 25
MAX_LIMIT = 1000
LONG_LIMIT = 200
LONG_OFFSET = 20_000
PARAMETERS = ("limit", "page", "sort", "direction")
FILTERS = ("filter", "q")
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
            "limit": limit_shown(self.limit),
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


def unknown(names: Iterable[str], known: Sequence[str]) -> str | None:
    """What is wrong with the names of a query string where a call takes those that are `known`; None if nothing is.

    Names that begin with `_` are taken everywhere, and mean nothing: they are put there to get round caches.
    """
    for name in names:
        if name not in known and not name.startswith("_"):
            shown = name if len(name) <= MAX_SHOWN else f"{name[:MAX_SHOWN]}…"
            return f"Unknown parameter '{shown}': this call takes {', '.join(known) or 'none'}"
    return None


def parse(resource: Resource, parameters: Sequence[tuple[str, str]]) -> Query:
    """The query that decoded name-value pairs of a query string ask for; unknown names are ignored.

    Raises Malformed for an invalid value, or one of the four parameters given twice.
    """
    values = given(parameters, PARAMETERS)
    filters = [value for name, value in parameters if name == "filter"]
    plain = [(name, value) for name, value in parameters if find(resource, name)]
    searches = [value for name, value in parameters if name == "q"]
    if len(searches) > 1:
        raise Malformed("Give 'q' at most once")
    if searches and not resource.terms:
        raise Malformed(f"{resource.titles} cannot be searched by 'q': filter them")
    changed = given(parameters, (since.NAME,)).values()
    return Query(
        where=(*filtered.parse(resource, filters, plain), *map(since.condition, changed)),
        words=search.parse(searches[0]) if searches else (),
        sort=_sort(resource, values.get("sort")),
        descending=_descending(values.get("direction")),
        window=Page(
            number=number("page", values.get("page"), 1),
            limit=limit(values.get("limit")),
        ),
    )


def given(parameters: Iterable[tuple[str, str]], names: Sequence[str]) -> dict[str, str]:
    """Those of the parameters that have these names. Raises Malformed for one that is given twice."""
    found = [(name, value) for name, value in parameters if name in names]
    values = dict(found)
    if len(values) < len(found):
        raise Malformed(f"Give each of {', '.join(names)} at most once")
    return values


def limit(text: str | None) -> int:
    """How many records a page has at most. Raises Malformed."""
    return min(number("limit", text, DEFAULT_LIMIT), MAX_LIMIT)


def limit_shown(most: int) -> int | None:
    """The limit as `pagination` shows it."""
    return None if most == DEFAULT_LIMIT else most


def number(name: str, text: str | None, default: int) -> int:
    """The whole number that a parameter is given as. Raises Malformed."""
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
