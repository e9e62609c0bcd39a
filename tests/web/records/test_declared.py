"""A resource that is declared, and has a table and words, has pages, without a template of its own."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx2
import pytest

from closum import app
from closum.accounts import sessions, users
from closum.store.identity import Account
from closum.store.session import Session
from closum.web.site import Site
from closum.web.words import LANGUAGES
from tests.support import engine, memos
from tests.support.clerk import hidden, text_of
from tests.support.inprocess import Clock, built, running

WORDS = {
    "memo": "Memo",
    "memos": "Memos",
    "memo.new": "New memo",
    "memo.n": "{n} memos",
    "memo.n_one": "{n} memo",
    "comment": "Comment",
    "comments": "Comments",
    "comment.new": "New comment",
    "comment.n": "{n} comments",
    "comment.n_one": "{n} comment",
    "comment.memo_id": "Memo",
}


@pytest.fixture(autouse=True)
def _memos(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    memos.add_tables(session)
    memos.declare(monkeypatch)
    monkeypatch.setattr(app, "Site", partial(Site, more_words=dict.fromkeys(LANGUAGES, WORDS)))


@asynccontextmanager
async def signed_in(session: Session, account: Account, folder: Path) -> AsyncIterator[httpx2.AsyncClient]:
    clock = Clock()
    with session.write() as unit:
        user_id = users.add_user(unit, account, "ana@example.com", "no password")
        text = sessions.begin(unit, user_id)
        clock.now = float(unit.now)
    async with running(built(engine.current.url(folder), clock)) as client:
        client.base_url = httpx2.URL("http://localhost")
        client.cookies.set("closum", text)
        yield client


async def _sent(client: httpx2.AsyncClient, path: str, **fields: str) -> httpx2.Response:
    token = hidden((await client.get("/memos/new")).text)["_token"]
    return await client.post(path, data={"_token": token, **fields})


def test_it_has_a_form_a_record_a_history_and_undo(session: Session, account: Account, folder: Path) -> None:
    async def walk() -> None:
        async with signed_in(session, account, folder) as client:
            await _sent(client, "/leads", name="Ana")
            form = (await client.get("/memos/new?lead_id=1")).text
            assert "New memo" in text_of(form)
            assert re.search(r'name="text"[^>]*maxlength="255"', form)
            fault = await _sent(client, "/memos", lead_id="1")
            assert fault.status_code == 422
            assert "This is needed." in text_of(fault.text) or "This cannot be empty." in text_of(fault.text)
            made = await _sent(client, "/memos", lead_id="1", text="Called <b>")
            assert made.headers["location"] == "/memos/1"
            record = (await client.get("/memos/1")).text
            assert "Called <b> " in html.unescape(text_of(record))
            assert 'href="/leads/1"' in record
            assert "Memos 1 New memo" in text_of((await client.get("/leads/1")).text)
            await _sent(client, "/memos/1", text="Called back")
            history = (await client.get("/memos/1/history")).text
            assert "changed text Called <b> → Called back" in html.unescape(text_of(history))
            operation = history.partition('action="/undo/')[2].partition('"')[0]
            await _sent(client, f"/undo/{operation}")
            assert "Called <b>" in html.unescape(text_of((await client.get("/memos/1")).text))
            gone = await _sent(client, "/memos/1/delete", back="/leads/1")
            assert gone.headers["location"] == "/leads/1"
            assert (await client.get("/memos/1")).status_code == 404

    asyncio.run(walk())
