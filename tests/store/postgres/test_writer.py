"""What groups are on PostgreSQL alone: of one account each, and in it one server after the other."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import psycopg
import pytest

from closum.accounts import users
from closum.errors import Unavailable
from closum.model import draft
from closum.resources.lead import LEAD
from closum.store import identity, writer
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.store.postgres.conftest import until_found
from tests.support.patience import PATIENCE
from tests.support.stored import many
from tests.support.writing import Gate, Run, behind_a_gate, names, new, opened

SLEEPING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


@pytest.fixture
def others(session: Session, account: Account) -> list[int]:
    """Three more accounts."""
    with session.write() as unit:
        return [users.add_account(unit, f"Other {number}").id for number in range(3)]


def transaction(unit: Unit) -> int:
    """Its number."""
    row = unit.one("SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)")
    assert row
    return int(row[0])


def test_a_transaction_has_the_jobs_of_one_account(
    run: Run, others: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "GROUP_SECONDS", 60.0)  # on a busy machine too
    whose = [1, *others, None] * 8

    async def scenario(db: Database) -> None:
        numbers = await behind_a_gate(db, *(db.write(account_id, transaction) for account_id in whose))
        pairs = set(zip(whose, numbers, strict=True))
        assert len({number for _, number in pairs}) == len(pairs)  # none has two accounts
        assert len({number for account_id, number in pairs if account_id == 3}) == 1  # nor one write alone

    run(scenario)


def test_accounts_that_wait_take_turns(run: Run, others: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """One that always has something waiting does not keep a writer for itself."""
    monkeypatch.setattr(writer, "GROUP_SECONDS", -1.0)  # a group ends after its first write
    done: list[int] = []

    async def scenario(db: Database) -> None:
        writes = [db.write(1, lambda unit: done.append(1)) for _ in range(20)]
        writes += [db.write(3, lambda unit: done.append(3)) for _ in range(3)]
        await behind_a_gate(db, *writes)

    run(scenario)
    assert sorted(done) == [1] * 20 + [3] * 3
    assert done.index(3) <= 1
    assert done[-1] == 1


Both = Callable[[Database, Database], Awaitable[None]]


def on_two_servers(url: str, scenario: Both) -> None:
    async def _run() -> None:
        first, second = await opened(url), await opened(url)
        try:
            await scenario(first, second)
        finally:
            await first.close()
            await second.close()

    asyncio.run(_run())


LOCK_AWAITED = """
SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""


def test_an_account_is_written_to_by_one_server_after_the_other(
    session: Session, account: Account, others: list[int], url: str
) -> None:
    async def scenario(first: Database, second: Database) -> None:
        assert await new(first, "before") == 1
        async with Gate(first):
            waiting = asyncio.ensure_future(new(second, "waiting"))
            await until_found(url, LOCK_AWAITED)
            assert await new(second, "another", others[0]) == 1
            assert not waiting.done()
        assert await waiting == 2

    on_two_servers(url, scenario)


def test_two_servers_that_begin_an_account_together(session: Session, account: Account, url: str) -> None:
    """Nothing is there yet that could be locked; each creates what the other does."""

    async def scenario(first: Database, second: Database) -> None:
        address = {"email": {"email": "same@example.com"}}
        writes = [
            db.write_set(1, many, LEAD, item=draft.parse(LEAD, {"name": str(n)} | address))
            for n in range(50)
            for db in (first, second)
        ]
        assert sorted(await asyncio.gather(*writes)) == list(range(1, 101))

    on_two_servers(url, scenario)
    with session.read() as unit:
        assert unit.all("SELECT id, email FROM email") == [(1, "same@example.com")]
        assert unit.all("SELECT DISTINCT email_id FROM lead") == [(1,)]


@pytest.mark.hurried
def test_a_create_that_was_refused_is_not_stored_with_one_that_came_later(
    run: Run, others: list[int]
) -> None:
    """Their writer is held up by another account, longer than the first of them waits."""
    other = others[1]

    async def scenario(db: Database) -> None:
        async with Gate(db, other):
            with pytest.raises(Unavailable):
                await new(db, "refused")
            later = asyncio.ensure_future(new(db, "later"))
            await asyncio.sleep(0)
        assert await later == 1
        assert await db.read(names) == ["later"]

    run(scenario)


def test_a_session_that_stands_still_holds_its_thread_for_so_long_alone(
    run: Run, url: str, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not end its statement at the deadline, though its connection is open: another one is taken, which waits for no
    lock here, since the account has no record."""
    tried = 0
    with session.write() as unit:
        bare = identity.add_account(unit, "Bare", "bare")

    def sleep(unit: Unit) -> object:
        nonlocal tried
        tried += 1
        return unit.one("SELECT pg_sleep(?::float)", ("1",))

    async def scenario(db: Database) -> None:
        slow = asyncio.ensure_future(db.write(bare, sleep))
        await until_found(url, SLEEPING)
        with psycopg.connect(url, autocommit=True) as operator:
            (pid,) = operator.execute(SLEEPING).fetchone() or (0,)
        os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.wait_for(slow, PATIENCE)
        finally:
            os.kill(pid, signal.SIGCONT)
        assert tried == 2

    run(scenario)
