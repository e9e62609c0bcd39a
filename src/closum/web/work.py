"""How far background work is: a page that can be closed, and reloaded, and says in the end what came of it."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from markupsafe import Markup

from closum.errors import Error
from closum.http.answer import Answer
from closum.operations import alone, bulk, handover, jobs, performed, stopping
from closum.operations.bulk import Rest
from closum.operations.importing import work as importing
from closum.store import background, imports
from closum.store import operation as operations
from closum.store.background import DONE, FAILED
from closum.store.operation import UNDO
from closum.store.unit import Unit
from closum.web import done, left, placed, ways
from closum.web.left import Card, Stays
from closum.web.locale import said
from closum.web.page import Page
from closum.web.views import View
from closum.web.words import Words

KINDS = (UNDO, bulk.NAME, handover.NAME)
"""Those with texts of their own."""
CHANGING, DELETING = "change", "delete"


class Read(NamedTuple):
    """Work as clients are told of it, and what it was asked for; what it did, once it has ended; what it undoes, and the number and
    the name of the import which that is; of an undo that has ended what it left, and where not all of that is named, how many records
    of each resource were worked on, and how many changed; of a change of many records those that it neither changed nor left; whether
    it has made no step for a while."""

    shown: Mapping[str, Any]
    asked: Any
    did: Mapping[str, Any] | None
    undoes: Mapping[str, Any] | None
    imported: tuple[int, str] | None
    stays: Stays
    worked_on: Mapping[str, int]
    changed: Mapping[str, int]
    rest: Rest | None
    is_quiet: bool

    @property
    def has_ended(self) -> bool:
        return self.shown["state"] in (DONE, FAILED)

    @property
    def has_failed(self) -> bool:
        return bool(self.shown["state"] == FAILED) and not self.was_stopped

    @property
    def was_stopped(self) -> bool:
        return bool(self.shown["error"] == stopping.STOPPED)

    @property
    def can_be_stopped(self) -> bool:
        return not self.has_ended and self.shown["kind"] in alone.KINDS

    @property
    def is_partial(self) -> bool:
        """Whether it is an undo that has not come to all that it was to undo."""
        return self.undoes is not None and self.shown["state"] == FAILED

    @property
    def total(self) -> int | None:
        """To how much it will come: before its first step what it was asked for."""
        is_bulk = self.shown["kind"] == bulk.NAME and self.asked
        found: int | None = self.asked["count"] if is_bulk else (self.undoes or {}).get("changes")
        return self.shown["total"] or found

    @property
    def brings_back(self) -> bool:
        return self.undoes is not None and done.brings_back(self.undoes)


async def shown(page: Page, job_id: str, back: str, **around: Any) -> Answer:
    """The page of a piece of work, by the id that clients know. Raises NotFound."""
    read = await page.read(_read, page.site.views, page.words, job_id, page.request.services.kept_days)
    if read.shown["kind"] == importing.NAME:
        return page.to(f"/imports/{job_id.rpartition('-')[2]}")
    # A page that watched the work is loaded as a whole: the numbers in its menu have changed.
    whole = [(b"hx-refresh", b"true")] if page.is_part and read.has_ended else []
    stays = left.card(page, read.stays, read.worked_on)
    changed = left.changed(page, read.stays, read.changed)
    return page.show(
        "work.html",
        headers=whole,
        job=read.shown,
        read=read,
        title=_title(page, read, stays or changed),
        told=[*_told(page, read)] if read.has_ended else [],
        stays=stays,
        changed=changed,
        reasons=left.reasons(page, read.stays),
        back=back,
        back_text=await ways.called(page, back),
        **around,
    )


def _read(unit: Unit, views: Mapping[str, View], words: Words, job_id: str, kept_days: int) -> Read:
    found = jobs.retrieve(unit, job_id)
    job = background.job(unit, found["kind"], int(job_id.rpartition("-")[2]))
    operation = found["operation"] if found["state"] in (DONE, FAILED) else None
    asked = job.argument if job else None
    undoes = asked["operation"] if asked and found["kind"] == UNDO else None
    is_named = found["left_count"] <= len(found["left"])
    places = (job.place or {}) if job and undoes and not is_named else {}
    return Read(
        found,
        asked,
        _performed(unit, views, words, operation, kept_days),
        _undone(unit, views, words, asked, found, kept_days) if asked and undoes else None,
        _imported(unit, undoes),
        _left(unit, views, words, undoes, found) if undoes else Stays(),
        places.get("worked_on", {}),
        places.get("changed", {}),
        bulk.rest(job) if job and job.kind == bulk.NAME and job.state in (DONE, FAILED) else None,
        jobs.is_quiet(unit, found["modified"]),
    )


def _left(
    unit: Unit, views: Mapping[str, View], words: Words, undoes: int, found: Mapping[str, Any]
) -> Stays:
    """What an undo has left, as far as it is named; once it has ended."""
    entries = found["left"] if found["state"] in (DONE, FAILED) else ()
    return left.read(unit, views, undoes, entries, words)


def _performed(
    unit: Unit, views: Mapping[str, View], words: Words, operation: int | None, kept_days: int
) -> Mapping[str, Any] | None:
    """An operation; None without one, or where the history does not have it any more."""
    try:
        found = [done.read(unit, operation, kept_days)] if operation else []
    except Error:
        return None
    return next(iter(placed.with_places(unit, views, found, words)), None)


def _undone(
    unit: Unit,
    views: Mapping[str, View],
    words: Words,
    asked: Mapping[str, Any],
    found: Mapping[str, Any],
    kept_days: int,
) -> Mapping[str, Any] | None:
    """What an undo takes back; as long as it goes on, a page that asks every second has no more than a few changes counted."""
    if found["state"] in (DONE, FAILED) or asked["size"] <= performed.MOST_COUNTED:
        return _performed(unit, views, words, asked["operation"], kept_days)
    short = performed.in_short(unit, asked["operation"], asked["size"])
    return short and {**done.with_redoes(unit, short), "places": {}}


def _imported(unit: Unit, operation: int | None) -> tuple[int, str] | None:
    head = operations.head(unit, operation) if operation else None
    by = head and head.by
    found = imports.find(unit, by.cause_id) if by and by.cause == importing.NAME and by.cause_id else None
    return (found.id, found.name) if found else None


def _title(page: Page, read: Read, left_some: Card | None) -> Markup:
    """What goes on, or that it has ended, and of an undo what it has left."""
    kind = read.shown["kind"] if read.shown["kind"] in KINDS else "other"
    if read.has_failed or read.was_stopped:
        return said(page.words("job.stopped_h" if read.was_stopped else "job.failed_h"))
    if read.brings_back:
        return said(page.words("job.redone" if read.has_ended else "job.redoing"))
    if read.has_ended:
        return left_some.undone if left_some else said(page.words(f"job.{kind}_done"))
    if kind == bulk.NAME and read.asked:
        return _bulk(page, read.asked)
    return said(page.words(f"job.{kind}"))


def _bulk(page: Page, asked: Mapping[str, Any]) -> Markup:
    what = page.locale.count(f"{asked['resource']}.n", asked["count"])
    return said(page.words(f"job.bulk_{DELETING if asked['body'] is None else CHANGING}"), what=what)


def _told(page: Page, read: Read) -> Iterator[Markup]:
    """What work has done, in sentences."""
    if read.shown["kind"] == UNDO:
        yield page.counted(read.did) if read.did else said(page.words.job_nothing)
    elif read.did:
        yield page.did(read.did)
    elif read.shown["kind"] in KINDS and not read.has_failed:
        yield said(page.words.job_nothing)
    for name, number in read.rest._asdict().items() if read.rest else ():
        if number:
            yield said(page.locale.count(f"job.{name}", number))
