"""How many leads have which city, source and the like: rows, each with the list of these leads."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from closum.model.reported import OWNER
from closum.operations.dashboard import SHARES, Figures, Share
from closum.resources.city import CITY
from closum.resources.lead import LEAD
from closum.store.unit import Unit
from closum.web import called
from closum.web.dashboard.asked import NOBODY, Asked
from closum.web.lists import asked as asking
from closum.web.lists.asked import Filter, ListQuery
from closum.web.page import Page
from closum.web.records import countries
from closum.web.words import Words

PROPERTIES = {
    "city": "city_id",
    "domain": "email.domain",
    "country": "phone.country",
    "source": "source",
    OWNER: "owner_id",
}
_EMPTY = {**PROPERTIES, "domain": "email"}
"""Which property is empty where there is no value. A lead without a country may have a number: no list has just these."""
_UNLISTED = "country"

Names = Mapping[str, Mapping[str, str]]


class Row(NamedTuple):
    """`url` is the list of these leads, "" where there is none; `width` is that of the bar, of 100, which is lighter where
    no value is named."""

    text: str
    url: str
    number: int
    width: float
    is_named: bool = False


class Card(NamedTuple):
    by: str
    total: int
    rows: list[Row]


def names(unit: Unit, figures: Figures, users: Mapping[int, str], words: Words) -> Names:
    """What cities and users are called, by the values of the shares."""
    ids = [int(value) for value, _ in figures.shares["city"].values]
    found = {"city": called.of_records(unit, CITY, ids, words), OWNER: users}
    return {by: {str(one): name for one, name in some.items()} for by, some in found.items()}


def cards(page: Page, asked: Asked, first: date | None, figures: Figures, names: Names) -> list[Card]:
    listed = leads_of(page, asked, first)
    return [_card(page, by, figures.shares[by], listed, names.get(by, {})) for by in SHARES]


def leads_of(page: Page, asked: Asked, first: date | None) -> ListQuery:
    """The list of the leads that the shares are of."""
    made = [Filter("creation_date", ">=", first.isoformat())] if first else []
    owner = [Filter("owner_id", "=", "" if asked.owner == NOBODY else asked.owner)] if asked.owner else []
    return listing(page, LEAD.name).having(filters=(*made, *owner))


def listing(page: Page, name: str) -> ListQuery:
    """The list of all records of a resource."""
    return asking.parse(page.site.views[name], ())


def _card(page: Page, by: str, share: Share, listed: ListQuery, names: Mapping[str, str]) -> Card:
    of = 100 / (share.total or 1)

    def url(name: str, value: str) -> str:
        """Where the list has a condition on the property already, it is this one."""
        return listed.having(
            filters=(*dict.fromkeys((*listed.filters, Filter(name, "=", value))),)
        ).list_url()

    text = _texts(page, by, names)
    rows = [
        Row(text(value), url(PROPERTIES[by], value), number, number * of, is_named=True)
        for value, number in share.values
    ]
    others = Row(page.words.all_others, "", share.others, share.others * of)
    unlisted = "" if by == _UNLISTED else url(_EMPTY[by], "")
    none = Row(page.words(f"without.{by}"), unlisted, share.none, share.none * of)
    return Card(by, share.total, [*rows, *(one for one in (others, none) if one.number)])


def _texts(page: Page, by: str, names: Mapping[str, str]) -> Callable[[str], str]:
    """What a value is called."""
    if by == "country":
        return lambda value: countries.name(value, page.words)
    if by == OWNER:
        return lambda value: names.get(value, page.words.former_user)
    return lambda value: names.get(value, value)
