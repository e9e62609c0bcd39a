"""Leads that look alike, pair by pair: they become one, or are said to be two."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from closum.errors import Changed, Faults, Invalid, NotFound
from closum.http.answer import Answer
from closum.http.request import id_of
from closum.http.route import Route
from closum.model.draft import Draft
from closum.operations import duplicate_search, duplicates, guarded, merging
from closum.operations.duplicates import Pair
from closum.resources.lead import LEAD
from closum.store import merged, rows
from closum.store.counts import MOST_PAIRS
from closum.store.unit import Unit
from closum.web import compared, titles
from closum.web.compared import Compared
from closum.web.forms import Form, Kept
from closum.web.locale import Locale, said
from closum.web.page import Page
from closum.web.table import Table
from closum.web.words import Words

READ, WRITE = "lead:read", "lead:write"
PATH = "/duplicates"
GROUP, DISMISSED, OF, MORE = "group", "dismissed", "of", "more"
"""Parameters of addresses: the group that a pair is of, the leads that were said to be different just before, the lead from
whose page one came, and those that were chosen to become one with the first of the pair, and follow."""
MOST_CHOSEN = 10

_IDS = re.compile(r"[1-9][0-9]{0,17}(-[1-9][0-9]{0,17}){1,19}", re.ASCII)
_MORE = re.compile(r"[1-9][0-9]{0,17}(-[1-9][0-9]{0,17}){0,8}", re.ASCII)


def routes(to: Table) -> list[Route]:
    pair = f"{PATH}/{{a}}-{{b}}"
    return [
        to.show(PATH, first, READ),
        to.send(f"{PATH}/search", search, WRITE),
        to.send(f"{PATH}/restore", restore, WRITE),
        to.show(pair, shown, READ),
        to.send(pair, decide, WRITE),
    ]


class Read(NamedTuple):
    """Two leads, what they were found as, its place among the open pairs, those before and behind, and what the leads are called
    that were dismissed just before."""

    compared: Compared
    pair: Pair | None
    position: int
    before: Pair | None
    following: Pair | None
    dismissed: dict[int, str]


def _read(
    unit: Unit,
    ids: tuple[int, int],
    own: int,
    group: str,
    dismissed: list[int],
    words: Words,
    locale: Locale,
) -> Read:
    a, b = ids
    both = compared.read(unit, a, b, words, locale, own)
    pair = duplicates.pair(unit, a, b, group)
    named = titles.of_records(unit, LEAD, dismissed)
    if pair is None:
        return Read(both, None, 0, None, duplicates.following(unit), named)
    position = duplicates.position(unit, pair, MOST_PAIRS)
    return Read(both, pair, position, duplicates.before(unit, pair), duplicates.following(unit, pair), named)


def _first(unit: Unit, dismissed: list[int]) -> tuple[Pair | None, bool, dict[int, str]]:
    named = titles.of_records(unit, LEAD, dismissed)
    return duplicates.following(unit), duplicate_search.is_going_on(unit), named


async def first(page: Page) -> Answer:
    """To the first pair; a page of its own where there is none."""
    dismissed = _dismissed(page)
    pair, is_going_on, named = await page.read(_first, dismissed)
    if pair:
        return page.to(_path(pair, dismissed))
    return page.show("duplicates-none.html", is_going_on=is_going_on, dismissed=dismissed, titles=named)


async def shown(page: Page) -> Answer:
    return await _shown(page)


async def _shown(page: Page, form: Form | None = None, fault: str = "", status: int = 200) -> Answer:
    dismissed = _dismissed(page)
    a, b = _ids(page)
    if a > b:
        return page.to(f"{PATH}/{b}-{a}{_parameters(_own(page), _more(page))}")
    own = _own(page)
    read = await page.read(_read, (a, b), own, _group(page), dismissed, page.words, page.locale)
    return page.show(
        "duplicates.html",
        status,
        own=own,
        more=_more(page),
        called={one["id"]: titles.title(LEAD, one) for one in read.compared.leads},
        read=read,
        pair=read.pair,
        both=read.compared,
        versions=compared.versions(read.compared.leads),
        chosen=form,
        fault=fault,
        path=_path,
        dismissed=dismissed,
        titles=read.dismissed,
    )


async def decide(page: Page, form: Form) -> Answer:
    """Merge two leads, or say that they are not the same, and on to the next pair."""
    a, b = sorted(_ids(page))
    if form("no"):
        path = await page.write(guarded.do, _dismiss, a, b, _group(page), form("no") == "all")
        return page.to(chosen_path([a, *more]) if (more := _more(page)) else path)
    properties = {one: id_of(form(one)) for one in merging.names(LEAD) if one in form}
    try:
        done = await page.write(guarded.do, _merge, a, b, _group(page), properties, form("versions"))
    except Kept:
        return await _shown(page, form)
    except Changed as error:
        return await _shown(page, form, "dup_changed", error.status)
    except Invalid as error:
        return await _shown(page, form, _told(error.faults), error.status)
    operation, path = done
    if more := _more(page):
        return page.to(chosen_path([a, *more]), operation=operation)
    return page.to(f"/leads/{a}" if _own(page) else path, operation=operation)


def chosen_path(ids: Sequence[int]) -> str:
    """The page of the first two of some leads, which leads on to the others, and at last to the first one."""
    first, second, *more = ids
    return f"{PATH}/{first}-{second}{_parameters(first, more)}"


def _parameters(own: int, more: Sequence[int]) -> str:
    wanted = ({OF: own} if own else {}) | ({MORE: "-".join(map(str, more))} if more else {})
    return f"?{urlencode(wanted)}" if wanted else ""


def _told(faults: Faults) -> str:
    """The key of the text that says why leads cannot be merged."""
    found = faults.get(merging.PROPERTIES)
    is_nothing = isinstance(found, dict) and any(
        "_atLeastOne" in str(one) for one in (found, *found.values())
    )
    return "dup_nothing" if is_nothing else "dup_refused"


def _merge(
    unit: Unit, a: int, b: int, group: str, properties: dict[str, int], versions: str
) -> tuple[int | None, str]:
    """The operation, and the address of what follows; of two that are one already, that which merged them.

    Raises NotFound, Changed, Invalid.
    """
    found = rows.rows_by(unit, LEAD, "id", [a, b])
    if len(found) < 2:
        if a in found and merged.final(unit, LEAD, b) == a:
            return merged.merge(unit, LEAD, b), _path(_next(unit, None), [])
        raise NotFound
    if versions != compared.versions((found[a], found[b])):
        raise Changed
    pair = duplicates.pair(unit, a, b, group)
    wanted = Draft({merging.IDS: [b], merging.PROPERTIES: properties}, {}, {})
    done = merging.write(unit, LEAD, a, wanted)
    return done.operation, _path(_next(unit, pair), [])


def _dismiss(unit: Unit, a: int, b: int, group: str, is_all: bool) -> str:
    """The address of what follows. Raises NotFound."""
    if len(rows.rows_by(unit, LEAD, "id", [a, b])) < 2:
        raise NotFound
    pair = duplicates.pair(unit, a, b, group)
    ids = duplicates.members(unit, pair) if pair and is_all else [a, b]
    duplicates.dismiss(unit, ids)
    return _path(_next(unit, pair), [] if len(ids) > 20 else ids)


def _next(unit: Unit, pair: Pair | None) -> Pair | None:
    """What follows a pair, from the beginning on behind the last one."""
    return (duplicates.following(unit, pair) if pair else None) or duplicates.following(unit)


async def restore(page: Page, form: Form) -> Answer:
    """Take back that leads are not the same."""
    ids = _parsed(form("ids"))
    await page.write(guarded.do, duplicates.restore, ids)
    path = f"{PATH}/{ids[0]}-{ids[1]}" if len(ids) == 2 else PATH
    return page.to(path, saying=said(page.words.dup_restored) if ids else "")


async def search(page: Page, form: Form) -> Answer:
    await page.write(guarded.do, duplicate_search.begin)
    page.request.services.wake()
    return page.to(PATH)


def _ids(page: Page) -> tuple[int, int]:
    a, b = (id_of(page.request.params[name]) for name in ("a", "b"))
    if a == b:
        raise NotFound
    return a, b


def _own(page: Page) -> int:
    """The lead of the two from whose page one came; 0 where one came from the list of pairs."""
    return next((one for one in _ids(page) if page.given.get(OF) == str(one)), 0)


def _more(page: Page) -> list[int]:
    """The leads that were chosen and follow."""
    text = page.given.get(MORE, "")
    return (
        [one for one in map(int, text.split("-")) if one not in _ids(page)] if _MORE.fullmatch(text) else []
    )


def _group(page: Page) -> str:
    return page.given.get(GROUP, "")[:100]


def _dismissed(page: Page) -> list[int]:
    return _parsed(page.given.get(DISMISSED, ""))


def _parsed(text: str) -> list[int]:
    return [int(one) for one in text.split("-")] if _IDS.fullmatch(text) else []


def _path(pair: Pair | None, dismissed: list[int]) -> str:
    """The address of a pair, of the first one without."""
    wanted: dict[str, Any] = {}
    if pair and pair.found.bucket:
        wanted[GROUP] = pair.found.bucket
    if dismissed:
        wanted[DISMISSED] = "-".join(map(str, dismissed))
    path = f"{PATH}/{pair.ids[0]}-{pair.ids[1]}" if pair else PATH
    return f"{path}?{urlencode(wanted)}" if wanted else path
