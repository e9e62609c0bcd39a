"""Whose the records of a list are: the leads that have an address or a number, and how many are of a city or on a list."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from closum.model.resource import Resource
from closum.operations.edit import shown_by
from closum.resources.audience_list import AUDIENCE_LIST
from closum.resources.city import CITY
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.lead_audience_list import LEAD_AUDIENCE_LIST
from closum.resources.phone import PHONE
from closum.store import using
from closum.store.unit import Unit
from closum.store.using import Used
from closum.web import titles
from closum.web.lists import asked, cells
from closum.web.lists.asked import Filter
from closum.web.lists.columns import Column
from closum.web.locale import broken
from closum.web.page import Page

MOST_NAMED, MOST_COUNTED = 100, 1_000
"""Leads that are counted for each record: of many a page tells only that there are more."""
LONGEST, BEFORE_NUMBER = 54, 36
"""Letters of a name: so many fit three lines on a phone, alone and with the number of the others behind it."""


_NAMED = Column(LEAD.plural, "nested", "", ())
_COUNTED = Column(LEAD.plural, "number", "", ())


class Use(NamedTuple):
    """`resource` has a row for each lead, which names the record by `link`; leads are found by `filter`."""

    resource: Resource
    link: str
    filter: str
    column: Column

    @property
    def names_first(self) -> bool:
        return self.column is _NAMED

    @property
    def most(self) -> int:
        return MOST_NAMED if self.names_first else MOST_COUNTED


_USES = {
    EMAIL.name: Use(LEAD, "email_id", "email.id", _NAMED),
    PHONE.name: Use(LEAD, "phone_id", "phone.id", _NAMED),
    CITY.name: Use(LEAD, "city_id", "city_id", _COUNTED),
    AUDIENCE_LIST.name: Use(LEAD_AUDIENCE_LIST, "audience_list_id", "audience_list_id", _COUNTED),
}


class Other(NamedTuple):
    """Who shows a record that no lead has: records of `resource`, as their property `name`."""

    resource: Resource
    name: str
    used: Used


class Leads(NamedTuple):
    """By the id of a record its leads, what the first ones are called that the list names, and who else has it where no lead does."""

    used: Mapping[int, Used]
    called: Mapping[int, str]
    others: Mapping[int, Other]


NOBODY = Leads({}, {}, {})


def of(resource: Resource) -> Use | None:
    return _USES.get(resource.name)


def read(unit: Unit, resource: Resource, records: list[Any]) -> Leads:
    use = of(resource)
    if not use:
        return NOBODY
    ids = [one["id"] for one in records]
    found = using.used(unit, use.resource, use.link, ids, use.most + 1, has_first=use.names_first)
    if not use.names_first:
        return Leads(found, {}, {})
    named = titles.of_records(unit, LEAD, [one.first for one in found.values()])
    return Leads(found, named, _others(unit, resource, [one for one in ids if one not in found]))


def _others(unit: Unit, resource: Resource, ids: Sequence[int]) -> dict[int, Other]:
    found = dict[int, Other]()
    for other, nested in shown_by(resource):
        if other is not LEAD:
            used = using.used(unit, other, nested.link, ids, MOST_NAMED + 1, has_first=True)
            found = {one: Other(other, nested.name, some) for one, some in used.items()} | found
    return found


def cell(page: Page, use: Use, leads: Leads, record_id: int) -> Markup:
    """`Ana Silva +2`, or how many, with links to the lead and to all of them; of none who else has it, and 0."""
    if not (found := leads.used.get(record_id)):
        return _of_others(page, leads.others.get(record_id), record_id) if use.names_first else escape(0)
    view = page.site.views[LEAD.name]
    every = _list(page, LEAD, use.filter, record_id)
    if not use.names_first:
        return _link(every, page.locale.up_to(use.most, found.number))
    title = leads.called.get(found.first) or f"{page.words(LEAD.name)} {found.first}"
    own = f"{page.site.root_path}{view.path}/{found.first}"
    if found.number == 1:
        return cells.clipped(_link(own, title))
    more = _link(every, f"+{page.locale.up_to(use.most - 1, found.number - 1)}")
    return cells.clipped(Markup("{}&nbsp;{}").format(_link(own, title, BEFORE_NUMBER), more))


def _of_others(page: Page, found: Other | None, record_id: int) -> Markup:
    """`1 unqualified lead`, with a link to it, or to all of them."""
    if found is None:
        return Markup()
    resource, name, used = found
    text = page.locale.count(f"{resource.name}.n", used.number, most=MOST_NAMED)
    own = f"{page.site.root_path}{page.site.views[resource.name].path}/{used.first}"
    return cells.clipped(
        _link(own if used.number == 1 else _list(page, resource, f"{name}.id", record_id), text)
    )


def _list(page: Page, resource: Resource, name: str, record_id: int) -> str:
    """The address of the list of those who have a record."""
    path, pair = page.site.views[resource.name].path, Filter(name, "=", str(record_id)).pair
    return page.site.root_path + asked.address(path, [pair])


def _link(url: str, text: str, longest: int = LONGEST) -> Markup:
    if len(text) <= longest:
        return Markup('<a href="{}">{}</a>').format(url, broken(text))
    return Markup('<a href="{}" title="{}">{}…</a>').format(url, text, broken(text[:longest].rstrip()))
