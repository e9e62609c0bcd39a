"""The page of a list."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup

from closum.errors import Unavailable
from closum.http.answer import Answer
from closum.model import begun
from closum.resources.email import EMAIL
from closum.resources.phone import PHONE
from closum.store.database import TOO_LONG
from closum.web import called, telephone, titles
from closum.web.lists import asked as asking
from closum.web.lists import cells, chips, columns, export, reading, tabs, using
from closum.web.lists.asked import ListQuery
from closum.web.lists.cells import Text
from closum.web.lists.columns import ORIGIN, Column
from closum.web.lists.reading import Listed, Names
from closum.web.lists.using import Leads
from closum.web.locale import Locale, said
from closum.web.page import Page
from closum.web.views import View
from closum.web.words import Words

ROWS = (25, 50, 100)
"""How many a page may have."""


class Head(NamedTuple):
    """A heading: `url` sorts by the column, "" where nothing does, and `direction` is how the list is sorted by it."""

    text: str
    column: Column | None
    url: str
    direction: str


class Row(NamedTuple):
    """A record: what it is called, what its box is, where it is, where it is edited, "" where nobody may, and for each column the
    attributes and the text of its cell.
    """

    id: int
    title: str
    label: str
    url: str
    edit: str
    cells: list[tuple[Markup, Text]]


async def show(view: View, page: Page) -> Answer:
    return await of(page, asking.parse(view, page.request.pairs))


async def of(page: Page, asked: ListQuery, *, is_unticked: bool = False) -> Answer:
    """The list; once more where something was to be done with rows, and none was ticked."""
    resource = asked.resource
    try:
        found = await read(page, asked)
    except Unavailable as error:
        if error.message != TOO_LONG or not asked.is_filtered or (asked.page - 1) * asked.limit == 0:
            raise
        return page.show("deep.html", 503, here=resource.plural, view=asked.view, asked=asked)
    if not found.records and asked.page > 1:
        last = asked.having(page=reading.last_page(asked, found.total))
        return page.to(last.list_url())
    if not found.total and not asked.is_filtered and not asked.refused:
        return page.show("empty.html", here=resource.plural, view=asked.view)
    status = 422 if is_unticked else 200
    return page.show("list.html", status, is_unticked=is_unticked, **context(page, asked, found))


async def read(page: Page, asked: ListQuery) -> Listed:
    """What the list has. A filtered one is read by several statements, which see one moment."""
    query = asked.query()
    one_moment = query.is_filtered and not query.is_at_once(asked.resource)
    of = (reading.read, asked, page.words, page.session.user_id)
    return await page.read(*of, long=query.is_long(asked.resource), one_moment=one_moment)


def context(page: Page, asked: ListQuery, found: Listed) -> dict[str, Any]:
    """What the template shows."""
    first = (asked.page - 1) * asked.limit
    words, last = page.words, reading.last_page(asked, found.total)
    has_digits = (asked.resource.terms or asked.resource is PHONE) and any(map(str.isdigit, asked.q))
    return {
        "here": asked.resource.plural,
        "view": asked.view,
        "asked": asked,
        "can_search": asking.can_search(asked.resource),
        "search_hint": _hint(page, asked),
        "total": found.total,
        "total_text": reading.number(asked, found.total, page.locale),
        "counted": "" if asked.is_most(found.total) else found.total,
        "exports": export.offered(asked.resource),
        "first": first + 1 if found.records else 0,
        "last": first + len(found.records),
        "pages": last,
        "previous": asked.having(page=asked.page - 1).list_url() if asked.page > 1 else "",
        "next": asked.having(page=asked.page + 1).list_url() if asked.page < last else "",
        "heads": list(heads(page, asked)),
        "rows": list(rows(page, asked, found)),
        "cleared": asked.cleared.list_url(),
        "chips": chips.of(asked, found.names, words, page.locale),
        "tabs": tabs.of(asked, found.views, words),
        "sorts": [(name, label(page, asked.view, name)) for name in columns.sorts(asked.resource)],
        "offered": _offered(asked, words),
        "limits": ROWS,
        "has_digits": has_digits,
        "elsewhere": _elsewhere(page, asked),
        "is_number": has_digits and not any(one.isalpha() for one in asked.q),
        "width": width_of(asked),
    }


def _elsewhere(page: Page, asked: ListQuery) -> ListQuery | None:
    """The same search in the list that has what is searched for: numbers are not among addresses, nor these among numbers."""
    other = None
    if asked.resource is EMAIL and any(map(str.isdigit, asked.q)) and begun.is_begun(asked.q):
        other = PHONE
    elif asked.resource is PHONE and "@" in asked.q:
        other = EMAIL
    return asking.parse(page.site.views[other.name], [("q", asked.q)]) if other else None


def _offered(asked: ListQuery, words: Words) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The columns to choose from, and behind them those that say where a lead came from."""
    names = dict.fromkeys((*asked.columns, *columns.offered(asked.resource)))
    called = [(name, words(asked.view.label(name))) for name in names]
    return [one for one in called if one[0] not in ORIGIN], [one for one in called if one[0] in ORIGIN]


