"""The query-string parameters: which a call takes, and what those of a list ask for."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple

from closum.errors import Malformed
from closum.model import filters as filtered
from closum.model import projection, since
from closum.model import words as search
from closum.model.cursor import Place
from closum.model.filters import Condition
from closum.model.property import KEY, find, properties
from closum.model.resource import Resource
from closum.model.text import is_unicode
from closum.model.words import Word

DEFAULT_LIMIT = 25
MAX_LIMIT = 1000
LONG_LIMIT = 200
LONG_OFFSET = 20_000
PARAMETERS = ("limit", "page", "sort", "direction")
WINDOW = ("cursor", "count", "fields")
RELEVANCE = "relevance"
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

    `sort` is one of the resource's sorts, or RELEVANCE where there are words. `cursor` is the text of one, "" to begin, None
    for a page by its number; `after` is what it says. `fields` are the names of what is shown, none of them for the usual.
    Where it is not `counted`, nobody asks how many records there are; where they are counted up to `most`, more are `most` + 1.
    """

    sort: str
    descending: bool = False
    window: Page = FIRST_PAGE
    where: tuple[Condition, ...] = ()
    words: tuple[Word, ...] = ()
    cursor: str | None = None
    after: Place | None = None
    fields: tuple[str, ...] = ()
    counted: bool = True
    most: int | None = None
    shown: bool = False

    def column(self, resource: Resource) -> str:
        """What it is ordered by, where it is `shown` as pages show it; "id" where that is no column."""
        sorts = resource.listing.sorts
        return (self.shown and resource.listing.shown.get(self.sort)) or sorts.get(self.sort, "id")

    @property
    def is_filtered(self) -> bool:
        return bool(self.where or self.words)

    @property
    def is_window(self) -> bool:
        """Whether it is another list than that of all records, or is read from a place on."""
        return self.cursor is not None or self.is_filtered

    def is_long(self, resource: Resource) -> bool:
        """Whether reading it may take long: many records to show, to be skipped on an index, or to be searched."""
        if self.window.limit > LONG_LIMIT or self._may_search():
            return True
        is_far = not self.is_filtered and self.window.offset > LONG_OFFSET
        return is_far and (self.column(resource) not in ("id", resource.dated) or resource.shared)

    def _may_search(self) -> bool:
        """Not where one of the filters finds few records on an index."""
        return self.is_filtered and not any(map(filtered.is_narrow, self.where))

    def is_at_once(self, resource: Resource) -> bool:
        """Whether one statement finds a filtered page and counts all hits, which an index has in order, or which are few."""
        if len(self.where) != 1 or self.words or self.most is not None:
            return False
        (one,) = self.where
        in_order = filtered.is_one_id(one) and self.column(resource) == "id"
        return in_order or (one.property.kind == KEY and filtered.is_narrow(one))

    def behind(self, cursor: str, after: Place) -> "Query":
        """The same list from a place on; what `dataclasses.replace` does, in a third of the time."""
        of_list = (self.sort, self.descending, self.window, self.where, self.words)
        return Query(*of_list, cursor, after, self.fields, self.counted, self.most, self.shown)

    def of(self, resource: Resource) -> tuple[Any, ...]:
        """Which list it is of, and in which order: what a cursor is made for."""
        asked = [(one.property.name, one.operator, one.values) for one in self.where]
        return resource.name, self.sort, self.descending, asked, self.words

    def pagination(
        self, count: int | None, has_next: bool | None = None, next_cursor: str | None = None
    ) -> dict[str, Any]:
        """The `pagination` member of the answer."""
        shown = self.window.pagination(count or 0)
        if has_next is not None:
            shown["has_next_page"] = has_next
        if not self.counted:
            shown |= {"page_count": None, "count": None}
        if self.cursor is not None:
            has_previous = self.cursor != ""
            shown |= {"current_page": None, "has_prev_page": has_previous, "next_cursor": next_cursor}
        return shown


def parameters(resource: Resource) -> tuple[str, ...]:
    """The names that a list takes, in the order in which messages and the reference have them."""
    search = ("q",) if resource.terms else ()
    return (*PARAMETERS, *WINDOW, *changes(resource), "filter", *search, *properties(resource))


def changes(resource: Resource) -> tuple[str, ...]:
    """What a list takes where its records have a history: those that all accounts share have none."""
    return () if resource.shared else (since.NAME,)


def of_record(resource: Resource) -> tuple[str, ...]:
    """The names that the call for one record takes."""
    return () if resource.singleton else ("fields",)


