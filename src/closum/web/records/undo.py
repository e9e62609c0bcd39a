"""Undo: takes back one operation; what was changed since stays, until somebody chooses."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

from closum.errors import Forbidden, Gone, Invalid
from closum.http.answer import Answer
from closum.http.file import joined
from closum.model.draft import Draft, Intent, Link, Unlink
from closum.model.resource import Resource
from closum.operations import alone, jobs, permitted, records, undone
from closum.operations import undoing as undoings
from closum.operations.guarded import Caller
from closum.operations.plan import Update
from closum.operations.undo import CHANGED, GONE, HELD, Undone
from closum.store.background import Job
from closum.store.unit import Unit
from closum.web import called, deeds, forms, left, placed, rest, telling, titles, ways
from closum.web import done as operations
from closum.web.entry import is_own_path
from closum.web.forms import Form
from closum.web.left import Kept, Stays
from closum.web.named import Named, named_by
from closum.web.page import SAME, Page
from closum.web.records.facts import Teller
from closum.web.records.takes import FEW
from closum.web.views import View
from closum.web.words import Words

MOST_LEFT = 100
TAKE, EARLIER = "take", "earlier"


class Asked(NamedTuple):
    """An operation, what an undo would still do, and what it leaves: None where there is nothing left to undo.

    `owners` are the names of those who may undo it, where the user may not; `waits_for` is the id of the work that has to end first,
    and `still` what an undo still has to do where others have come to a part.
    """

    operation: Mapping[str, Any]
    preview: Mapping[str, Any] | None
    named: Named = MappingProxyType({})
    owners: str = ""
    stays: Stays = Stays()
    about: deeds.About | None = None
    still: Sequence[rest.One] = ()
    waits_for: str | None = None


async def undo(page: Page, form: Form) -> Answer:
    """Takes back an operation, or begins to; one of many changes is looked at first where `few` are meant."""
    operation, path = page.request.record_id, _back(page, form)
    asked = _again(operation, path)
    days = page.request.services.kept_days
    try:
        done, asks = await page.write(_undo, page.site.views, page.words, operation, days, "few" in form)
    except (Invalid, Gone):
        return page.to(asked)
    if isinstance(done, Job):
        page.request.services.wake()
        return page.to(f"/jobs/undo-{done.number}?back={quote(path, safe='')}")
    if done is None or done.operation is None or asks:
        return page.to(asked, done.operation if done else None)
    return page.to(_still_there(page, path, done), done.operation)


def _again(operation: int, back: str) -> str:
    """The address of the page of an undo."""
    return f"/undo/{operation}?back={quote(back, safe='')}"


def _still_there(page: Page, path: str, done: Undone) -> str:
    """The path, or that of the list where the page was of a record that the undo has removed."""
    views = page.site.views
    gone = {f"{views[one.resource.name].path}/{one.row['id']}" for one in done.changes if one.after is None}
    own = urlsplit(path).path
    return own.rpartition("/")[0] if own in gone else path


def _undo(
    unit: Unit,
    caller: Caller,
    views: Mapping[str, View],
    words: Words,
    operation: int,
    days: int,
    few: bool,
) -> tuple[Undone | Job | None, bool]:
    """None where it has more changes than are meant; and whether it left what people are told of, or choose from."""
    if few and undone.find(unit, operation).size > FEW:
        return None, True
    done = permitted.undo(unit, caller, operation, days, {})
    if isinstance(done, Job) or not any(one.reason in (CHANGED, HELD) for one in done.left):
        return done, False
    whole = undone.find(unit, operation).id
    stays = left.read(unit, views, whole, undoings.shown(done)["left"], words)
    return done, bool(stays.worked_on or stays.kept)


def _back(page: Page, form: Form) -> str:
    """Where one was: as the form says, else the page before."""
    if is_own_path(form("back")):
        return form("back")
    host, slash, path = joined(page.request.scope["headers"], b"referer").partition("://")[2].partition("/")
    path = f"{slash}{path}".partition("#")[0]
    root = page.site.root_path
    path = path.removeprefix(root) if root and path.startswith(f"{root}/") else path
    is_own = host == joined(page.request.scope["headers"], b"host") and is_own_path(path)
    if is_own and urlsplit(path).path == f"/undo/{page.request.record_id}":
        path = dict(parse_qsl(urlsplit(path).query)).get("back", "")
    return path if is_own and is_own_path(path) else "/leads"


async def show(page: Page) -> Answer:
    """What an undo would do, and what was changed since, to choose from."""
    return await _show(page, page.given.get("back", ""), forms.EMPTY)


async def _show(page: Page, given: str, form: Form) -> Answer:
    """`given` is where one came from, and what is chosen is in the form."""
    operation, days = page.request.record_id, page.request.services.kept_days
    found = await page.read(
        _told, page.site.views, page.words, page.caller, operation, days, long=True, one_moment=True
    )
    preview = found.preview or {"undone_count": 0, "left": []}
    return page.show(
        "undo.html",
        operation=found.operation,
        told=telling.told(page, found.operation, found.about),
        number=preview["undone_count"] if preview["undone_count"] is not None else found.operation["changes"],
        stays=left.card(page, found.stays),
        changed=left.changed(page, found.stays),
        is_gone=_is_gone(found),
        reasons=[*left.reasons(page, found.stays), *rest.lines(page, found.still)],
        kept=[_shown(page, one, found.named) for one in found.stays.kept[:MOST_LEFT]],
        more=len(found.stays.kept) - MOST_LEFT,
        chosen=form,
        here=_here(given),
        path=f"/undo/{operation}",
        again=_again(operation, given if is_own_path(given) else "/leads"),
        back=given if is_own_path(given) else "/leads",
        back_text=await ways.called(page, given if is_own_path(given) else "/leads"),
        who=found.owners,
        waits_for=found.waits_for,
        may_undo=page.may("operation:write") and bool(found.preview and found.preview["undone_count"] != 0),
    )


def _is_gone(found: Asked) -> bool:
    """Whether there is nothing to undo, since all of it was deleted."""
    preview, are_merged = found.preview, any(one.into for one in found.stays.away.values())
    if preview is None or preview["undone_count"] or are_merged:
        return False
    return {one["reason"] for one in preview["left"]} == {GONE}


def _here(back: str) -> str:
    """What of the navigation one came from."""
    first = back.partition("?")[0].split("/")[1] if is_own_path(back) else "leads"
    return {"imports": "import"}.get(first, first.replace("-", "_"))


def _told(
    unit: Unit, views: Mapping[str, View], words: Words, caller: Caller, operation: int, days: int
) -> Asked:
    """With the record, or the file, that it was about."""
    found = _read(unit, views, words, caller, operation, days)
    about = deeds.of(unit, views, [found.operation], words)
    (told,) = placed.with_places(unit, views, [found.operation], words)
    waits_for = None if found.owners else _waits_for(unit, found)
    return found._replace(operation=told, about=about.get(told["id"]), waits_for=waits_for)


def _waits_for(unit: Unit, found: Asked) -> str | None:
    """The operation's own work, where that has not ended; of a long one any long change."""
    one = found.operation["id"]
    if one in jobs.going_on(unit) and (own := undone.find(unit, one).work):
        return jobs.job_id(*own)
    return alone.waits_for(unit) if found.preview and found.operation["changes"] > alone.LONG else None


