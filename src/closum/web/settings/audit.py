"""Who did what: operations on records, and what the ledger has of the account, the newest first."""

from collections.abc import Callable, Container, Mapping
from functools import cache, partial
from typing import Any, NamedTuple

from markupsafe import Markup

from closum.errors import NotFound
from closum.http.answer import Answer
from closum.http.route import Route
from closum.model.change import ERASE, PURGE
from closum.model.draft import MAX_ID
from closum.operations import jobs, performed, remaining, undone
from closum.store import ledger
from closum.store import operation as operations
from closum.store.ledger import Entry
from closum.store.unit import Unit
from closum.web import deeds, placed, telling
from closum.web.done import each_with_redoes
from closum.web.page import Page
from closum.web.settings import noted
from closum.web.settings.frame import AUDIT, show
from closum.web.settings.wanted import ENTRIES, KINDS, OPERATIONS, Wanted, chips
from closum.web.table import Table
from closum.web.views import View
from closum.web.words import Words

ROWS = 50
MOST_COUNTED = 1_000_000
MOST_LOOKED_AT = 2_000
"""Lines that one page looks at for those of a user, whom no index has."""
FEW = 20
"""Changes of an operation that one press takes back; what would go of more is said on a page of its own before."""


def routes(to: Table) -> list[Route]:
    return [to.show(AUDIT.path, audit, AUDIT.needs)]


class Line(NamedTuple):
    """Something that was done: an operation, as `performed.page` has it, or an entry of the ledger."""

    at: str
    operation: Mapping[str, Any] | None
    entry: Entry | None

    @property
    def user(self) -> int | None:
        """The id of the user who did it."""
        if self.entry:
            return noted.actor(self.entry)
        user = self.operation and self.operation["user"]
        return user["id"] if user else None

    def can_be_undone(self, now: str) -> bool:
        """Whether it is an operation that left something to be put back."""
        one = self.operation
        if one is None or not one["extent"].stands or one["is_gone"]:
            return False
        verbs = {verb for counted in (one["counts"] or {}).values() for verb in counted}
        return (one["can_be_undone_until"] or "") > now and not verbs & {ERASE, PURGE}


class Row(NamedTuple):
    """A line of the page: what was done, and by whom; whether it can be undone, and whether it is looked at first."""

    line: Line
    told: Markup
    who: str
    can_be_undone: bool
    is_large: bool


class Places(NamedTuple):
    """Before which operation, and which entry, a page begins, and how many lines are on those before it."""

    operation: int = MAX_ID
    entry: int = MAX_ID
    lines: int = 0


class Asked(NamedTuple):
    """What a page shows: lines of a user and a kind, from a time on and before one, each "" or None for all."""

    places: Places = Places()
    user: int | None = None
    kind: str = ""
    since: str = ""
    until: str = ""

    def fits(self, line: Line) -> bool:
        in_time = self.since <= line.at and (not self.until or line.at < self.until)
        return in_time and (self.user is None or line.user == self.user)


class Done(NamedTuple):
    """A page of what was done, where the next one begins, None for the last, what is named in it, what operations were about, as
    `deeds.of` has it, and which of them go on.
    """

    lines: list[Line]
    next: Places | None
    names: noted.Names
    about: Mapping[int, deeds.About]
    going_on: Container[int]


def read(unit: Unit, views: Mapping[str, View], words: Words, asked: Asked, kept_days: int) -> Done:
    """The newest of both that are asked for, in one order of time."""
    found, following = _found(unit, asked, kept_days)
    lines = _with_places(unit, views, words, _with_undos(unit, found))
    names = noted.names(unit, [one.entry for one in lines if one.entry])
    about = deeds.of(unit, views, [one.operation for one in lines if one.operation], words)
    return Done(lines, following, names, about, jobs.going_on(unit))


def _found(unit: Unit, asked: Asked, kept_days: int) -> tuple[list[Line], Places | None]:
    """The lines of a page, and where the next one begins, None for the last."""
    found, looked_at = list[Line](), 0
    done = cache(partial(performed.page, unit, ROWS, kept_days))  # many entries may follow one operation
    places: Places | None = _begin(unit, asked)
    while places and looked_at < MOST_LOOKED_AT:
        lines, following = _newest(unit, asked.kind, places, done)
        for number, line in enumerate(lines, 1):
            if line.at and line.at < asked.since:
                return found, None
            if asked.fits(line):
                found.append(line)
            if len(found) == ROWS and (number < len(lines) or following):
                behind = following if number == len(lines) else _behind(lines[:number], places, None)
                return found, behind and behind._replace(lines=asked.places.lines + ROWS)
        places, looked_at = following, looked_at + ROWS
    return found, places and places._replace(lines=asked.places.lines + len(found))


def _begin(unit: Unit, asked: Asked) -> Places:
    """Where a page begins: the first one with what was done last before a time."""
    if asked.places != Places() or not asked.until:
        return asked.places
    return Places(operations.since(unit, asked.until), ledger.since(unit, asked.until))


