"""Results that are read row by row: of one moment, and without a trace when they are given up."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from closum.errors import NotFound, Unavailable
from closum.model.query import Page, Query
from closum.operations import records
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import database, pages, rows
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.opening import open_session
from closum.store.session import Session
from closum.store.unit import Stream
from tests.support import stored
from tests.support.large import fill, leads
from tests.support.patience import PATIENCE
from tests.support.writing import Run

NUMBER = 30
DOCUMENT = '["' + "x" * 20_000 + '"]'


class Given(Exception):
    """Raised by who takes rows."""


def ids_and_count(
    unit: Stream, account_id: int, query: Query, then: Callable[[], None]
) -> tuple[list[int], int]:
    """What is streamed; `then` is called when the first record has come."""
    found: list[int] = []

    def take(record: Any) -> None:
        found.append(record["id"])
        if len(found) == 1:
            then()

    return found, records.each(unit.of(account_id), LEAD, query, take)


def nothing() -> None: ...


@pytest.mark.parametrize("sort", list(LEAD.listing.sorts))
@pytest.mark.parametrize("page", [1, 2])
def test_records_and_count_are_of_one_moment(
    run: Run, session: Session, account: Account, url: str, sort: str, page: int
) -> None:
    """Others add and erase leads while it is read."""
    fill(session, account.id, leads(NUMBER, DOCUMENT))

    def write() -> None:
        with open_session(url) as other:
            fill(other, account.id, leads(3, DOCUMENT))
            with other.write(account.id) as unit:
                stored.erase(unit.of(account.id), LEAD, [NUMBER, NUMBER - 1, 12])

    async def scenario(db: Database) -> None:
        query = Query(sort, window=Page(page, 10))
        before = list(range(1, NUMBER + 1))[query.window.offset : query.window.offset + 10]
        if sort == "name":
            before = [n + 1 for n in sorted(range(NUMBER), key=str)][
                query.window.offset : query.window.offset + 10
            ]
        assert await db.stream(ids_and_count, account.id, query, write) == (before, NUMBER)
        _, count = await db.stream(ids_and_count, account.id, Query("id"), nothing)
        assert count == NUMBER

    run(scenario)


def test_what_is_given_up_keeps_no_moment(run: Run, session: Session, account: Account, url: str) -> None:
    fill(session, account.id, leads(NUMBER, DOCUMENT))

    def give_up() -> None:
        raise Given

    async def scenario(db: Database) -> None:
        kept: list[Exception] = []  # with the frames that they were raised in
        for number in range(4):
            with pytest.raises(Given) as given:
                await db.stream(ids_and_count, account.id, Query("id"), give_up)
            kept.append(given.value)
            fill(session, account.id, leads(1, DOCUMENT))
            _, count = await db.stream(ids_and_count, account.id, Query("id"), nothing)
            assert count == NUMBER + number + 1
            assert (
                await db.read(
                    records.page, LEAD, Query("id", window=Page(limit=1)), long=True, account_id=account.id
                )
            )[1] == count

    run(scenario)


def test_a_page_beyond_the_last(run: Run, account: Account) -> None:
    async def scenario(db: Database) -> None:
        assert await db.stream(ids_and_count, account.id, Query("id"), nothing) == ([], 0)
        with pytest.raises(NotFound):
            await db.stream(ids_and_count, account.id, Query("id", window=Page(2)), nothing)

    run(scenario)


def test_one_takes_too_long(
    run: Run, session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"

    def stream(unit: Stream) -> None:
        unit.each(endless, (), lambda row: None)

    async def scenario(db: Database) -> None:
        with pytest.raises(Unavailable, match="too long"):
            await db.stream(stream)
        assert await db.stream(ids_and_count, account.id, Query("id"), nothing) == ([], 0)

    shorten(monkeypatch)
    run(scenario)


def shorten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams may take a moment."""
    from closum.store.postgres import readers
    from closum.store.sqlite import database as sqlite_database

    assert database.STREAM_SECONDS > sqlite_database.LONG_SECONDS
    monkeypatch.setattr(sqlite_database, "STREAM_SECONDS", 0.2)
    monkeypatch.setattr(readers, "_BEGIN_STREAM", "BEGIN READ ONLY; SET LOCAL statement_timeout = 200")


def test_one_at_a_time_beside_other_long_reads(run: Run, account: Account) -> None:
    entered, end = 0, threading.Event()

    def stream(unit: Stream) -> None:
        nonlocal entered
        entered += 1
        assert end.wait(PATIENCE)

    async def scenario(db: Database) -> None:
        streams = [asyncio.ensure_future(db.stream(stream)) for _ in range(5)]
        try:
            for _ in range(3):
                read = db.read(records.page, LEAD, Query("id"), long=True, account_id=account.id)
                assert await asyncio.wait_for(read, PATIENCE) == ([], 0)
            assert entered <= 1
        finally:
            end.set()
        await asyncio.gather(*streams)
        assert entered == 5

    run(scenario)


@pytest.mark.parametrize("limit", [1, 7, 25, 200, 256, 257, 1000])
def test_a_page_that_is_read_whole_has_no_more_long_bytes_than_that(
    session: Session, account: Account, limit: int
) -> None:
    """So that neither the event loop nor a group of reads has to do with more."""
    query = Query("id", window=Page(limit=limit))
    most = pages.most_read_whole(query)
    assert most * limit <= max(pages.PAGE_BYTES, 1_024_000)
    just, more = (f'"{"é" * (length // 2 - 1)}"' for length in (most, most + 2))
    with session.read() as unit:
        assert rows.page(unit.of(account.id), LEAD, query) == ([], 0)
    if most <= 65_000:
        fill(session, account.id, leads(1, just))
        with session.read() as unit:
            assert rows.page(unit.of(account.id), LEAD, query)[1] == 1
        fill(session, account.id, leads(1, more))
        with session.read() as unit:
            if limit == 1:
                assert rows.page(unit.of(account.id), LEAD, query)[1] == 2
            else:
                with pytest.raises(rows.TooLong):
                    rows.page(unit.of(account.id), LEAD, query)


def test_what_may_be_long_is_known_from_the_declaration() -> None:
    assert pages.long_places(LEAD) == (LEAD.listing.listed.index("custom_data"),)
    assert pages.long_places(EMAIL) == ()