def _read(
    unit: Unit, views: Mapping[str, View], words: Words, caller: Caller, operation: int, days: int
) -> Asked:
    whole = operations.read(unit, operation, days)
    try:
        preview = permitted.preview_undo(unit, caller.identity, operation, days, {})
    except Forbidden:
        return Asked(whole, None, owners=titles.of_owners(unit))
    except (Invalid, Gone):
        return Asked(whole, None)
    stays = left.read(unit, views, whole["id"], preview["left"], words)
    keys = [one for each in stays.kept[:MOST_LEFT] for one in _wanted(views[each.resource].resource, each)]
    is_a_rest = whole["undone_by"] or any(one["reason"] == GONE for one in preview["left"])
    still = rest.read(unit, views, preview["undone"], words) if is_a_rest else ()
    return Asked(whole, preview, called.named(unit, keys, words), stays=stays, still=still)


def _wanted(resource: Resource, kept: Kept) -> Iterator[tuple[str, int]]:
    yield resource.name, kept.id
    nested = {one.name: one.resource.name for one in resource.nested}
    for value in (kept.present, kept.earlier):
        if kept.name in nested and value is not None:
            yield nested[kept.name], value
        for field in resource.fields:
            if field.name == kept.name:
                yield from named_by(field, value)


def _shown(page: Page, kept: Kept, named: Named) -> tuple[str, str, str, str, Any, Any]:
    """The name of the choice, the path of the record, what that is called, the property, and both values."""
    view = page.site.views[kept.resource]
    tell = Teller(page, view, named)
    fields = {one.name: one for one in view.resource.fields}
    nested = {one.name: one.resource.name for one in view.resource.nested}

    def text(value: Any) -> Any:
        if kept.name in fields:
            return tell.text(fields[kept.name], value)
        return named.get((nested.get(kept.name, ""), value), page.words.no_value)

    title = named.get((kept.resource, kept.id)) or f"{page.words(view.name)} {kept.id}"
    label = page.words(view.label(kept.name))
    return (
        f"{TAKE}.{kept.resource}.{kept.id}.{kept.name}",
        f"{view.path}/{kept.id}",
        title,
        label,
        text(kept.present),
        text(kept.earlier),
    )


async def put(page: Page, form: Form) -> Answer:
    """Gives properties the values that they had before an operation, as they were chosen."""
    operation, days = page.request.record_id, page.request.services.kept_days
    chosen = frozenset(name for name, value in form if name.startswith(f"{TAKE}.") and value == EARLIER)
    try:
        done = await page.write(permitted.do, operation, _put, page.site.views, operation, days, chosen)
    except forms.Kept:
        return await _show(page, form("back"), form)
    return page.to(_back(page, form), done, saying=SAME)


def _put(
    unit: Unit, views: Mapping[str, View], operation: int, days: int, chosen: frozenset[str]
) -> int | None:
    """The last operation that it was, None where nothing was chosen. Raises Invalid."""
    preview = undoings.preview(unit, operation, days, {})
    wanted = defaultdict[str, dict[int, list[Kept]]](dict)
    for one in left.kept(unit, views, undone.find(unit, operation).id, preview["left"]):
        if f"{TAKE}.{one.resource}.{one.id}.{one.name}" in chosen:
            wanted[one.resource].setdefault(one.id, []).append(one)
    done = None
    for name, some in wanted.items():
        resource = views[name].resource
        asks = [Update(unit.by, _draft(resource, kept), record_id) for record_id, kept in some.items()]
        outcomes, last = records.write_together(unit, resource, asks, unit.by)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        done = last or done
    return done


def _draft(resource: Resource, kept: Sequence[Kept]) -> Draft:
    nested = {one.name for one in resource.nested}
    values = {one.name: one.earlier for one in kept if one.name not in nested}
    links: dict[str, Intent] = {
        one.name: Unlink() if one.earlier is None else Link(one.earlier) for one in kept if one.name in nested
    }
    return Draft(values, links, {})
