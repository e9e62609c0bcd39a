"""The form that filters a list, and what it is answered with: the canonical address of what was asked for."""

from collections.abc import Sequence
from dataclasses import replace

from closum.http.answer import Answer
from closum.model import query as queries
from closum.model.query import Page as Window
from closum.model.resource import Resource
from closum.store import rows
from closum.store.unit import Unit
from closum.web.lists import asked as asking
from closum.web.lists import controls, options
from closum.web.lists.asked import Filter, ListQuery, Pairs
from closum.web.lists.controls import PREFIX, Control
from closum.web.page import Page
from closum.web.records import extra
from closum.web.views import View

OPEN = "open"
"""Sent by Enter in the field to search by: where one record fits, it is opened."""


async def form(view: View, page: Page) -> Answer:
    asked = asking.parse(view, page.request.pairs)
    found = controls.of(view.resource)
    named = [(one.name, one.named) for one in found if one.named]
    read = options.in_words(await page.read(options.read, named), named, page.words)
    fixed = {one.name: values(page, one) for one in found if one.kind in ("choice", "flag")}
    return page.show(
        "filters.html",
        here=view.resource.plural,
        view=view,
        asked=asked,
        controls=found,
        filled=controls.filled(view.resource, asked.filters),
        options={**read, **fixed},
        has_custom=controls.has_custom(view.resource),
    )


def values(page: Page, one: Control) -> list[tuple[str, str]]:
    """The values of a property that has few, and what they are called."""
    if one.kind == "flag":
        return [("1", page.words.yes), ("0", page.words.no)]
    return [(value, page.words(f"{one.label}.{value}")) for value in one.among]


async def choose(view: View, page: Page) -> Answer:
    """On to the list that a form asks for, or to the only record that it has."""
    given = page.request.pairs
    asked = asking.parse(view, await _resolved(page, view, [one for one in given if one[0] != OPEN]))
    if asked.q and (OPEN, "1") in given and not asked.refused:
        query = asked.query()
        only = await page.read(_only, asked, long=query.is_long(view.resource), one_moment=True)
        if only is not None:
            return page.to(asked.record_url(only, 1))
    return page.to(_with_refused(asked))


def _only(unit: Unit, asked: ListQuery) -> int | None:
    """The id of the only record, None where there are others, or none."""
    query = replace(asked.query(("id",)), window=Window(1, 2), counted=False)
    found = rows.window(unit, asked.resource, query).records
    return found[0]["id"] if len(found) == 1 else None


def _with_refused(asked: ListQuery) -> str:
    """The path of the list, with what means nothing there, so that the page says so."""
    refused = [one.partition("=")[::2] for one in asked.refused]
    return asking.address(asked.view.path, (*asked.pairs, *refused))


async def _resolved(page: Page, view: View, given: Pairs) -> list[tuple[str, str]]:
    """The parameters of a list, with the ids of what people have typed the names of."""
    typed = {one.name: one.named for one in controls.of(view.resource) if isinstance(one.named, Resource)}
    found = []
    for name, value in given:
        named = typed.get(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else None
        if named is None or value in (controls.ANY, controls.NOTHING) or value.isdigit():
            found.append((name, value))
        else:
            ids = await page.read(options.ids_called, named, value, long=True)
            found += [("filter", f"{name.removeprefix(PREFIX)}={one}") for one in ids] or [(name, value)]
    return controls.pairs(view.resource, await _with_custom(page, view, found), page.locale)


async def _with_custom(page: Page, view: View, given: Pairs) -> Pairs:
    """With a value of additional data as it is stored: a text as it is typed, or what pages write so."""
    asked, locale = controls.custom_filter(view.resource, dict(given)), page.locale
    if asked is None:
        return given
    day = locale.read_date(asked.value)
    flag = {locale.flag(True): extra.YES, locale.flag(False): extra.NO}.get(asked.value)
    read = (asked.value, locale.read_decimal(asked.value), day and day.isoformat(), flag)
    values = [*dict.fromkeys(one for one in read if one)]
    if len(values) < 2:
        return given
    some = [asked._replace(value=one) for one in values]
    value = await page.read(_first_that_finds, view.resource, some, long=True)
    return [(name, value if name == controls.VALUE else one) for name, one in given]


def _first_that_finds(unit: Unit, resource: Resource, some: Sequence[Filter]) -> str:
    """The value of the first filter that a record fits; of the last one where none does."""
    for one in some:
        query = queries.parse(resource, [one.pair, ("limit", "1"), ("fields", "id")])
        if rows.window(unit, resource, query).records:
            return one.value
    return some[-1].value
