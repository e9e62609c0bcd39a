"""Everything that the page of a record shows, read together."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from closum import resources
from closum.errors import NotFound
from closum.model import property as properties
from closum.model.change import PAGE
from closum.model.draft import MAX_ID
from closum.model.filters import Condition
from closum.model.query import Page as Window
from closum.model.query import Query
from closum.model.relations import Nested, Parent, Reference, Row
from closum.model.resource import Resource
from closum.model.text import sort_key
from closum.operations import merging, records
from closum.operations.edit import children_of, shown_by, used_by
from closum.resources.audience_list import AUDIENCE_LIST
from closum.store import history as changes
from closum.store import rows
from closum.store.operation import UNDO
from closum.store.unit import Unit
from closum.store.version import tag_of
from closum.web import called
from closum.web.named import Named, named_by, wanted
from closum.web.records import beside, history
from closum.web.records.beside import Told
from closum.web.records.history import Past
from closum.web.words import Words

MOST = 10
"""Records of others that a page shows; there is a list of all."""
MOST_SHARING = 100
"""Records that show the same one, and are counted."""


class Others(NamedTuple):
    """Records of `resource` that name this one by `column`: the newest, as lists show them, and how many there are: None where nobody counts them."""

    resource: Resource
    column: str
    records: list[Any]
    total: int | None


class Sharing(NamedTuple):
    """How many other records of a resource show a nested one too, as their property `name`: at most MOST_SHARING + 1."""

    resource: Resource
    name: str
    number: int


class Found(NamedTuple):
    """A record by column, with the tag of its state.

    `nested` are the records that it shows, by name, `sharing` who else shows them; `children` belong to it, `showing` show or use it;
    `named` is what all that it names is called, and `namesakes` are lists that have the same name.
    """

    row: Row
    tag: str
    nested: Mapping[str, Row]
    sharing: Mapping[str, list[Sharing]]
    children: list[Others]
    showing: list[Others]
    past: Past
    named: Named
    namesakes: list[int]


def row(unit: Unit, resource: Resource, record_id: int) -> Row:
    """A record by column. Raises NotFound, Merged."""
    found = rows.rows_by(unit, resource, "id", [record_id]).get(record_id)
    if found is None:
        raise merging.elsewhere(unit, resource, record_id) or NotFound()
    return found


def tag(resource: Resource, found: Row) -> str:
    """That of the state of a record; "" where it never changes."""
    return "" if resource.shared else tag_of(found["version"], found["modified"])


def is_by(unit: Unit, resource: Resource, found: Row, user_id: int) -> bool:
    """Whether a record is as this user has left it on a page."""
    last = [] if resource.shared else changes.of_record(unit, resource, found["id"], MAX_ID, 1)
    return any(
        one.by.user_id == user_id and one.by.cause in (PAGE, UNDO) and one.at == found["modified"]
        for one in last
    )


def read(unit: Unit, words: Words, resource: Resource, record_id: int, since: str | None = None) -> Found:
    """With what the user may undo: what was done `since` a time. Raises NotFound, Merged."""
    found = row(unit, resource, record_id)
    nested = {
        one.name: other for one in resource.nested if (other := _linked(unit, one.resource, found[one.link]))
    }
    sharing = {
        one.name: _sharing(unit, resource, one, found) for one in resource.nested if one.name in nested
    }
    children = [_children(unit, child, parent.name, record_id) for child, parent in children_of(resource)]
    showing = showing_it(unit, resource, record_id)
    showing += [_others(unit, other, use.name, record_id, False) for other, use in used_by(resource)]
    showing += [_others(unit, other, one.name, record_id, True) for other, one in _naming(resource)]
    past = history.read(unit, resource, record_id, others=told_of(children), since=since)
    keys = [*wanted(resource, found), *history.wanted(resource, past)]
    keys += [one for some in (*children, *showing) for one in wanted_by(some)]
    named = called.named(unit, keys, words)
    of = (found, tag(resource, found), nested, sharing, children, showing, past, named)
    return Found(*of, _namesakes(unit, found) if resource is AUDIENCE_LIST else [])


def _namesakes(unit: Unit, found: Row) -> list[int]:
    """The first lists that have the name of one."""
    ids = rows.ids_by(unit, AUDIENCE_LIST, "name_sort", sort_key(found["name"]), MOST + 1)
    return [one for one in ids if one != found["id"]][:MOST]


def _sharing(unit: Unit, resource: Resource, nested: Nested, found: Row) -> list[Sharing]:
    """Records of each resource; of none where there are none."""
    sharing = []
    for other, one in shown_by(nested.resource):
        ids = rows.ids_by(unit, other, one.link, found[nested.link], MOST_SHARING + 2)
        number = len(ids) - (other is resource and one.name == nested.name)
        sharing.append(Sharing(other, one.name, min(number, MOST_SHARING + 1)))
    return [one for one in sharing if one.number]


def showing_it(unit: Unit, resource: Resource, record_id: int) -> list[Others]:
    """The records that show one, which change with it."""
    return [_others(unit, other, f"{one.name}.id", record_id, True) for other, one in shown_by(resource)]


def _naming(resource: Resource) -> list[tuple[Resource, Reference | Parent]]:
    """Whose records name those of a resource that all accounts share, and by which field."""
    if not resource.shared:
        return []
    return [
        (other, one) for other in resources.RESOURCES for one in other.references if one.resource is resource
    ]


def _linked(unit: Unit, resource: Resource, record_id: int | None) -> Row | None:
    if record_id is None:
        return None
    return rows.rows_by(unit, resource, "id", [record_id]).get(record_id)


def _children(unit: Unit, resource: Resource, link: str, record_id: int) -> Others:
    """Most records have none: to know that takes a look into an index."""
    if not rows.ids_by(unit, resource, link, record_id, 1):
        return Others(resource, link, [], 0)
    return _others(unit, resource, link, record_id, True)


def _others(unit: Unit, resource: Resource, name: str, record_id: int, counted: bool) -> Others:
    return others(unit, resource, name, record_id, Window(limit=MOST), counted)


def others(
    unit: Unit, resource: Resource, name: str, record_id: int, window: Window, counted: bool = True
) -> Others:
    """Those of the records that name this one, the newest first, that are on a page of them."""
    found = properties.find(resource, name)
    assert found
    where = (Condition(found, "=", (record_id,)),)
    asked = Query("id", descending=True, window=window, where=where, counted=counted)
    page = records.window(unit, resource, asked)
    return Others(resource, name, page.records, page.total)


def told_of(children: Iterable[Others]) -> Told:
    """What the history tells of, of records that belong to one."""
    told = (some for some in children if some.resource in beside.TOLD)
    return {some.resource: {one["id"]: one for one in some.records} for some in told}


def wanted_by(some: Others) -> Iterator[tuple[str, int]]:
    """What records name of others."""
    for record in some.records:
        for field in some.resource.fields:
            if field.name in some.resource.listing.listed:
                yield from named_by(field, record[field.name])