def _newest(
    unit: Unit, kind: str, places: Places, done_before: Callable[[int | None], performed.Page]
) -> tuple[list[Line], Places | None]:
    """Lines of a kind before a place, and what the next ones are before, None where these are all."""
    before = None if places.operation == MAX_ID else places.operation
    done = done_before(before) if kind != ENTRIES else performed.Page([], None)
    entries = ledger.newest(unit, unit.account_id, places.entry, ROWS) if kind != OPERATIONS else []
    both = [
        *(Line(one["at"] or "", one, None) for one in done.operations),
        *(Line(one.at, None, one) for one in entries),
    ]
    lines = sorted(both, key=lambda one: one.at, reverse=True)[:ROWS]
    is_last = len(both) <= ROWS and done.next is None and len(entries) < ROWS
    return lines, None if is_last else _behind(lines, places, done.next)


def _with_undos(unit: Unit, lines: list[Line]) -> list[Line]:
    """With how far each operation is undone, or of one of few changes whether nothing of it is there, and whether it takes an undo back."""
    found = each_with_redoes(unit, [line.operation for line in lines if line.operation])
    extents = undone.extents(unit, [one["id"] for one in found])
    sizes = {one["id"]: one["changes"] for one in found if not extents[one["id"]].stands}
    left = remaining.read(unit, sizes) if sizes else set()
    few = {one["id"]: one["changes"] for one in found if one["changes"] <= FEW and one["id"] not in sizes}
    gone = remaining.gone(unit, few)

    def with_undos(one: Mapping[str, Any]) -> Mapping[str, Any]:
        extent = extents[one["id"]]
        return {
            **one,
            "extent": extent._replace(is_partly=extent.is_partly or one["id"] in left),
            "is_gone": one["id"] in gone,
        }

    by_id = {one["id"]: with_undos(one) for one in found}
    return [
        line._replace(operation=by_id[line.operation["id"]]) if line.operation else line for line in lines
    ]


def _with_places(unit: Unit, views: Mapping[str, View], words: Words, lines: list[Line]) -> list[Line]:
    """With what each operation put records on, or took them off."""
    found = placed.with_places(unit, views, [one.operation for one in lines if one.operation], words)
    by_id = {one["id"]: one for one in found}
    return [one._replace(operation=by_id[one.operation["id"]]) if one.operation else one for one in lines]


def _behind(lines: list[Line], places: Places, next: int | None) -> Places:
    """Where the next page begins, behind these lines; `next` is where operations go on that were all shown or looked at."""
    shown = [one.operation["id"] for one in lines if one.operation]
    noted = [one.entry.id for one in lines if one.entry]
    operation = min(shown, default=places.operation)
    if not lines and next is not None:
        operation = next
    return Places(operation, min(noted, default=places.entry))


async def audit(page: Page) -> Answer:
    wanted, places = Wanted.given(page.given), _places(page.given)
    asked = Asked(places, wanted.user, wanted.kind, wanted.begin(page.locale), wanted.end(page.locale))
    of = (page.site.views, page.words, asked, page.request.services.kept_days)
    done: Done = await page.read(read, *of, long=True)
    return show(
        page,
        "settings-audit.html",
        AUDIT,
        rows=[_row(page, one, done) for one in done.lines],
        range=_range(page, places.lines, done),
        newest="" if places == Places() else wanted.url(),
        more=wanted.url(done.next._asdict()) if done.next else "",
        looked_at=MOST_LOOKED_AT if done.next and len(done.lines) < ROWS else 0,
        wanted=wanted,
        kinds=KINDS,
        users=done.names.users,
        chips=list(chips(page, wanted, done.names.users)),
    )


def _range(page: Page, before: int, done: Done) -> str:
    """Which lines these are, on the last page with how many there are."""
    last = before + len(done.lines)
    if not done.lines or last > MOST_COUNTED or not (before or done.next):
        return ""
    number = page.locale.number
    first, end = number(before + 1), number(last)
    text = page.words.range_of_more if done.next else page.words.range
    return text.format(a=first, b=end, n=end)


def _row(page: Page, line: Line, done: Done) -> Row:
    if line.entry:
        of_entry = noted.told(page, line.entry, done.names), noted.who(page, line.entry, done.names)
        return Row(line, *of_entry, can_be_undone=False, is_large=False)
    assert line.operation
    about = done.about.get(line.operation["id"])
    told, who = (
        telling.told(page, line.operation, about, listed=True),
        telling.who(page, line.operation, done.names.users),
    )
    goes_on = line.operation["id"] in done.going_on or (isinstance(about, deeds.File) and about.goes_on)
    can_be_undone = not goes_on and line.can_be_undone(page.now)
    return Row(line, told, who, can_be_undone, line.operation["changes"] > FEW)


def _places(given: Mapping[str, str]) -> Places:
    """Raises NotFound for what is no place."""
    found = Places()
    for name in Places._fields:
        if (text := given.get(name)) is not None:
            if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= MAX_ID):
                raise NotFound
            found = found._replace(**{name: int(text)})
    return found
