"""The page of one record."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from closum.http.answer import Answer
from closum.model.fields import Document, Timestamp
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations.edit import children_of
from closum.resources.assignment_rule import ASSIGNMENT_RULE
from closum.resources.lead import LEAD
from closum.store import saved_views
from closum.store.saved_views import SavedView
from closum.store.unit import Unit
from closum.web import called, done
from closum.web.forms import EMPTY, Form
from closum.web.lists import asked as lists
from closum.web.lists import reading as listed
from closum.web.lists import tabs
from closum.web.lists.asked import ListQuery
from closum.web.lists.columns import ORIGIN
from closum.web.lists.neighbours import NOBODY, Neighbours, neighbours
from closum.web.locale import broken, dotted, said
from closum.web.named import USER, Named
from closum.web.page import Page
from closum.web.records import alike, call_form, inputs, lead, merge, merges, once, reading
from closum.web.records.facts import Fact, Mark, Teller
from closum.web.records.history import Historian, undoable_since
from closum.web.records.reading import Found, Others, Sharing
from closum.web.titles import shortened
from closum.web.views import View
from closum.web.words import Words

_PLACES = ("city_id",)
_SHOWN_ELSEWHERE = {
    "email": ("status",),
    "phone": ("is_valid",),
}
"""What a page says in another place, or in other words."""
_MOST_PARTS = 4
"""Properties that a line of another record shows."""


class Line(NamedTuple):
    """Another record, in one line."""

    title: str | Markup
    href: str
    small: Markup = Markup()
    mark: Mark | None = None


class Card(NamedTuple):
    """Other records of one resource, which belong to this one, or show it."""

    id: str
    name: str
    heading: str
    rows: list[Line]
    total: int | None
    all: str
    new: str
    add: str
    all_text: str | Markup
    """"" where the page has all of them."""


class Around(NamedTuple):
    """The list that a record is shown from: the records beside it, and the views that people saved."""

    asked: ListQuery
    beside: Neighbours
    saved: Sequence[SavedView]


def shown(view: View) -> Any:
    """What answers for the page of a record."""

    async def show(page: Page) -> Answer:
        return await answer(page, view)

    return show


async def answer(
    page: Page, view: View, form: Form = EMPTY, faults: Mapping[str, str] | None = None, status: int = 200
) -> Answer:
    """The page of a record; that of a lead with what was typed into a form, and what is wrong with it by the names of inputs."""
    record_id, asked = page.request.record_id, lists.parse(view, page.request.pairs)
    of = (page.words, record_id, asked, page.session.user_id, undoable_since(page))
    found, work, around = await page.read(_read, *of)
    template, context = "record.html", _context(page, view, found, around)
    if work:
        template = "lead-record.html"
        context |= _of_lead(page, view, found, work)
        context |= call_form.shown(page, found.row, form, faults or {})
        context["call"] = f"{context['path']}/call{context['url'].removeprefix(context['path'])}"
    return page.show(template, status, **context)


def _read(
    unit: Unit, words: Words, record_id: int, asked: ListQuery, user_id: int, since: str | None
) -> tuple[Found, lead.Work | None, Around]:
    """With the records before and behind it, where it is shown from a list."""
    resource = asked.resource
    found = reading.read(unit, words, resource, record_id, since)
    is_listed = bool(asked.view.place and (asked.pairs or asked.at))
    beside = neighbours(unit, asked, record_id) if is_listed else NOBODY
    saved = saved_views.of_user(unit, user_id, resource.name) if asked.is_filtered else ()
    return found, lead.read(unit, found.row) if resource is LEAD else None, Around(asked, beside, saved)


def _way_back(page: Page, view: View, found: Found, around: Around) -> tuple[str, str]:
    """To the list, else to what the record belongs to, with what that is called; "" where there is neither."""
    if view.place:
        return around.asked.list_url(), _list_text(page, around)
    for one in view.resource.parents:
        other, record_id = page.site.views[one.resource.name], found.row[one.name]
        title = found.named.get((other.name, record_id)) or f"{page.words(other.name)} {record_id}"
        return f"{other.path}/{record_id}", title
    return "", ""


def _list_text(page: Page, around: Around) -> str:
    """What the list is called: by the view, where it is one of those that are filtered."""
    asked, words = around.asked, page.words
    views = tabs.of(asked, around.saved, words) if asked.is_filtered else ()
    return next((one.text for one in views if one.is_current), words(asked.resource.plural))


def title_of(view: View, row: Row, words: Words, named: Named) -> str:
    """What a record is called, or what it is with its number."""
    found = called.title(view.resource, row, named, words)
    return shortened(found) or f"{words(view.name)} {row['id']}"


def is_shown_by(some: Others) -> bool:
    """Whether there are records that show this one, and change with it."""
    return bool(some.total) and some.column.endswith(".id")


def all_change(page: Page, some: Others) -> Markup:
    """`All 3 leads that show it change with it.`, `Both leads …`."""
    number, key = some.total or 0, f"{some.resource.name}.n"
    if number == 2:
        return said(page.words.both_change, what=page.words(key).replace("{n} ", ""))
    what = page.locale.count(key, number)
    return page.locale.count("all_change", number, what=what)


class Place(NamedTuple):
    """Where a record is in the list that it is shown from, and the addresses of those beside it, "" at the ends.

    `total` is how many the list has, for people; the previous one is that from which one came. `after` is the next one once this
    one is in the bin, or the list.
    """

    number: int | None
    total: str
    previous: str
    next: str
    after: str
    is_in: bool


def _place(page: Page, around: Around) -> Place | None:
    asked, beside = around.asked, around.beside
    if beside is NOBODY:
        return None
    at, trail = beside.place, asked.trail
    came = trail[0] if trail else beside.previous
    previous = asked.record_url(came, at and max(1, at - 1), trail[1:]) if came else ""
    following = next_url(asked, beside, page.request.record_id)
    after = asked.record_url(beside.next, at, trail) if beside.next else ""
    total = listed.number(asked, beside.total, page.locale)
    return Place(at, total, previous, following, after or asked.list_url(), beside.is_in)


def next_url(asked: ListQuery, beside: Neighbours, record_id: int) -> str:
    """The address of the record behind one, which leads back to this one though it may have left the list; "" at the end."""
    if beside.next is None:
        return ""
    return asked.record_url(beside.next, beside.place_of_next, (record_id, *asked.trail))


def _context(page: Page, view: View, found: Found, around: Around) -> dict[str, Any]:
    row, words = found.row, page.words
    tell = Teller(page, view, found.named)
    users = {one: name for (kind, one), name in found.named.items() if kind == USER}
    historian = Historian(page, view, tell, users)
    made = found.past.made
    path = f"{view.path}/{row['id']}"
    back, back_text = _way_back(page, view, found, around)
    own = lead.CHILDREN if view.resource is LEAD else ()
    told = next((one for one in found.children if one.resource.told), None)
    children = (one for one in found.children if one is not told and one.resource not in own)
    elsewhere = (*_SHOWN_ELSEWHERE.get(view.name, ()), *_told_columns(told))
    belonging = (card(page, view, row["id"], one, found.named) for one in children)
    return {
        "view": view,
        "row": row,
        "record_id": row["id"],
        "named": found.named,
        "path": path,
        "title": title_of(view, row, words, found.named),
        "url": around.asked.record_url(row["id"], around.asked.at, around.asked.trail),
        "back": back,
        "back_text": back_text,
        "place": _place(page, around),
        "contacts": [*_whole_name(row, tell), *_contacts(page, view, found, tell)],
        "own": tell.own(row),
        "kept": tell.kept(row, elsewhere),
        "made_by": historian.who(made, found.past.files) if made else "",
        "shown_documents": [*tell.documents(row)],
        "lines": historian.lines(found.past),
        "earlier": found.past.next,
        "all_change": [all_change(page, one) for one in found.showing if is_shown_by(one)],
        "showing": [card(page, view, row["id"], one, found.named) for one in found.showing if one.records],
        "children": [one for one in belonging if one.rows or one.new],
        "consents": told,
        "namesakes": found.namesakes,
        "once": once.made(),
        **rights(page, view, row),
    }


def _told_columns(told: Others | None) -> Iterable[str]:
    """What the newest consents tell a record: their card shows it."""
    return told.resource.told.columns.values() if told and told.resource.told else ()


def rights(page: Page, view: View, row: Row) -> dict[str, Any]:
    """What the user may do with a record."""
    resource = view.resource
    may = page.may(f"{view.name}:write") and not (resource.fixed and resource.fixed.has(row["id"]))
    is_own = not resource.author or row[resource.author] == page.session.user_id
    return {
        "may_change": may and view.changes and is_own,
        "may_delete": may and "delete" in resource.verbs,
        "may_merge": may and resource is LEAD,
        "may": lambda name: page.may(f"{name}:write"),
    }


def _whole_name(row: Row, tell: Teller) -> list[Fact]:
    """What a record is called, where the heading has only a part of it."""
    fact = tell.called(row)
    return [fact] if fact and fact.text.strip() != shortened(fact.text) else []


def _contacts(page: Page, view: View, found: Found, tell: Teller) -> list[Fact]:
    facts = []
    for nested in inputs.in_order(view.resource):
        if other := found.nested.get(nested.name):
            fact = tell.contact(nested, other)
            shared = _also(page, found.row[nested.link], found.sharing[nested.name])
            facts.append(fact._replace(small=dotted((fact.small, shared))))
    return facts


def _also(page: Page, record_id: int, sharing: Sequence[Sharing]) -> str | Markup:
    """`Also shown by 3 leads and 1 unqualified lead`, each with the list of them."""
    links = []
    for one in sharing:
        path = page.site.views[one.resource.name].path
        href = f"{page.site.root_path}{path}?filter={quote(f'{one.name}.id={record_id}', safe='')}"
        text = page.locale.count(f"{one.resource.name}.n", one.number, most=reading.MOST_SHARING)
        links.append(Markup('<a href="{}">{}</a>').format(href, text))
    return said(page.words.also_shown, n=done.listed(links, page.words)) if links else ""


def card(page: Page, view: View, record_id: int, some: Others, named: Named) -> Card:
    """Other records that this one is shown by, or that belong to it."""
    other = page.site.views[some.resource.name]
    tell = Teller(page, other, named)
    filters = quote(f"{some.column}={record_id}", safe="")
    can_add = "create" in some.resource.verbs and page.may(f"{other.name}:write")
    belongs = (some.resource, some.column) in [(child, one.name) for child, one in children_of(view.resource)]
    joined = _joined(some.resource, some.column)
    has_more = some.total is None or some.total > len(some.records)
    table = _table(page, some, joined, record_id)
    new = f"{other.path}/new?{some.column}={record_id}&back={quote(f'{view.path}/{record_id}')}"
    if joined is LEAD:
        new = f"{view.path}/{record_id}/add"
    return Card(
        f"{other.name}-{some.column.replace('.', '-')}",
        other.name,
        page.words((joined or some.resource).plural),
        [line(page, other, some.column, record, tell) for record in some.records],
        some.total,
        table
        or (f"{other.path}?filter={filters}" if other.place else f"{view.path}/{record_id}{other.path}"),
        new if can_add and belongs else "",
        page.words.add if joined else page.words(f"{other.name}.new"),
        _all_text(page, joined if table else None, some.total, has_more),
    )


def _table(page: Page, some: Others, joined: Resource | None, record_id: int) -> str:
    """The list of what these records lead to, such as the leads that are on a list; "" where none can be filtered so."""
    member = joined.listing.members.get(some.column) if joined else None
    if joined is None or member is None or member.table != some.resource.name:
        return ""
    return f"{page.site.views[joined.name].path}?filter={quote(f'{some.column}={record_id}', safe='')}"


def _all_text(page: Page, listed: Resource | None, total: int | None, has_more: bool) -> str | Markup:
    """With their number, where it is known."""
    if listed:
        return page.locale.count("in_table", total or 1, what=page.words(listed.plural).lower())
    if not has_more:
        return ""
    return page.words.show_all if total is None else page.locale.count("show_all_n", total)


def _joined(resource: Resource, link: str) -> Resource | None:
    """What records lead to that only join two, of which one is named by `link`."""
    others = [one.resource for one in resource.parents if one.name != link]
    return others[0] if len(resource.parents) == 2 and others else None


def line(page: Page, other: View, link: str, record: Any, tell: Teller) -> Line:
    """A record as one line; what only joins two records leads to the other one."""
    resource = other.resource
    href = f"{other.path}/{record['id']}"
    if resource is ASSIGNMENT_RULE:
        return Line(tell.title(record), href, mark=tell.state(record["enabled"]))
    title = resource.called_by
    parts = [
        tell.text(field, record[field.name])
        for field in sorted(resource.fields, key=lambda one: one.name != title)
        if field.name in resource.listing.listed
        and field.name != link
        and not isinstance(field, Document | Timestamp)
        and record[field.name] is not None
    ]
    first, *rest = parts or [f"{page.words.id} {record['id']}"]
    if joined := _joined(resource, link):
        (parent,) = (one for one in resource.parents if one.name != link)
        href = f"{page.site.views[joined.name].path}/{record[parent.name]}"
    small = dotted(map(broken, rest[: _MOST_PARTS - 1]))
    return Line(first if isinstance(first, Markup) else shortened(first), href, small)


def _of_lead(page: Page, view: View, found: Found, work: lead.Work) -> dict[str, Any]:
    tell, row_id = Teller(page, view, found.named), found.row["id"]
    children = lead.children(found.children)
    tasks = children["task"]
    return {
        "work": lead.in_words(work, page.words),
        "merged": [(one, merges.named(page, LEAD.name, one, text)) for one, text in work.merged.items()],
        "alike": [(merge.pair_path(one.id, row_id), one) for one in alike.lines(page, work.alike)],
        "notes": children["note"],
        "lists": children["lead_audience_list"],
        "tasks": tasks._replace(records=lead.by_due(tasks.records)),
        "places": _named(tell, found.row, _PLACES),
        "kept_work": _named(tell, found.row, call_form.SET),
        "origin": _named(tell, found.row, ORIGIN),
    }


def _named(tell: Teller, row: Row, names: Sequence[str]) -> list[Fact]:
    fields = {one.name: one for one in LEAD.fields}
    return [fact for name in names if (fact := tell.fact(fields[name], row))]
