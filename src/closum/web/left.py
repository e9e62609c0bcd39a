"""What an undo leaves, as people are told of it: records that somebody has worked on since, properties that were changed since, and
whatever else stays, and why."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from markupsafe import Markup

from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import undone
from closum.operations.undo import CHANGED, HELD, SHOWN
from closum.store import rows
from closum.store.unit import Unit
from closum.web import away, called
from closum.web.away import Away
from closum.web.done import listed
from closum.web.locale import dotted, said
from closum.web.page import Page
from closum.web.titles import shortened
from closum.web.views import View
from closum.web.words import Words

MOST = 100
"""Records that are named."""
UNDO = "undo"
"""By which the form that deletes such a record names the operation."""
Entry = Mapping[str, Any]
"""What clients are told of one that is left."""
Key = tuple[str, int]
_Befores = Mapping[Key, Row | None]


class Kept(NamedTuple):
    """A property that an undo has left, since it was changed: what it is now, and what it was before."""

    resource: str
    id: int
    name: str
    present: Any
    earlier: Any


class Stays(NamedTuple):
    """Records that an undo would have removed, since worked on, which are there; the properties that others keep; the other records
    that are left, without what the first ones show; and what the first of all these are called, or where they are instead. `told` is
    how many of the first ones were told of.
    """

    worked_on: Sequence[Entry] = ()
    kept: Sequence[Kept] = ()
    others: Sequence[Entry] = ()
    named: Mapping[Key, str] = MappingProxyType({})
    away: Mapping[Key, Away] = MappingProxyType({})
    told: int = 0


class Line(NamedTuple):
    """A record that stays: what it is called, its path, why, and whether the user may delete it."""

    name: str
    path: str
    why: Markup
    may_delete: bool


def read(unit: Unit, views: Mapping[str, View], operation: int, left: Sequence[Entry], words: Words) -> Stays:
    """Of what the undo of an operation has left, or would leave."""
    befores = _befores(unit, operation, left)
    worked_on = _worked_on(left, befores)
    kept = _kept(unit, views, befores, left)
    shown = _shown(unit, views, worked_on[:MOST])
    others = [
        one
        for one in left
        if one["reason"] not in (CHANGED, HELD)
        and not (one["reason"] == SHOWN and (_key(one) in shown or len(worked_on) > MOST))
    ]
    wanted = {_key(one) for one in (*worked_on[:MOST], *others[:MOST])}
    named = _named(unit, views, [*wanted, *_records(kept)[:MOST]], words)
    there = [one for place, one in enumerate(worked_on) if place >= MOST or _key(one) in named]
    gone = [key for one in others[:MOST] if (key := _key(one)) not in named]
    return Stays(there, kept, others, named, away.read(unit, views, gone, words), len(worked_on))


def kept(unit: Unit, views: Mapping[str, View], operation: int, left: Sequence[Entry]) -> list[Kept]:
    """The properties that were changed since, of records that are there, to something else than they were before."""
    return _kept(unit, views, _befores(unit, operation, left), left)


def _befores(unit: Unit, operation: int, left: Sequence[Entry]) -> _Befores:
    return undone.befores(unit, operation, {_key(one) for one in left if one["reason"] == CHANGED})


def _is_made(one: Entry, befores: _Befores) -> bool:
    """Whether the operation made a record that was changed since: then the undo would have removed it."""
    return befores.get(_key(one), {}) is None


def _worked_on(left: Sequence[Entry], befores: _Befores) -> list[Entry]:
    found = dict[Key, Entry]()
    for one in left:
        if one["reason"] == HELD or (one["reason"] == CHANGED and _is_made(one, befores)):
            found[_key(one)] = _together(found.get(_key(one), {}), one)
    return [*found.values()]


def _together(first: Entry, one: Entry) -> Entry:
    """What is left of a record that the operation made, and changed."""
    names = dict.fromkeys((*(first.get("properties") or ()), *(one["properties"] or ())))
    belonging = {**first.get("belonging", {}), **one.get("belonging", {})}
    return {**one, "properties": [*names], "belonging": belonging}


def _kept(unit: Unit, views: Mapping[str, View], befores: _Befores, left: Sequence[Entry]) -> list[Kept]:
    changed = [one for one in left if one["reason"] == CHANGED and not _is_made(one, befores)]
    present = dict[Key, Row]()
    for name, ids in _by_resource(map(_key, changed)).items():
        found = rows.rows_by(unit, views[name].resource, "id", ids)
        present |= {(name, record_id): row for record_id, row in found.items()}
    kept = dict[tuple[Key, str], Kept]()
    for one in changed:
        row, before = present.get(_key(one)), befores.get(_key(one)) or {}
        for name in one["properties"] or () if row else ():
            column = _column(views[one["resource"]].resource, name)
            if row and row[column] != before.get(column, row[column]):
                kept[_key(one), name] = Kept(*_key(one), name, row[column], before[column])
    return [*kept.values()]


def _column(resource: Resource, name: str) -> str:
    return next((one.link for one in resource.nested if one.name == name), name)


def _records(kept: Sequence[Kept]) -> list[Key]:
    return [*dict.fromkeys((one.resource, one.id) for one in kept)]


def _by_resource(keys: Iterable[Key]) -> Mapping[str, list[int]]:
    found = defaultdict[str, list[int]](list)
    for name, record_id in keys:
        found[name].append(record_id)
    return found


def _named(unit: Unit, views: Mapping[str, View], keys: Iterable[Key], words: Words) -> dict[Key, str]:
    found = dict[Key, str]()
    for name, ids in _by_resource(keys).items():
        titles = called.of_records(unit, views[name].resource, ids, words)
        found |= {(name, one): title for one, title in titles.items()}
    return found


def _key(one: Entry) -> Key:
    return one["resource"], one["id"]


def _shown(unit: Unit, views: Mapping[str, View], worked_on: Sequence[Entry]) -> set[Key]:
    """The addresses and numbers that these records show."""
    found = set[Key]()
    for name in {one["resource"] for one in worked_on}:
        resource, ids = views[name].resource, [one["id"] for one in worked_on if one["resource"] == name]
        present: Mapping[int, Row] = rows.rows_by(unit, resource, "id", ids) if resource.nested else {}
        for nested in resource.nested:
            found |= {(nested.resource.name, row[nested.link]) for row in present.values()}
    return found


class Card(NamedTuple):
    """What a page has of records that stay: how many of what, the first of them, and how many more there are.

    `undone` is the heading of a page once the rest is undone.
    """

    heading: Markup
    undone: Markup
    lines: Sequence[Line]
    more: int


def card(page: Page, stays: Stays, counts: Mapping[str, int] | None = None) -> Card | None:
    """Of the records that somebody has worked on; None without any. `counts` are those of all, where not all are named."""
    if not stays.worked_on:
        return None
    if not counts or sum(counts.values()) <= stays.told:
        counts = Counter(one["resource"] for one in stays.worked_on)
    lines = [_line(page, one, stays, may_go=True) for one in stays.worked_on[:MOST]]
    what, total = _counted(page, counts), sum(counts.values())
    heading = page.locale.count("stays_h", total, what=what)
    return Card(heading, page.locale.count("undone_but", total, what=what), lines, total - len(lines))


def changed(page: Page, stays: Stays, counts: Mapping[str, int] | None = None) -> Card | None:
    """Likewise of those of which properties were changed since."""
    if not stays.kept:
        return None
    names = defaultdict[Key, list[str]](list)
    for one in stays.kept:
        names[one.resource, one.id].append(one.name)
    if not counts or sum(counts.values()) <= len(names):
        counts = Counter(name for name, _ in names)
    first = [{"resource": key[0], "id": key[1], "properties": names[key]} for key in [*names][:MOST]]
    lines = [_line(page, one, stays, may_go=False) for one in first]
    total = sum(counts.values())
    undone = page.locale.count("undone_keeps", total, what=_counted(page, counts))
    return Card(said(page.words.left_h), undone, lines, total - len(lines))


def _line(page: Page, one: Entry, stays: Stays, *, may_go: bool) -> Line:
    view = page.site.views[one["resource"]]
    may_delete = may_go and "delete" in view.resource.verbs and page.may(f"{view.name}:write")
    return Line(_name(page, one, stays), _path(page, one), dotted(_why(page, view, one)), may_delete)


def _name(page: Page, one: Entry, stays: Stays) -> str:
    """What a record is called; one without a name, and one of which nobody knows it any more, by what it is and its number."""
    key = _key(one)
    elsewhere = stays.away.get(key)
    own = stays.named.get(key) or (elsewhere.title if elsewhere else "")
    return shortened(own) or f"{page.words(one['resource'])} {one['id']}"


def _path(page: Page, one: Entry) -> str:
    return f"{page.site.views[one['resource']].path}/{one['id']}"


def _why(page: Page, view: View, one: Entry) -> Iterator[Markup]:
    if one["properties"]:
        labels = listed([page.words(view.label(name)) for name in one["properties"]], page.words)
        yield said(page.words("left.changed"), what=labels)
    if one.get("belonging"):
        yield said(page.words("left.held"), what=_counted(page, one["belonging"]))


def _counted(page: Page, counts: Mapping[str, int]) -> str:
    counted = [page.locale.count(_text(page, name), number) for name, number in counts.items()]
    return listed(counted, page.words)


def _text(page: Page, name: str) -> str:
    """The key of how many there are of a resource."""
    return own if (own := f"left.n_{name}") in page.words else f"{name}.n"


def reasons(page: Page, stays: Stays) -> list[tuple[str, str, Markup]]:
    """Of each other record that is left what it is called, where it leads, and why."""
    return [
        (_name(page, one, stays), _path(page, one), _reason(page, one, stays.away.get(_key(one))))
        for one in stays.others[:MOST]
    ]


def _reason(page: Page, one: Entry, elsewhere: Away | None) -> Markup:
    if elsewhere and elsewhere.into:
        return said(page.words("left.merged"), what=elsewhere.into_called(page.words(one["resource"])))
    key = f"left.{one['reason'].replace(' ', '_')}"
    return said(page.words(key if key in page.words else "left.other"))
