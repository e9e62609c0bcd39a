"""What an undo leaves, as people are told of it: records that somebody has worked on since, and whatever else stays, and why."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from markupsafe import Markup

from closum.model.relations import Row
from closum.operations.undo import CHANGED, HELD, SHOWN
from closum.store import rows
from closum.store.unit import Unit
from closum.web import called
from closum.web.locale import dotted, said
from closum.web.page import Page
from closum.web.views import View
from closum.web.words import Words

MOST = 100
"""Records that are named."""
Entry = Mapping[str, Any]
"""What clients are told of one that is left."""
Key = tuple[str, int]


class Stays(NamedTuple):
    """Records that an undo would have removed, since worked on, which are there, what the first of them are called, and the others
    that are left, without what the former show. `told` is how many of the former were told of.
    """

    worked_on: Sequence[Entry] = ()
    named: Mapping[Key, str] = MappingProxyType({})
    others: Sequence[Entry] = ()
    told: int = 0


class Line(NamedTuple):
    """A record that stays: what it is called, its path, why, and whether the user may delete it."""

    name: str
    path: str
    why: Markup
    may_delete: bool


def read(
    unit: Unit, views: Mapping[str, View], left: Sequence[Entry], made: Collection[Key], words: Words
) -> Stays:
    """`made` are those of the records that the operation made, which is known of the others by what holds them."""
    worked_on = [
        one for one in left if one["reason"] == HELD or (one["reason"] == CHANGED and _key(one) in made)
    ]
    shown = _shown(unit, views, worked_on[:MOST])
    keys = {_key(one) for one in worked_on}
    others = [
        one
        for one in left
        if _key(one) not in keys
        and not (one["reason"] == SHOWN and (_key(one) in shown or len(worked_on) > MOST))
    ]
    named = _named(unit, views, worked_on[:MOST], words)
    there = [one for place, one in enumerate(worked_on) if place >= MOST or _key(one) in named]
    return Stays(there, named, others, len(worked_on))


def _named(unit: Unit, views: Mapping[str, View], entries: Sequence[Entry], words: Words) -> dict[Key, str]:
    found = dict[Key, str]()
    for name in {one["resource"] for one in entries}:
        ids = [one["id"] for one in entries if one["resource"] == name]
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
    lines = [_line(page, one, stays) for one in stays.worked_on[:MOST]]
    what, total = _counted(page, counts), sum(counts.values())
    undone = page.locale.count("undone_but", total, what=what)
    return Card(said(page.words.stays_h, what=what), undone, lines, total - len(lines))


def _line(page: Page, one: Entry, stays: Stays) -> Line:
    view = page.site.views[one["resource"]]
    name = stays.named.get(_key(one)) or f"{page.words(view.name)} {one['id']}"
    may_delete = "delete" in view.resource.verbs and page.may(f"{view.name}:write")
    return Line(name, f"{view.path}/{one['id']}", dotted(_why(page, view, one)), may_delete)


def _why(page: Page, view: View, one: Entry) -> Iterator[Markup]:
    if one["properties"]:
        labels = ", ".join(page.words(view.label(name)) for name in one["properties"])
        yield said(page.words("left.changed"), what=labels)
    if one.get("belonging"):
        yield said(page.words("left.held"), what=_counted(page, one["belonging"]))


def _counted(page: Page, counts: Mapping[str, int]) -> str:
    return ", ".join(page.locale.count(_text(page, name), number) for name, number in counts.items())


def _text(page: Page, name: str) -> str:
    """The key of how many there are of a resource."""
    return own if (own := f"left.n_{name}") in page.words else f"{name}.n"


def reasons(page: Page, stays: Stays) -> list[tuple[str, str, str]]:
    """Of each other record that stays its kind and number, where it leads, and why."""
    return [
        (
            f"{page.words(one['resource'])} {one['id']}",
            f"{page.site.views[one['resource']].path}/{one['id']}",
            page.words(key)
            if (key := f"left.{one['reason'].replace(' ', '_')}") in page.words
            else page.words("left.other"),
        )
        for one in stays.others[:MOST]
        if one["reason"] != CHANGED
    ]
