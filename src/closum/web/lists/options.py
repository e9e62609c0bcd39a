"""What there is to choose from where a property names records or users."""

from collections.abc import Sequence

from closum.model import query as queries
from closum.model.property import find
from closum.model.query import Page, Query
from closum.model.resource import Resource
from closum.store import rows
from closum.store.unit import Unit
from closum.web import called, titles
from closum.web.lists import columns
from closum.web.lists.columns import Named
from closum.web.words import Words

MOST = 400
"""Records among which people choose in a list; of more they type the name."""

MOST_CALLED = 10

Options = list[tuple[int, str]]


def read(unit: Unit, named: Sequence[tuple[str, Named]]) -> dict[str, Options | None]:
    """By the name of a property, the ids and titles of what it may name; None where they are too many."""
    known = dict[Named, Options | None]()
    for _, one in named:
        if one not in known:
            known[one] = [*titles.of_users(unit).items()] if isinstance(one, str) else _records(unit, one)
    return {name: known[one] for name, one in named}


def in_words(
    found: dict[str, Options | None], named: Sequence[tuple[str, Named]], words: Words
) -> dict[str, Options | None]:
    """The same as a page calls them."""
    shown = dict(found)
    for name, one in named:
        if isinstance(one, Resource) and (some := found[name]):
            shown[name] = [*called.options(one, dict(some), words).items()]
    return shown


def _records(unit: Unit, resource: Resource) -> Options | None:
    sort, descending = columns.usual_order(resource)
    fields = ("id", *titles.properties(resource))
    found, total = rows.page(unit, resource, Query(sort, descending, Page(1, MOST), fields=fields))
    if total > MOST:
        return None
    return [(one["id"], titles.title(resource, one) or str(one["id"])) for one in found]


def ids_called(unit: Unit, resource: Resource, title: str) -> list[int]:
    """The ids of the first records that are called so."""
    name = resource.called_by
    if find(resource, name) is None:
        return []
    query = queries.parse(resource, [(name, title), ("limit", str(MOST_CALLED)), ("fields", "id")])
    return [one["id"] for one in rows.window(unit, resource, query).records]
