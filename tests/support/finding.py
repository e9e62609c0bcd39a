"""What servers do in the background to find leads that look alike, in the process of the test."""

import asyncio

from closum.model.duplicates import told
from closum.operations import duplicate_search
from closum.operations.runner import Kind, Runner, Work
from closum.store import background, duplicate_place
from closum.store import duplicates as store
from closum.store.background import Progress
from closum.store.opening import open_database
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.inprocess import Clock

NOW = int(Clock().now)

Row = tuple[tuple[int, int], str, tuple[str, ...]]
"""Of a pair both ids, of a group the first one and 0; the bucket of a group; reasons."""


def serve(url: str, kind: Kind | None = None) -> None:
    """A server starts, and does what is due."""

    async def work() -> None:
        db = await open_database(url, lambda: NOW, 6)
        try:
            await Runner(db, [kind or duplicate_search.kind()]).work()
        finally:
            await db.close()

    asyncio.run(work())


def look(session: Session, account_id: int, size: int = 1_000, steps: int = 10**6) -> bool:
    """At most so many steps of what a server does for an account; whether they were all."""
    for _ in range(steps):
        with session.write(account_id) as unit:
            if duplicate_search.step(unit, Work(0, None, Progress(), size)).ended:
                return True
    return False


def search_again(session: Session, account_id: int) -> None:
    """All leads are looked through again."""
    with session.write(account_id) as unit:
        place = duplicate_place.place(unit)
        duplicate_place.set_place(unit, place._replace(rules=0))
    look(session, account_id)


def found(unit: Unit) -> list[Row]:
    """Of the unit's account."""
    rows = store.page(unit, (-1, 0, 0, ""), 10**6)
    return sorted(((one.first_id, one.second_id), one.bucket, tuple(told(one.reasons))) for one in rows)


def pairs(session: Session, account_id: int) -> dict[tuple[int, int], tuple[str, ...]]:
    """The pairs of an account, with their reasons."""
    with session.read() as unit:
        return {ids: reasons for ids, bucket, reasons in found(unit.of(account_id)) if not bucket}


def groups(session: Session, account_id: int) -> list[tuple[str, ...]]:
    """The reasons of the groups of an account."""
    with session.read() as unit:
        return sorted(reasons for _, bucket, reasons in found(unit.of(account_id)) if bucket)


def job(session: Session, account_id: int) -> str | None:
    with session.read() as unit:
        one = background.found(unit.of(account_id), duplicate_place.KIND)
    return one and one.state
