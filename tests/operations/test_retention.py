"""History is kept for as long as the setting says, in every account, and work of the background with it."""

import asyncio
from collections.abc import Iterable

import pytest

from closum.accounts import users
from closum.errors import NotFound
from closum.operations import check, retention, undo
from closum.operations.runner import Runner
from closum.resources.lead import LEAD
from closum.store import background, history, ledger
from closum.store.identity import Account
from closum.store.opening import open_database
from closum.store.session import Session
from closum.store.unit import timestamp
from tests.support import engine
from tests.support.inprocess import Clock
from tests.support.past import counted, note, positions
from tests.support.stored import create

DAYS = 30
NOW = int(Clock().now)
AHEAD = NOW + 3_650 * retention.DAY  # what a clock once read
OLD, YOUNG = NOW - DAYS * retention.DAY - 1, NOW - DAYS * retention.DAY


@pytest.fixture
def ids(session: Session, account: Account) -> list[int]:
    """Of two accounts."""
    with session.write() as unit:
        return [account.id, users.add_account(unit, "Other").id]


def retain(folder: object, days: int = DAYS, now: int = NOW) -> None:
    """A server starts, and does what is due."""

    async def work() -> None:
        db = await open_database(str(folder), lambda: now, 6)
        try:
            await Runner(db, [retention.kind(days), retention.ledger_kind(days)]).work()
        finally:
            await db.close()

    asyncio.run(work())


@pytest.fixture
def url(session: Session, folder: object) -> str:
    return engine.current.url(folder)  # type: ignore[arg-type]


def test_what_is_older_is_removed_from_the_ledger(session: Session, account: Account, url: str) -> None:
    with session.write() as unit:
        for at in [OLD] * 700 + [YOUNG] * 2:
            unit.now = at
            ledger.add(unit, "sign_in", account.id, 1)
    retain(url)
    with session.read() as unit:
        found = [one.at for one in ledger.entries(unit) if one.event == "sign_in"]
        job = background.found(unit.of(0), retention.LEDGER)
    assert found == [timestamp(YOUNG)] * 2
    assert job
    assert job.state == "done"


def test_what_is_older_is_removed_from_every_account(session: Session, ids: list[int], url: str) -> None:
    for account_id, times in zip(ids, ([OLD] * 1_234 + [YOUNG] * 3, [OLD, YOUNG]), strict=True):
        with session.write(account_id) as unit:
            note(unit, times)
    retain(url)
    with session.read() as unit:
        assert positions(unit.of(ids[0])) == [1_235, 1_236, 1_237]
        assert positions(unit.of(ids[1])) == [2]
        assert [counted(unit.of(one)) for one in ids] == [(3, 3), (1, 1)]
        found = [background.found(unit.of(one), retention.NAME) for one in ids]
    assert [(one.state, one.done, one.due) for one in found if one] == [
        (background.DONE, done, NOW + retention.DAY) for done in (1_234, 1)
    ]


def test_a_clock_that_was_once_ahead_stops_nothing(
    session: Session, ids: list[int], url: str, account: Account
) -> None:
    """It dated changes and the time for the next look ten years ahead."""
    retain(url, now=AHEAD)
    with session.write(account.id) as unit:
        unit.now = AHEAD
        create(unit, LEAD, [{"name": "Ana"}])
    retain(url)
    with session.write(account.id) as unit:
        unit.now = NOW + retention.DAY
        create(unit, LEAD, [{"name": "Rui"}])
        found = [(one.verb, one.at) for one in history.since(unit, 0, 9)]
    times = [timestamp(one) for one in (AHEAD, NOW, NOW + retention.DAY)]
    assert found == list(zip(("create", "clock", "create"), times, strict=True))
    with session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []
        for job in (
            background.found(unit.of(account.id), retention.NAME),
            background.found(unit.of(0), retention.LEDGER),
        ):
            assert job
            assert job.due == NOW + retention.DAY
    retain(url, now=NOW + (DAYS + 1) * retention.DAY)
    with session.read() as unit:
        assert positions(unit.of(account.id)) == [3]


def test_an_account_in_which_nothing_happens_gets_one_row(session: Session, ids: list[int], url: str) -> None:
    with session.write(ids[0]) as unit:
        unit.now = AHEAD
        create(unit, LEAD, [{"name": "Ana"}])
    for day in range(3):
        retain(url, now=NOW + day * retention.DAY)
    with session.read() as unit:
        assert [positions(unit.of(one)) for one in ids] == [[1, 2], []]
        assert counted(unit.of(ids[0])) == (2, 2)
    with pytest.raises(NotFound), session.write(ids[0]) as unit:
        undo.undo(unit, 2)


def test_times_do_not_go_back_by_less_than_a_day(session: Session, account: Account) -> None:
    """Clocks of two servers may differ so; what is further ahead is wrong."""
    times: list[str] = []
    for now in (NOW, NOW - 60, NOW + retention.DAY, NOW, NOW - 1, NOW + 5):
        with session.write(account.id) as unit:
            unit.now = now
            create(unit, LEAD, [{"name": "Ana"}])
            times.append(history.since(unit, len(times), 1)[0].at)
    assert times == [timestamp(NOW + one) for one in (0, 0, retention.DAY, retention.DAY, -1, 5)]


def test_a_hundred_years_keep_everything(session: Session, ids: list[int], url: str) -> None:
    with session.write(ids[0]) as unit:
        note(unit, (0, OLD, YOUNG))
    retain(url, 36_500)
    with session.read() as unit:
        assert positions(unit.of(ids[0])) == [1, 2, 3]


@pytest.mark.parametrize(
    ("times", "most", "cut", "left"),
    [
        ([OLD, OLD, OLD], 2, 2, [3]),
        ([OLD, OLD, OLD], 3, 2, [3]),  # the last change stays
        ([OLD, YOUNG], 9, 1, [2]),
        ([YOUNG, OLD], 9, 0, [1, 2]),  # a clock went back: it stays until those before it go
        ([YOUNG], 9, 0, [1]),
        ([AHEAD, OLD, YOUNG], 9, 2, [3]),  # a clock was ahead: it goes with what follows it
        ([OLD, AHEAD, AHEAD, OLD], 9, 3, [4]),
        ([OLD, AHEAD, YOUNG], 9, 1, [2, 3]),
        ([OLD, AHEAD], 9, 1, [2]),
        ([AHEAD, AHEAD, AHEAD, OLD], 2, 2, [3, 4]),
        ([OLD, AHEAD, AHEAD, OLD], 2, 2, [3, 4]),
        ([AHEAD, AHEAD, AHEAD, YOUNG], 2, 0, [1, 2, 3, 4]),
        ([AHEAD, AHEAD, AHEAD], 2, 0, [1, 2, 3]),
        ([NOW + 60, OLD], 9, 0, [1, 2]),  # another server's clock is a little ahead
        ([], 9, 0, []),
    ],
)
def test_cutting_takes_the_oldest(
    session: Session, ids: list[int], times: Iterable[int], most: int, cut: int, left: list[int]
) -> None:
    for account_id in ids:
        with session.write(account_id) as unit:
            note(unit, times)
            before = positions(unit)
    with session.write(ids[0]) as unit:
        unit.now = NOW
        assert history.cut(unit, timestamp(YOUNG), most) == cut
        assert positions(unit) == left
        assert counted(unit) == (len(left), len(left))
        assert positions(unit.of(ids[1])) == before
