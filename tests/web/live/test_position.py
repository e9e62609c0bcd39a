"""The position that a page carries is from before anything that it shows was read."""

import asyncio
import re
import time
from pathlib import Path
from typing import Any

import pytest

from closum.accounts import sessions, users
from closum.model import draft
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store.opening import open_session
from closum.store.session import Session
from closum.store.unit import Unit
from closum.web.cookies import OF_SESSION
from closum.web.lists import reading
from tests.support import engine
from tests.support.inprocess import Clock, built, running


def test_what_is_written_while_a_page_is_read_is_told_once_more_and_not_missed(
    folder: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL the page has it already."""
    url, clock, read = engine.current.url(folder), Clock(), reading.read
    clock.now = time.time()
    with session.write() as unit:
        account = users.add_account(unit, "Acme")
        user_id = users.add_user(unit, account, "ana@example.com", "x")
        cookie = f"{OF_SESSION.name}={sessions.begin(unit, user_id)}"
    _add(session, account.id, "Early")

    def late(unit: Unit, *args: Any) -> Any:
        with open_session(url) as other:
            _add(other, account.id, "Late")
        return read(unit, *args)

    async def shown() -> str:
        async with running(built(url, clock)) as client:
            return (await client.get("/leads", headers={"Cookie": cookie})).text

    session.close()
    monkeypatch.setattr(reading, "read", late)
    page = asyncio.run(shown())
    assert "Early" in page
    assert ("Late" in page) is (engine.current is not engine.SQLITE)
    assert re.findall(r'data-(?:position|last)="(\d+)"', page) == ["1", "1"]


def _add(session: Session, account_id: int, name: str) -> None:
    with session.write(account_id) as unit:
        records.create_many(unit, LEAD, [draft.parse(LEAD, {"name": name})])
