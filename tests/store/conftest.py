"""The database of a server, in the process of the test."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from closum.operations import check
from closum.store.identity import Account
from closum.store.opening import open_session
from closum.store.postgres import database as postgres_database
from closum.store.postgres.readers import Replay
from closum.store.session import Session
from closum.store.sqlite import database as sqlite_database
from tests.support import engine
from tests.support.commits import Commits, commits_of
from tests.support.every_operation import every_verb
from tests.support.patience import PATIENCE
from tests.support.tracing import traced
from tests.support.writing import Run, Scenario, opened


@pytest.fixture
def url(session: Session, folder: Path) -> str:
    """Of the test's database."""
    return engine.current.url(folder)


@pytest.fixture(autouse=True)
def _unhurried(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits of the wall clock are wide, so that a busy machine meets none, but in tests marked `hurried`."""
    if request.node.get_closest_marker("hurried") is None:
        monkeypatch.setattr(postgres_database, "FRESH", PATIENCE)
        monkeypatch.setattr(postgres_database, "PATIENCE", PATIENCE)
        monkeypatch.setattr(sqlite_database, "QUICK_SECONDS", PATIENCE)


@pytest.fixture
def run(session: Session, account: Account, url: str) -> Run:
    """Runs a scenario on the database of a server in this process; afterwards the database has no fault."""

    async def _run(scenario: Scenario) -> None:
        db = await opened(url)
        try:
            await scenario(db)
        finally:
            await db.close()

    def run(scenario: Scenario) -> None:
        asyncio.run(_run(scenario))
        with session.read() as unit:
            assert list(check.faults(unit, lambda done, total: None)) == []

    return run


@pytest.fixture
def commits(url: str) -> Iterator[Commits]:
    """Holds and refuses the COMMITs of a server that is opened afterwards."""
    commits = commits_of(url)
    yield commits
    commits.close()


@pytest.fixture
def executed(session: Session, url: str) -> list[str]:
    """Distinct statements of every verb and of `closum check`, on a database that was there before."""
    with traced() as found, open_session(url) as opened:
        every_verb(opened, url)
        with opened.read() as unit:
            assert list(check.faults(unit, lambda done, total: None)) == []
    return list(dict.fromkeys(found))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that a server's database runs."""
    monkeypatch.setattr(sqlite_database, "LONG_READERS", 1)  # another one would open a connection
    with traced() as statements:
        yield statements


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What runs again on PostgreSQL, once for each round trip."""
    found: list[str] = []
    begin = Replay.begin

    def noted(replay: Replay) -> Replay:
        found.append("begin")
        return begin(replay)

    monkeypatch.setattr(Replay, "begin", noted)
    return found
