"""What is still to undo of an operation of which undos have come to a part: where that is little, record by record."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from closum.store import rows
from closum.store.unit import Unit
from closum.web import away, called
from closum.web.done import listed
from closum.web.locale import said
from closum.web.page import Page
from closum.web.titles import shortened
from closum.web.views import View
from closum.web.words import Words

MOST = 20
"""Records that are named."""


class One(NamedTuple):
    """A record, what it is or was called, whether it is there, and the properties that it gets back; none where it comes or goes."""

    resource: str
    id: int
    title: str
    is_there: bool
    properties: Sequence[str]


def read(
    unit: Unit, views: Mapping[str, View], entries: Sequence[Mapping[str, Any]], words: Words
) -> list[One]:
    """Of what a dry run would undo; nothing of more than are named."""
    if len(entries) > MOST:
        return []
    there = dict[tuple[str, int], str]()
    for name in {one["resource"] for one in entries}:
        resource, ids = views[name].resource, [one["id"] for one in entries if one["resource"] == name]
        titles = called.of_records(unit, resource, ids, words)
        there |= {(name, one): titles.get(one, "") for one in rows.rows_by(unit, resource, "id", ids)}
    keys = [(one["resource"], one["id"]) for one in entries]
    gone = away.read(unit, views, [key for key in keys if key not in there], words)
    titles_of = {key: one.title for key, one in gone.items()} | there
    return [
        One(*key, titles_of.get(key, ""), key in there, one["properties"] or ())
        for key, one in zip(keys, entries, strict=True)
    ]


def lines(page: Page, rest: Sequence[One]) -> list[tuple[str, str, Markup]]:
    """Of each record what it is called, where it leads, and what an undo does to it."""
    views = page.site.views
    return [
        (
            shortened(one.title) or f"{page.words(one.resource)} {one.id}",
            f"{views[one.resource].path}/{one.id}",
            _what(page, views[one.resource], one),
        )
        for one in rest
    ]


def _what(page: Page, view: View, one: One) -> Markup:
    if not one.properties:
        return said(page.words("rest.goes" if one.is_there else "rest.comes"))
    labels = listed([page.words(view.label(name)) for name in one.properties], page.words)
    return said(page.words("rest.changes"), what=labels)
