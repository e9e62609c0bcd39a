"""The bin: what was deleted comes back, or goes for good."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import msgspec

from closum.errors import Faults, NotFound
from closum.http.answer import Answer
from closum.http.route import Route
from closum.model.draft import MAX_ID
from closum.operations import bin as bins
from closum.operations import guarded, permitted
from closum.operations.bin import Entries, Found, RestoredSome, Wanted
from closum.operations.edit import Key
from closum.operations.guarded import Caller
from closum.resources.lead import LEAD
from closum.store import bin as stored
from closum.store.background import Job
from closum.store.unit import Unit
from closum.web import binned_search, called, failures, forms, positions, titles
from closum.web.binned_search import Fits
from closum.web.entry import is_own_path
from closum.web.forms import Form
from closum.web.page import Page
from closum.web.table import Table
from closum.web.views import BIN, View
from closum.web.words import Words

READ, WRITE, PURGE = "bin:read", "bin:write", "bin:purge"
"""What is gone for good does not come back: owners alone may do that, who may do everything."""
ON_A_PAGE = 25
MOST_CHOSEN = 100
MOST_COUNTED = 10_000
LONGEST = 100
"""Characters of a search."""
DAY = 24 * 3600


class Read(NamedTuple):
    """Some entries of the bin, what their records and users are called, the work that empties the bin, None where none does, and the resources of
    which there is any. `newer` entries are before these, of `total`: none is counted behind MOST_COUNTED."""

    entries: Entries | Found
    titles: Mapping[int, str]
    users: Mapping[int, str]
    emptying: Job | None
    kinds: Sequence[str]
    newer: int
    total: int


class Refused(NamedTuple):
    """A record that could not be restored: what it is called, the keys of the texts that say why, and who has what it needs."""

    resource: str
    record_id: int
    title: str
    reasons: Sequence[str]
    holders: Sequence[Key]


def routes(to: Table) -> list[Route]:
    return [
        to.show(BIN, shown, READ),
        to.send(f"{BIN}/restore", restore, WRITE),
        to.send(f"{BIN}/purge", purge, PURGE),
        to.show(f"{BIN}/empty", ask_to_empty, PURGE),
        to.send(f"{BIN}/empty", empty, PURGE),
    ]


def _read(
    unit: Unit,
    views: Mapping[str, View],
    words: Words,
    wanted: Wanted,
    fits: Fits | None,
    kept_days: int,
    names: Sequence[str],
) -> Read:
    if fits:
        found: Entries | Found = bins.search(unit, wanted, fits, ON_A_PAGE, kept_days)
    else:
        found = bins.read(unit, wanted, ON_A_PAGE, kept_days, is_later=True)
    kinds = [one for one in names if stored.page(unit, MAX_ID, 1, one)]
    called_so = _titles(unit, views, words, found.entries)
    counted = partial(stored.count, unit, MOST_COUNTED + 1, resource=wanted.resource)
    newer = counted(since=wanted.before) if wanted.before < MAX_ID else 0
    return Read(
        found, called_so, titles.of_users(unit), bins.being_emptied(unit), kinds, newer, total=counted()
    )


def _titles(
    unit: Unit, views: Mapping[str, View], words: Words, entries: Iterable[Mapping[str, Any]]
) -> dict[int, str]:
    """What the records of entries are called, by the id of the entry; those that belong to a lead with its name behind it."""
    by_name = defaultdict[str, dict[int, Any]](dict)
    for one in entries:
        if one["record"]:
            by_name[one["resource"]][one["id"]] = msgspec.to_builtins(one["record"]) | {
                "id": one["record_id"]
            }
    found = dict[int, str]()
    for name, records in by_name.items():
        resource = views[name].resource
        whose = {} if titles.names_others(resource) else _leads(unit, records, words)
        own = called.of(unit, resource, records, words)
        found |= {key: ", ".join(filter(None, (text, whose.get(key)))) for key, text in own.items()}
    return found


def _leads(unit: Unit, records: Mapping[int, Mapping[str, Any]], words: Words) -> dict[int, str | None]:
    """What the leads are called that records belong to, of those that are not in the bin, too."""
    keys = {key: (LEAD.name, lead) for key, one in records.items() if (lead := one.get("lead_id"))}
    named = called.named(unit, keys.values(), words) if keys else {}
    return {key: named.get(lead) for key, lead in keys.items()}


async def shown(page: Page) -> Answer:
    return await _shown(page)


async def _shown(
    page: Page,
    refused: Sequence[Refused] = (),
    restored: RestoredSome | None = None,
    *,
    is_unticked: bool = False,
) -> Answer:
    views = page.site.views
    binned = [one for one in views.values() if "delete" in one.resource.verbs]
    name = page.given.get("resource", "")
    chosen = name if name in {one.name for one in binned} else None
    wanted = Wanted(positions.given(page.request, "before", MAX_ID), chosen)
    names, days = [one.name for one in binned], page.request.services.kept_days
    text = page.given.get("q", "").strip()[:LONGEST]
    fits = binned_search.fits(views, text) if text else None
    read = await page.read(_read, views, page.words, wanted, fits, days, names, long=bool(fits))
    is_whole = wanted.before == MAX_ID and read.entries.next is None
    return page.show(
        "bin.html",
        422 if refused or is_unticked else 200,
        entries=[_entry(page, one, read) for one in read.entries.entries],
        next=read.entries.next,
        q=text,
        looked_at=read.entries.looked_at if isinstance(read.entries, Found) else 0,
        is_first=wanted.before == MAX_ID,
        total=_many(page, read.total) if read.total and not fits else "",
        range="" if fits or is_whole else _range(page, read),
        binned=[one for one in binned if one.name in (*read.kinds, chosen)],
        chosen=chosen or "",
        emptying=read.emptying,
        refused=refused,
        is_unticked=is_unticked,
        restored=restored,
    )


def _range(page: Page, read: Read) -> str:
    """Which of the entries these are."""
    last = read.newer + len(read.entries.entries)
    if not read.entries.entries or last > MOST_COUNTED:
        return ""
    number, words = page.locale.number, page.words
    return words.range.format(a=number(read.newer + 1), b=number(last), n=_many(page, read.total))


def _many(page: Page, total: int) -> str:
    """A number of entries, which are counted up to MOST_COUNTED."""
    return page.locale.number(min(total, MOST_COUNTED)) + ("+" if total > MOST_COUNTED else "")


def _entry(page: Page, entry: Mapping[str, Any], read: Read) -> dict[str, Any]:
    """An entry with what its record is called, who deleted it, and for how many days it is kept."""
    user = entry["user"]
    left = datetime.fromisoformat(entry["expires_date"]) - datetime.fromisoformat(page.now)
    return {
        **entry,
        "title": read.titles.get(entry["id"], ""),
        "who": (read.users.get(user["id"]) or user["email"] or "") if user else "",
        "days": max(0, -(-int(left.total_seconds()) // DAY)),
    }


async def restore(page: Page, form: Form) -> Answer:
    """Bring records back; what is refused is told, and the others are back all the same.

    What was typed for one that had gone is in its form again, and is not saved yet.
    """
    chosen = _chosen(form)
    if not chosen:
        return await _shown(page, is_unticked=True)
    views, days = page.site.views, page.request.services.kept_days
    found, told = await page.write(_restore, views, page.words, chosen, days)
    if told:
        refused = [_refused(*one) for one in told]
        return await _shown(page, refused, found)
    path = form("next") if found.operation and is_own_path(form("next")) else BIN
    if form("kept") and found.operation:
        kept = forms.typed(form("kept"))
        return failures.kept(page, path, kept, page.token, page.telling(found.operation), told="kept_back")
    return page.to(path, operation=found.operation)


_Told = tuple[dict[str, Any], str, Faults, list[Key]]


def _restore(
    unit: Unit,
    caller: Caller,
    views: Mapping[str, View],
    words: Words,
    positions: list[int],
    kept_days: int,
) -> tuple[RestoredSome, list[_Told]]:
    found = permitted.restore_some(unit, caller, positions)
    left = [bins.retrieve(unit, one, kept_days, is_later=True) for one in found.refused]
    called_so = _titles(unit, views, words, left)
    told = [
        (entry, called_so.get(entry["id"], ""), faults, bins.holders(unit, one))
        for entry, (one, faults) in zip(left, found.refused.items(), strict=True)
    ]
    return found, told


def _refused(entry: Mapping[str, Any], title: str, faults: Faults, holders: Sequence[Key]) -> Refused:
    rules = {rule for one in faults.values() if isinstance(one, dict) for rule in _rules(one)}
    texts = {"_isUnique": "bin_taken", "_existsIn": "bin_orphaned", "_atLeastOne": "bin_nothing"}
    reasons = [key for rule, key in texts.items() if rule in rules] or ["bin_refused"]
    return Refused(entry["resource"], entry["record_id"], title, reasons, holders)


def _rules(faults: Faults) -> set[str]:
    """The rules in a tree of faults."""
    return {name for name, one in faults.items() if isinstance(one, str)}.union(
        *(_rules(one) for one in faults.values() if isinstance(one, dict))
    )


async def purge(page: Page, form: Form) -> Answer:
    """Remove records for good, once their number was typed."""
    chosen = _chosen(form)
    if not chosen:
        return await _shown(page, is_unticked=True)
    if page.is_kept or _typed(form) != str(len(chosen)):
        return await _asked(page, len(chosen), f"{BIN}/purge", form, ids=chosen)
    operation = await page.write(guarded.do, bins.purge_those, chosen)
    return page.to(BIN, operation=operation)


async def ask_to_empty(page: Page) -> Answer:
    extent = await page.read(bins.extent, long=True)
    if not extent.number:
        return page.to(BIN)
    return _ask(page, extent.number, f"{BIN}/empty", last=extent.last)


async def empty(page: Page, form: Form) -> Answer:
    """Remove everything for good that was counted, in the background, once the number was typed."""
    extent = await page.read(bins.extent, long=True)
    is_seen = (form("last"), _typed(form)) == (str(extent.last), str(extent.number))
    if extent.number and (page.is_kept or not is_seen):
        return _ask(page, extent.number, f"{BIN}/empty", form, last=extent.last)
    if extent.number:
        await page.write(guarded.do, bins.empty, extent)
        page.request.services.wake()
    return page.to(BIN)


async def _asked(page: Page, number: int, path: str, form: Form, **more: Any) -> Answer:
    await page.read(_nothing)
    return _ask(page, number, path, form, **more)


def _nothing(unit: Unit) -> None:
    """What is round the page is all that is read."""


def _ask(page: Page, number: int, path: str, form: Form | None = None, **more: Any) -> Answer:
    """The page that asks for the number of the records that go for good; with a form that had another one."""
    is_wrong = form is not None and "typed" in form and not page.is_kept
    context: dict[str, Any] = {"ids": (), "last": "", **more}
    return page.show(
        "bin-purge.html", 422 if is_wrong else 200, number=number, path=path, wrong=is_wrong, **context
    )


def _typed(form: Form) -> str:
    """The number that was typed, however its thousands are parted."""
    return re.sub(r"[\s.,]", "", form("typed"))


def _chosen(form: Form) -> list[int]:
    """The positions of the records that are chosen, or of the one whose own button was pressed. Raises NotFound for what is none."""
    chosen = [form("one")] if "one" in form else form.every("id")
    found = [*dict.fromkeys(chosen)][:MOST_CHOSEN]
    if not all(one.isascii() and one.isdigit() and len(one) < 19 for one in found):
        raise NotFound
    return [int(one) for one in found]
