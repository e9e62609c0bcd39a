"""Whose the records of a list are: the leads that have an address or a number, and how many are of a city or on a list."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from closum.model.resource import Resource
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


class Leads(NamedTuple):
    """By the id of a record its leads, and what the first ones are called that the list names."""

    used: Mapping[int, Used]
    called: Mapping[int, str]


NOBODY = Leads({}, {})


def of(resource: Resource) -> Use | None:
    return _USES.get(resource.name)


def read(unit: Unit, resource: Resource, records: list[Any]) -> Leads:
    use = of(resource)
    if not use:
        return NOBODY
    ids = [one["id"] for one in records]
    found = using.used(unit, use.resource, use.link, ids, use.most + 1, has_first=use.names_first)
    firsts = [one.first for one in found.values()] if use.names_first else []
    return Leads(found, titles.of_records(unit, LEAD, firsts))


def cell(page: Page, use: Use, leads: Leads, record_id: int) -> Markup:
    """`Ana Silva +2`, or how many, with links to the lead and to all of them; of none no name, and 0."""
    if not (found := leads.used.get(record_id)):
        return escape("" if use.names_first else page.locale.number(0))
    view = page.site.views[LEAD.name]
    pairs = [Filter(use.filter, "=", str(record_id)).pair]
    every = page.site.root_path + asked.address(view.path, pairs)
    if not use.names_first:
        return _link(every, _number(page, found.number, use.most))
    title = leads.called.get(found.first) or f"{page.words(LEAD.name)} {found.first}"
    own = f"{page.site.root_path}{view.path}/{found.first}"
    if found.number == 1:
        return cells.clipped(_link(own, title))
    more = _link(every, f"+{_number(page, found.number - 1, use.most - 1)}")
    return cells.clipped(Markup("{}&nbsp;{}").format(_link(own, title, BEFORE_NUMBER), more))


def _number(page: Page, number: int, most: int) -> str:
    return f"{page.locale.number(most)}+" if number > most else page.locale.number(number)


def _link(url: str, text: str, longest: int = LONGEST) -> Markup:
    if len(text) <= longest:
        return Markup('<a href="{}">{}</a>').format(url, broken(text))
    return Markup('<a href="{}" title="{}">{}…</a>').format(url, text, broken(text[:longest].rstrip()))