def _hint(page: Page, asked: ListQuery) -> str:
    """What the field to search by takes."""
    if asked.resource.terms and asked.resource.nested:
        return page.words.search_hint_more
    title = page.words(asked.view.label(asked.resource.called_by))
    return title if asked.resource.terms else str(said(page.words.begins_with, what=title))


_REMS = {"w1": 5.5, "w2": 7.25, "w3": 9.0, "w4": 10.5, "w5": 10.25, "w7": 7.5}
"""What a column takes of a page of 56 rem, the narrowest that has a table."""
_FITS = 44.5
"""What is left there beside the boxes and the least of a title; on a wider page columns grow by less than the page does."""


def width_of(asked: ListQuery) -> str:
    """The class of what is round the table: "" where all columns fit beside the title; a wider one scrolls where it has to."""
    shown = [*_before(asked), *reading.shown_columns(asked)]
    return "" if sum(_REMS[one.width] for one in shown) <= _FITS else "wide"


def _before(asked: ListQuery) -> list[Column]:
    """What is between the title and the columns that people choose: whose the records are."""
    use = using.of(asked.resource)
    return [use.column] if use else []


def label(page: Page, view: View, name: str) -> str:
    """What people call that which sorts: by the address of a lead means by its email."""
    group, _, key = name.partition(".")
    keys = {one.name: one.key for one in view.resource.nested}
    return page.words(view.label(group if key and keys.get(group) == key else name))


def heads(page: Page, asked: ListQuery) -> Iterator[Head]:
    title = asked.resource.called_by
    if titles.names_others(asked.resource):
        yield Head(page.words(asked.resource.name), None, "", "")
    else:
        yield _head(page, asked, title, None, title if title in asked.resource.listing.sorts else "")
    for one in _before(asked):
        yield Head(page.words(one.name), one, "", "")
    for one in reading.shown_columns(asked):
        yield _head(page, asked, one.name, one, one.sort)


def _head(page: Page, asked: ListQuery, name: str, column: Column | None, sort: str) -> Head:
    text = page.words(asked.view.label(name))
    if not sort:
        return Head(text, column, "", "")
    direction = ""
    descending = column is not None and column.is_right
    if asked.sort == sort:
        direction = "descending" if asked.descending else "ascending"
        descending = not asked.descending
    return Head(text, column, asked.having(sort=sort, descending=descending).list_url(), direction)


def rows(page: Page, asked: ListQuery, found: Listed) -> Iterator[Row]:
    resource, view, words, locale = asked.resource, asked.view, page.words, page.locale
    shown = [*_shown(asked, words)]
    nameless = words(resource.name)
    may_change, fixed = (
        view.changes and not resource.author and page.may(f"{resource.name}:write"),
        resource.fixed,
    )
    back = urlencode({"back": asked.list_url()})
    for place, record in enumerate(found.records, (asked.page - 1) * asked.limit + 1):
        record_id = record["id"]
        title = called.title(resource, record, found.named, words) or f"{nameless} {record_id}"
        row = [
            (attributes + cells.whole(text, one), text)
            for one, label, attributes in shown
            for text in [_text(value(record, one, found.names, words), one, label, words, locale)]
        ]
        row[:0] = _first_cells(page, asked, found.leads, record_id)
        ticks = words.select_row.format(name=title)
        edit = (
            f"{view.path}/{record_id}/edit?{back}"
            if may_change and not (fixed and fixed.has(record_id))
            else ""
        )
        yield Row(record_id, title, ticks, asked.record_url(record_id, place), edit, row)


def _shown(asked: ListQuery, words: Words) -> Iterator[tuple[Column, str, Markup]]:
    """The columns that people choose, each with the key of what it is called, and the attributes of its cells. On a phone one date
    is beside the title, or beside the lead that has an address or a number, and each other one says which it is.
    """
    shown = reading.shown_columns(asked)
    dates = [one.name for one in shown if one.kind == "time"]
    others = {*dates} - {asked.resource.dated if asked.resource.dated in dates else next(iter(dates), "")}
    for one in shown:
        label = asked.view.label(one.name)
        yield one, label, cells.attributes(one, words(label), is_labelled=one.name in others)


def _first_cells(page: Page, asked: ListQuery, leads: Leads, record_id: int) -> Iterator[tuple[Markup, Text]]:
    if use := using.of(asked.resource):
        text = using.cell(page, use, leads, record_id)
        yield cells.attributes(use.column, page.words(use.column.name)) + cells.whole(text, use.column), text


def _text(value: Any, column: Column, label: str, words: Words, locale: Locale) -> Text:
    return "" if value is None else cells.text(value, column.kind, label, words, locale)


def value(record: Any, column: Column, names: Names, words: Words) -> Any:
    """What is shown of a record in a column, None where it has nothing there."""
    if column.name in names and column.fields == (column.name,):
        called, ids = names[column.name], record[column.name]
        if isinstance(ids, list):
            return ", ".join(called.get(one, str(one)) for one in ids)
        return None if ids is None else called.get(ids, str(ids))
    group, dot, key = column.fields[-1].partition(".")
    if not dot:
        return record.get(group, "…")
    other = record[group]
    if other is None or column.kind != "phone":
        title = other and other[key]
        return words.called(group, record.get(column.name, 0), title) if title and column.named else title
    return telephone.shown(other["extension"], other["number"])
