"""What the columns of a file become, how the file is read, and what happens to leads that are there already."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from closum.errors import Faults, Invalid
from closum.formats.form import FORMATS
from closum.http.answer import Answer
from closum.operations.importing import asked, job, preview
from closum.operations.importing.mapping import Column
from closum.operations.importing.preview import Seen
from closum.resources.lead import LEAD
from closum.store.imports import READY, Import
from closum.store.unit import Unit
from closum.web import called, positions
from closum.web.forms import EMPTY, Form
from closum.web.imports import figures, phases, targets, told
from closum.web.imports.phases import COLUMNS, At
from closum.web.locale import broken, dotted
from closum.web.named import Named, wanted
from closum.web.page import Page
from closum.web.records import countries
from closum.web.records.facts import Teller
from closum.web.settings.frame import tell as tell_faults
from closum.web.site import Site
from closum.web.words import Words

FIRST_ROWS = 6
MOST_SHOWN = 4
"""Properties of a record in its row."""
SAMPLES, LONGEST_SAMPLE = 3, 40
ON_A_PAGE = 100
"""Columns; a file may have a thousand."""

MATCHES = ("email,phone", "email", "phone", "id")
ON_MATCH = {
    "fill_empty": "m_fill",
    "update": "m_update",
    "skip": "m_skip",
    "create": "m_create",
    "fail": "m_fail",
}
ENCODINGS = ("utf-8", "utf-16", "cp1252", "iso8859-1")
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_FORM = ("format", "encoding", "delimiter", "sheet", "header_line")


class Read(NamedTuple):
    """An import, its first rows as they will be, and what those are called that they name."""

    at: At
    rows: list[Seen]
    named: Named


class Way(NamedTuple):
    """How somebody wants the file to be read, and why it is not."""

    given: Mapping[str, Any]
    faults: Mapping[str, str]


def _read(unit: Unit, number: int, site: Site, words: Words) -> Read:
    at = phases.at(unit, number)
    if at.found.phase != READY:
        return Read(at, [], {})
    rows = preview.first(unit, at.found, FIRST_ROWS, site.said)
    resource = site.views[at.found.resource].resource
    keys = {key for one in rows if one.record for key in wanted(resource, one.record)}
    return Read(at, rows, called.named(unit, keys, words))


async def _of(page: Page) -> Read:
    return await page.read(_read, page.request.record_id, page.site, page.words, long=True)


async def shown(page: Page) -> Answer:
    read = await _of(page)
    if COLUMNS not in read.at.pages:
        return page.to(f"{read.at.path}{read.at.pages[0]}")
    return _page(page, read)


def _page(
    page: Page, read: Read, form: Form = EMPTY, faults: Faults | None = None, way: Way | None = None
) -> Answer:
    """The page; with the faults of a form it has what that said."""
    found = read.at.found
    if found.phase != READY or _has_no_rows(found):
        return _unread(page, read.at, way)
    tried = [Column(*one) for one in found.mapping]
    columns, usual = sorted(tried), targets.chosen(tried)
    values = {one.column: form(_name(one), usual[one.column]) for one in columns}
    policy = {**found.policy, "match": ",".join(found.policy["match"]), **_policy(form)}
    number = min(positions.given(page.request, "page", 1), _pages(columns))
    some = columns[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    return page.show(
        "imports-columns.html",
        422 if faults or way else 200,
        at=read.at,
        rows=[(one, _examples(found, one), values[one.column]) for one in some],
        own={one.column: targets.own(one, page.words, found.resource) for one in some},
        options=targets.options(page.words, found.resource, [*values.values()]),
        has_several=targets.has_several([*values.values()]),
        wrong=_wrong(found, faults or {}),
        lacks_columns=not faults and _lacks_columns(found),
        number=number,
        page_count=_pages(columns),
        preview=[(one, told.faults(found, one.cells, one.faults, page.words)) for one in read.rows],
        **_previewed(page, read),
        policy=policy,
        company_country=countries.name(page.session.country, page.words),
        lacks_country=read.at.is_of_leads
        and not (policy["country"] or page.session.country)
        and any(map(targets.are_numbers, values.values())),
        matches=MATCHES,
        on_match=ON_MATCH,
        kind_of=figures.kind,
        about=(found.report or {}).get("about"),
        counted=(found.report or {}).get("counted"),
        countries=countries.named(page.words),
        **_of_format(found, found.form or {}, way),
    )


def _unread(page: Page, at: At, way: Way | None) -> Answer:
    """The page of a file that is being read, that cannot be read, or in which there are no rows."""
    found, reason = at.found, at.summary["error"]
    refused = told.refused(reason, page.words) if reason else ""
    if found.phase == READY:
        refused = page.words.file_no_rows
    return page.show(
        "imports-reading.html",
        422 if way else 200,
        at=at,
        refused=refused,
        can_be_tried=way or any(found.given.values()) or told.is_readable_otherwise(reason or ""),
        **_of_format(found, found.form or found.given, way),
    )


def _previewed(page: Page, read: Read) -> dict[str, Any]:
    """The names of cities; of records that are no leads the first properties that columns become, and what each row has of them."""
    if read.at.is_of_leads:
        return {"cities": {record_id: name for (_, record_id), name in read.named.items()}}
    view = page.site.views[read.at.found.resource]
    becomes = {to for _, _, to, _ in read.at.found.mapping}
    fields = [one for one in view.resource.writable if one.name in becomes][:MOST_SHOWN]
    tell = Teller(page, view, read.named)
    cells = [[tell.fact(field, one.record or {}) for field in fields] for one in read.rows]
    return {"shown": [page.words(view.label(one.name)) for one in fields], "cells": cells}


def _has_no_rows(found: Import) -> bool:
    return (found.report or {}).get("about") == 0


def _lacks_columns(found: Import) -> bool:
    """Whether nothing can come of the columns as they are, as where the file has no headings."""
    try:
        job.check(found)
    except Invalid as error:
        return "columns" in _wrong(found, error.faults)
    return False


def _pages(columns: Sequence[Column]) -> int:
    return max(1, -(-len(columns) // ON_A_PAGE))


def _name(column: Column) -> str:
    """The name of a column's field."""
    return f"column-{column.column}"