def unknown(names: Iterable[str], known: Sequence[str]) -> str | None:
    """What is wrong with the names of a query string where a call takes those that are `known`; None if nothing is.

    `custom_data.<key>` among them means every name that begins with `custom_data.` and has a key behind it. Names that begin
    with `_` are taken everywhere, and mean nothing: clients add them to get round caches.
    """
    for name in names:
        if name not in known and not name.startswith("_") and not _is_key(name, known):
            shown = name if len(name) <= MAX_SHOWN else f"{name[:MAX_SHOWN]}…"
            hint = "; a property goes into 'filter=<property>=<value>'" if _filters_alone(known) else ""
            return f"Unknown parameter '{shown}': this call takes {', '.join(known) or 'none'}{hint}"
    return None


def _filters_alone(known: Sequence[str]) -> bool:
    """Whether a call takes filters, but no property as a parameter of its own."""
    return "filter" in known and "id" not in known


def taken(pairs: Iterable[tuple[str, str]], known: Sequence[str]) -> list[tuple[str, str]]:
    """Those of the parameters that mean something to a call which takes those that are `known`."""
    return [(name, value) for name, value in pairs if name in known or _is_key(name, known)]


def _is_key(name: str, known: Sequence[str]) -> bool:
    document, _, key = name.partition(".")
    return bool(key) and f"{document}.<key>" in known


def parse(resource: Resource, parameters: Sequence[tuple[str, str]]) -> Query:
    """The query that decoded name-value pairs of a query string ask for; unknown names are ignored.

    Raises Malformed for an invalid value, or one of the parameters given twice that is taken once.
    """
    values = given(parameters, PARAMETERS) | given(parameters, (*WINDOW, "q"))
    filters = [value for _, value in _decoded(parameters, lambda name: name == "filter")]
    plain = _decoded(parameters, lambda name: find(resource, name) is not None)
    if "q" in values and not resource.terms:
        raise Malformed(f"{resource.titles} cannot be searched by 'q': filter them")
    if "cursor" in values and "page" in values:
        raise Malformed("Give 'page' or 'cursor', not both: a page by cursor has no number")
    changed = given(parameters, changes(resource)).values()
    return Query(
        where=(*filtered.parse(resource, filters, plain), *map(since.condition, changed)),
        words=search.parse(values["q"]) if "q" in values else (),
        sort=_sort(resource, values.get("sort"), "q" in values),
        descending=_descending(values.get("direction")),
        window=Page(
            number=number("page", values.get("page"), 1),
            limit=limit(values.get("limit")),
        ),
        cursor=values.get("cursor"),
        fields=projection.parse(resource, values["fields"]) if "fields" in values else (),
        counted=_flag("count", values.get("count", "true")),
    )


def fields(resource: Resource, parameters: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """What the call for one record asks to be shown. Raises Malformed."""
    values = given(parameters, ("fields",))
    return projection.parse(resource, values["fields"]) if "fields" in values else ()


def given(parameters: Iterable[tuple[str, str]], names: Sequence[str]) -> dict[str, str]:
    """Those of the parameters that have these names. Raises Malformed for one that is given twice, or is not UTF-8."""
    found = _decoded(parameters, names.__contains__)
    values = dict(found)
    if len(values) < len(found):
        raise Malformed(f"Give each of {', '.join(names)} at most once")
    return values


def _decoded(
    parameters: Iterable[tuple[str, str]], is_wanted: Callable[[str], bool]
) -> list[tuple[str, str]]:
    """Those whose name is wanted. Raises Malformed for one that is not UTF-8: it would be taken for another text."""
    found = [(name, value) for name, value in parameters if is_wanted(name)]
    for name, value in found:
        if not is_unicode(f"{name}{value}"):
            shown = name if is_unicode(name) else name.partition(".")[0]
            raise Malformed(f"'{shown}' in the query string is not UTF-8: percent-encode the bytes of UTF-8")
    return found


def _flag(name: str, text: str) -> bool:
    if text.lower() not in ("true", "false", "1", "0"):
        raise Malformed(f"'{name}' must be true or false")
    return text.lower() in ("true", "1")


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


def _sort(resource: Resource, text: str | None, is_search: bool) -> str:
    if text is None:
        return resource.listing.default_sort
    if text == RELEVANCE and resource.terms:
        if not is_search:
            raise Malformed(f"'sort={RELEVANCE}' needs a search: give 'q'")
    elif text not in resource.listing.sorts:
        raise Malformed(f"'sort' must be one of {', '.join(sorts(resource))}")
    return text


def sorts(resource: Resource) -> tuple[str, ...]:
    """What a list can be sorted by."""
    return (*resource.listing.sorts, *((RELEVANCE,) if resource.terms else ()))


def _descending(text: str | None) -> bool:
    direction = "asc" if text is None else text.lower()
    if direction not in ("asc", "desc"):
        raise Malformed("'direction' must be asc or desc")
    return direction == "desc"
