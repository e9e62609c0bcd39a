"""Lists: pages, and the walk from one to the next."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from closum_client import _reading as reading
from closum_client._answers import Envelope
from closum_client._core import Core
from closum_client._reading import Unreadable
from closum_client._steps import Steps
from closum_client.errors import NotFound

R = TypeVar("R")

MOST = 1000  # records that a server puts on a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagination:
    """The position of a page. `count` is that of all records; `limit` is None when it is the server's default, 25.

    `count` and `page_count` are None where nobody asked for them (`count=False`). Of a page by cursor `current_page` is
    None, and `next_cursor` is what the next page begins with, None at the end.
    """

    page_count: int | None
    current_page: int | None
    has_next_page: bool
    has_prev_page: bool
    count: int | None
    limit: int | None
    next_cursor: str | None = None

    @classmethod
    def from_json(cls, data: Any) -> "Pagination":
        """The `pagination` of an answer. Raises Unreadable, a ValueError."""
        return cls(
            page_count=reading.nullable(data, "page_count", reading.integer),
            current_page=reading.nullable(data, "current_page", reading.integer),
            has_next_page=reading.required(data, "has_next_page", reading.flag),
            has_prev_page=reading.required(data, "has_prev_page", reading.flag),
            count=reading.nullable(data, "count", reading.integer),
            limit=reading.nullable(data, "limit", reading.integer),
            next_cursor=reading.optional(data, "next_cursor", reading.text),
        )


@dataclass(frozen=True, slots=True, repr=False)
class Page(Generic[R]):
    """Some records of a list, in its order, and their place in it."""

    records: tuple[R, ...]
    pagination: Pagination

    def __iter__(self) -> Iterator[R]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def __repr__(self) -> str:
        where = self.pagination
        number = "by cursor" if where.current_page is None else _of(where.current_page, where.page_count)
        return f"<Page {number}, {_of(len(self), where.count)} records>"


def _of(part: int, whole: int | None) -> str:
    return str(part) if whole is None else f"{part} of {whole}"


class Listing(Generic[R]):
    """The steps to the pages of a list."""

    def __init__(self, core: Core, path: str, params: Mapping[str, Any], read: Callable[[Any], R]) -> None:
        check("limit", params.get("limit"), MOST)
        check("page", params.get("page"), None)
        self._core, self._path, self._params, self._read = core, path, params, read

    def __repr__(self) -> str:
        given = {name: value for name, value in self._params.items() if value is not None}
        return f"{self._core.url}{self._path}{'?' if given else ''}{urlencode(given, doseq=True)}"

    def first(self) -> Steps[Page[R]]:
        """The page that was asked for."""
        return self._at(self._params)

    def after(self, page: Page[R]) -> Steps[Page[R] | None]:
        """The page after this one; None after the last or an empty one, or where it is gone by now."""
        where = page.pagination
        if not page.records:
            return None
        if where.current_page is None:
            cursor = where.next_cursor
            return None if cursor is None else (yield from self._at({**self._params, "cursor": cursor}))
        if not where.has_next_page:
            return None
        try:
            return (yield from self._at({**self._params, "page": where.current_page + 1}))
        except NotFound:
            return None

    def _at(self, params: Mapping[str, Any]) -> Steps[Page[R]]:
        read = partial(self._page, cursor=params.get("cursor"), number=params.get("page") or 1)
        return self._core.call("GET", self._path, read, params=params)

    def _page(self, document: Envelope, cursor: str | None, number: int) -> Page[R]:
        rows = reading.required(document, "data", reading.sequence)
        pagination = reading.required(document, "pagination", Pagination.from_json)
        if cursor is None:
            _same(f"page {number}", pagination)
        else:
            _same("a page by cursor", pagination)
            if cursor and pagination.next_cursor == cursor:
                raise Unreadable("the page that comes after it is itself")
        return Page(tuple(map(self._read, rows)), pagination)


def _same(asked: str, pagination: Pagination) -> None:
    """Raises Unreadable where another page has come."""
    number = pagination.current_page
    got = "a page by cursor" if number is None else f"page {number}"
    if got != asked:
        raise Unreadable(f"{asked} was asked for, and this is {got}")


def check(name: str, value: object, most: int | None) -> None:
    """Raises TypeError, ValueError for a number that cannot be."""
    if value is None:
        return
    if type(value) is not int:
        raise TypeError(f"a {name} is an int, not {type(value).__name__}")
    if value < 1:
        raise ValueError(f"a {name} is 1 or more, not {value}")
    if most and value > most:
        raise ValueError(
            f"a {name} is {most} at most, not {value}: it is the size of a page; a list is walked through all pages"
        )
