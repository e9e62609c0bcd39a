"""Reads of a server on PostgreSQL, which go in groups."""

import asyncio

import psycopg
import pytest

from closum.accounts import users
from closum.accounts.roles import OWNER
from closum.errors import Unavailable
from closum.store import identity
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.pending import PendingRead
from closum.store.postgres.readers import Replay, only_reads
from closum.store.postgres.unit import AT_ONCE
from closum.store.session import Session
from closum.store.unit import Result, Unit
from tests.store.postgres.conftest import until_found
from tests.support.writing import POOL_SIZE, Run, names, new

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)

SLEEPING = """
SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'
"""

WRITING = """
WITH added AS (INSERT INTO account (name, name_key, created, modified) VALUES ('E', 'e', '', '') RETURNING id)
SELECT id FROM added
"""


def test_a_look_at_a_user_that_came_back_late_lets_nobody_in(
    run: Run, session: Session, account: Account, url: str
) -> None:
    """It shares its way back with a read that takes long; meanwhile the user's tokens are ended."""
    with session.write() as unit:
        user_id = users.add_user(unit, account, "ana@example.com", "a hash")
        number = unit.now

    async def scenario(db: Database) -> None:
        asked = asyncio.ensure_future(db.identity(user_id, number))
        slow = asyncio.ensure_future(db.read(lambda unit: unit.all("SELECT pg_sleep(?::float)", ("3",))))
        await until_found(url, SLEEPING)
        with session.write() as unit:
            identity.end_tokens(unit, user_id)
        assert await asked != (account.id, number, 0, OWNER)
        await slow

    run(scenario)


def test_a_read_does_not_write(run: Run) -> None:
    async def scenario(db: Database) -> None:
        with pytest.raises(AssertionError):
            await db.read(identity.add_account, "Evil", "evil")
        with pytest.raises(AssertionError):
            await db.read(lambda unit: unit.all(WRITING), long=True)
        assert await db.read(identity.accounts) == [Account(1, "Acme", True)]

    run(scenario)


@pytest.mark.parametrize(
    ("sql", "reads"),
    [
        ("SELECT 1", True),
        ("\n  select 1", True),
        ("(SELECT 1) UNION (SELECT 2)", True),
        ("VALUES (1), (2)", True),
        ("WITH x AS (SELECT 1) SELECT * FROM x", True),
        (
            "WITH RECURSIVE x (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM x WHERE n < 3) SELECT n FROM x",
            True,
        ),
        ("SELECT 'INSERT INTO city', \"update\" FROM city -- DELETE\n/* MERGE */", True),
        ("SELECT 'it''s UPDATE', E'\\' DELETE', $$MERGE$$, $x$ INSERT $x$", True),
        ("SELECT updated, delete_date, inserted FROM x", True),
        ("WITH x AS (INSERT INTO city (id) VALUES (1) RETURNING id) SELECT id FROM x", False),
        ("with x as (\n\tupdate city set id = 1 returning id) select id from x", False),
        ("WITH x AS (DELETE FROM city RETURNING id) SELECT id FROM x", False),
        ("WITH x AS (SELECT 1) INSERT INTO city SELECT * FROM x", False),
        (
            "WITH x AS (SELECT 1), y AS (MERGE INTO city USING x ON TRUE WHEN MATCHED THEN DELETE) SELECT 1",
            False,
        ),
        ("WITH/**/x AS (SELECT 'a')DELETE FROM city", False),
        ("SELECT 1 INTO copied FROM city", False),
        ("SELECT id FROM city FOR UPDATE", False),
        ("SELECT id FROM city FOR KEY SHARE", False),
        ("INSERT INTO city (id) VALUES (1)", False),
        ("CREATE TABLE x (id BIGINT)", False),
        ("SET x.y = 1", False),
        ("", False),
    ],
)
def test_what_only_reads(engine: object, sql: str, reads: bool) -> None:
    assert only_reads(sql) is reads


ONE: tuple[str, tuple[int, ...]] = ("SELECT ?::bigint", (1,))


@pytest.mark.parametrize("wrong", [("SELECT 1 / ?::bigint", (0,)), ("SELECT x FROM nothing", ())])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_error_of_one_of_several_statements_is_that_of_its_read(
    run: Run, wrong: tuple[str, tuple[int, ...]], place: int
) -> None:
    async def scenario(db: Database) -> None:
        asked = [ONE] * 3
        asked[place] = wrong
        reads = [
            db.read(lambda unit, some=some: unit.all_of(some)) for some in ([ONE] * 2, asked, [ONE], asked)
        ]
        first, bad, second, worse = await asyncio.gather(*reads, return_exceptions=True)
        assert (first, second) == ([[(1,)], [(1,)]], [[(1,)]])
        assert isinstance(bad, psycopg.Error)
        assert type(worse) is type(bad)

    run(scenario)


def test_several_statements_are_one_round_trip_in_their_order(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    many, begun = [("SELECT ?::bigint", (number,)) for number in range(AT_ONCE + 1)], list[str]()
    begin = Replay.begin

    def noted(replay: Replay) -> Replay:
        begun.append("begin")
        return begin(replay)

    def read(unit: Unit) -> list[list[Result]]:
        return unit.all_of(many) + unit.of(2).all_of([ONE]) + unit.all_of([])

    async def scenario(db: Database) -> None:
        monkeypatch.setattr(Replay, "begin", noted)
        assert await db.read(read, long=True) == [[(number,)] for number in range(AT_ONCE + 1)] + [[(1,)]]
        assert len(begun) == 3
        with pytest.raises(AssertionError):
            await db.read(lambda unit: unit.all_of([ONE, (WRITING, ())]))

    run(scenario)


def test_statements_that_are_forgotten(run: Run) -> None:
    """A pooler that was told to share connections, or an operator, has dropped what was prepared on each connection."""

    async def scenario(db: Database) -> None:
        await new(db, "before")
        for _ in range(POOL_SIZE):
            assert await db.read(names)
            await db.write(1, lambda unit: unit.run("DEALLOCATE ALL"))
        assert await db.read(names) == ["before"]
        assert await new(db, "after") == 2
        await asyncio.gather(*[db.read(names) for _ in range(4 * POOL_SIZE)])

    run(scenario)


def test_another_connection_gives_no_more_time(engine: str) -> None:
    async def scenario() -> None:
        read = PendingRead(len, (), asyncio.get_running_loop().create_future(), until=1.0)
        assert read.begin()
        given = read.until
        read.again(Unavailable())
        assert read.begin()
        assert read.until == given > 1.0

    asyncio.run(scenario())
