"""What a form offers to choose from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from closum.model.query import Page, Query
from closum.model.resource import Resource
from closum.model.text import sort_key
from closum.operations import records
from closum.resources.phone import PHONE
from closum.store import identity, rows
from closum.store.unit import Unit
from closum.web import called, titles
from closum.web.records.inputs import Ask
from closum.web.words import Words

MOST = 400
"""Records that one chooses from a list; of more, those that a search finds."""
MOST_FOUND = 20
"""Records that a search shows."""
LOOKED_AT = 1_000
"""Records that are looked through for a title."""
LATEST = 50
"""Records whose documents tell which names are in use."""


class Choices(NamedTuple):
    """Titles by id, in their order; `is_whole` where there are no others, else `number` of them have the text that is `sought`."""

    titles: Mapping[int, str]
    is_whole: bool = True
    sought: str = ""
    number: int = 0

    def in_words(self, resource: Resource, words: Words) -> "Choices":
        """The same records as a page calls them."""
        return self._replace(titles=called.options(resource, self.titles, words))


def of_reference(unit: Unit, resource: Resource, text: str, now: Iterable[int]) -> Choices:
    """Records of a resource by their titles: those with a text in it, where they are many, and those that are chosen `now`."""
    shown = ("id", *titles.properties(resource), *_archived(resource))
    asked = Query(resource.listing.default_sort, window=Page(limit=LOOKED_AT), fields=shown)
    page, count = records.page(unit, resource, asked)
    found = {
        one["id"]: titles.title(resource, one)
        for one in page
        if not any(one[name] for name in _archived(resource))
    }
    is_whole = count <= MOST
    if not is_whole:
        wanted = sort_key(text) or ""
        found = {key: one for key, one in found.items() if wanted and wanted in (sort_key(one) or "")}
    number = len(found)
    if not is_whole:
        found = dict([*found.items()][:MOST_FOUND])
    found |= titles_of(unit, resource, [one for one in now if one not in found])
    if resource.listing.default_sort == "id":
        found = dict(sorted(found.items(), key=lambda one: sort_key(one[1]) or ""))
    return Choices(found, is_whole, text, number)


def of_users(unit: Unit, now: Iterable[int]) -> Choices:
    """The users of the account: who is disabled, or has left it, only where chosen now."""
    chosen = {*now}
    users = identity.users(unit, unit.account_id)
    found = {one.id: one.name or one.email for one in users if one.enabled or one.id in chosen}
    return Choices(found | {one: str(one) for one in chosen - {*found}})


def last_prefix(unit: Unit) -> str:
    """The dialling prefix that the account used last; "" before the first."""
    asked = Query("id", descending=True, window=Page(limit=1), fields=("extension",))
    page, _ = records.page(unit, PHONE, asked)
    return str(page[0]["extension"]) if page else ""


def latest_documents(unit: Unit, resource: Resource, ask: Ask) -> Sequence[str | None]:
    """Documents of the latest records; none where they are so long that reading them would take too long."""
    asked = Query("id", descending=True, window=Page(limit=LATEST), fields=(ask.name,))
    try:
        page, _ = records.page(unit, resource, asked)
    except rows.TooLong:
        return []
    return [one[ask.name] for one in page]


def _archived(resource: Resource) -> tuple[str, ...]:
    """The property that says of a record that it is not chosen any more, where it has one."""
    return tuple(one for one in ("archived",) if one in resource.writable_names)


def titles_of(unit: Unit, resource: Resource, ids: Iterable[int]) -> Mapping[int, str]:
    """What some records are called: by their number where they have no title, and nothing for those that are not there."""
    return {one: title or str(one) for one, title in titles.of_records(unit, resource, ids).items()}
