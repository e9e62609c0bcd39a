"""Exports beside others: how many, of which moment, and what is left of one whose client has gone."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from closum.accounts import users
from closum.accounts.keys import signing_key
from closum.accounts.tokens import Tokens
from closum.formats.ndjson_file import NdjsonFile
from closum.http import spool
from closum.store import whole
from closum.store.identity import Account
from closum.store.session import Session
from tests.contract.test_new_verb import signed_in
from tests.support import engine
from tests.support.answers import failure
from tests.support.patience import PATIENCE

PATH = "/api/lead/export?format=ndjson"


class Gate:
    """Holds every export at its first piece, in its thread, until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self._open = threading.Semaphore(0), threading.Event()
        add = NdjsonFile.add

        def held(file: NdjsonFile, records: Any) -> None:
            self.reached.release()
            assert self._open.wait(PATIENCE)
            add(file, records)

        monkeypatch.setattr(NdjsonFile, "add", held)

    async def wait(self) -> None:
        assert await asyncio.to_thread(self.reached.acquire, timeout=PATIENCE)

    def open(self) -> None:
        self._open.set()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate(monkeypatch)
    yield gate
    gate.open()


def others(session: Session, folder: Path, number: int) -> list[dict[str, str]]:
    """What users of further accounts send, each of which has a lead."""
    key = signing_key(None, engine.current.url(folder))
    headers = []
    for one in range(number):
        with session.write() as unit:
            owner = users.add_account(unit, f"Other {one}")
            user_id = users.add_user(unit, owner, f"other{one}@example.com", "none")
            headers.append({"Authorization": f"Bearer {Tokens(key).issue(user_id, unit.now, 1_800_000_000)}"})
    return headers


def test_one_of_each_account_and_few_in_all(
    session: Session, account: Account, folder: Path, gate: Gate
) -> None:
    strangers = others(session, folder, 2)

    async def scenario(client: Any, headers: dict[str, str]) -> None:
        for one in (headers, *strangers):
            await client.post("/api/lead", headers=one, json={"name": "Ana"})
        first = asyncio.ensure_future(client.get(PATH, headers=headers))
        await gate.wait()
        own = await client.get(PATH, headers=headers)
        assert "of your account" in failure(own, 503)["message"]
        second = asyncio.ensure_future(client.get(PATH, headers=strangers[0]))
        await gate.wait()
        third = await client.get(PATH, headers=strangers[1])
        assert "Other exports" in failure(third, 503)["message"]
        assert int(third.headers["retry-after"]) > 1
        gate.open()
        for task in (first, second):
            assert (await task).status_code == 200
        assert (await client.get(PATH, headers=strangers[1])).status_code == 200

    signed_in(session, account, folder, scenario)


def test_all_of_it_is_of_one_moment(
    session: Session, account: Account, folder: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole, "PIECE", 1)

    async def scenario(client: Any, headers: dict[str, str]) -> None:
        for name in ("Ana", "Rui", "Eva"):
            await client.post("/api/lead", headers=headers, json={"name": name})
        for order in ("", "&sort=name"):
            export = asyncio.ensure_future(client.get(PATH + order, headers=headers))
            if not order:
                await gate.wait()
                await client.put("/api/lead/3", headers=headers, json={"name": "Eva Maria"})
                await client.delete("/api/lead/2", headers=headers)
                await client.post("/api/lead", headers=headers, json={"name": "Zoé"})
                gate.open()
            lines = (await export).content.splitlines()
            names = [json.loads(line)["name"] for line in lines[:-1]]
            assert names == (["Ana", "Eva Maria", "Zoé"] if order else ["Ana", "Rui", "Eva"])

    signed_in(session, account, folder, scenario)


def test_who_leaves_makes_room(session: Session, account: Account, folder: Path, gate: Gate) -> None:
    async def scenario(client: Any, headers: dict[str, str]) -> None:
        await client.post("/api/lead", headers=headers, json={"name": "Ana"})
        left = asyncio.ensure_future(client.get(PATH, headers=headers))
        await gate.wait()
        left.cancel()
        gate.open()
        answer = await client.get(PATH, headers=headers)
        async with asyncio.timeout(PATIENCE):
            while answer.status_code == 503:
                await asyncio.sleep(0)
                answer = await client.get(PATH, headers=headers)
        assert answer.status_code == 200

    signed_in(session, account, folder, scenario)


def test_one_that_takes_too_long_is_given_up(
    session: Session, account: Account, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    init = spool.Growing.__init__
    monkeypatch.setattr(spool.Growing, "__init__", lambda growing, files, seconds: init(growing, files, -1.0))

    async def scenario(client: Any, headers: dict[str, str]) -> None:
        failure(await client.get(PATH, headers=headers), 503)

    signed_in(session, account, folder, scenario)