def _examples(found: Import, column: Column) -> Markup:
    """The first values in a column."""
    first = (found.report or {}).get("first") or []
    values = [
        row[column.column - 1] for row in first if row[column.column - 1 : column.column] not in ([], [""])
    ]
    return dotted(broken(told.short(one, LONGEST_SAMPLE)) for one in values[:SAMPLES])


def _of_format(found: Import, form: Mapping[str, Any], way: Way | None) -> dict[str, Any]:
    """How the file is read, in which other ways it can be, and what is wrong with the one that somebody wants."""
    return {
        "form": form,
        "given": way.given if way else found.given,
        "way_faults": way.faults if way else {},
        "sheets": (found.report or {}).get("sheets") or [],
        "formats": FORMATS,
        "encodings": [*dict.fromkeys((*ENCODINGS, *filter(None, (found.given.get("encoding"),))))],
        "delimiters": DELIMITERS,
    }


def _wrong(found: Import, faults: Faults) -> dict[str, str]:
    """The keys of the texts that tell faults, by the field that each is of."""
    wrong = dict[str, str]()
    of_mapping = faults.get("mapping")
    for place, one in of_mapping.items() if isinstance(of_mapping, dict) else ():
        if place.isdigit():
            rules = one.get("to") if isinstance(one, dict) else None
            is_twice = isinstance(rules, dict) and "_isTwice" in rules
            wrong[_name(Column(*found.mapping[int(place)]))] = (
                "column_twice" if is_twice else "column_unknown"
            )
        else:
            wrong["columns"] = "columns_nothing" if found.resource == LEAD.name else "columns_none"
    wrong |= {name: f"wrong_{name}" for name in ("match", "on_match", "country") if name in faults}
    return wrong


async def save(page: Page, form: Form) -> Answer:
    """Keep what is said of the columns, and of leads that are there; or also check all rows."""
    try:
        return await phases.write(page, _save, form, form("go") == "check")
    except Invalid as error:
        return _page(page, await _of(page), form, error.faults)


def _save(unit: Unit, number: int, form: Form, is_check: bool) -> None:
    found = job.find(unit, number)
    columns = [Column(*one) for one in found.mapping]
    given = {one.column: form(_name(one)) for one in columns if _name(one) in form}
    body = {"mapping": targets.wanted(columns, given), **_policy(form)}
    changed = job.change(unit, number, asked.wanted(found, body))
    if is_check or (found.mapping, found.policy) != (changed.mapping, changed.policy):
        job.forget_check(unit, number)
    if is_check:
        job.start(unit, number, True, None)


def _policy(form: Form) -> dict[str, Any]:
    """What a form says of leads that are there."""
    return {name: form(name) or None for name in ("match", "on_match", "country") if name in form}


async def read_again(page: Page, form: Form) -> Answer:
    """Read the file in the way that is said; what is not said is found out."""
    body: dict[str, Any] = {name: form(name) or None for name in _FORM}
    body["delimiter"] = next((one for one, name in DELIMITERS.items() if name == form("delimiter")), None)
    try:
        return await phases.write(page, _read_again, body)
    except Invalid as invalid:
        return _page(page, await _of(page), way=Way(body, tell_faults(page, invalid.faults)))


def _read_again(unit: Unit, number: int, body: Mapping[str, Any]) -> None:
    found = job.find(unit, number)
    job.change(unit, number, asked.wanted(found, body))
