"""Killed at any moment, the server has kept every write that it answered; told to stop, it ends well."""

import asyncio
import contextlib
import json
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from closum.operations import check
from closum.resources import RESOURCES
from closum.store import integrity
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import Unit
from tests.conftest import sign_up
from tests.support.server import Server

ROUNDS = 20
CLIENTS = 64


@dataclass
class Answered:
    """What the clients were told: names of leads by id, and the last number that each lead was given."""

    created: dict[int, str] = field(default_factory=dict)
    updated: dict[int, int] = field(default_factory=dict)
    reads: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)


class Connection:
    """A kept-alive connection that speaks just enough HTTP to be quick."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str) -> None:
        self.reader, self.writer, self._token = reader, writer, token

    def send(self, method: str, path: str, body: Any = None, *fields: str) -> bytes:
        """Send a request's head; the body that is to follow."""
        content = b"" if body is None else json.dumps(body).encode()
        lines = [
            f"{method} {path} HTTP/1.1",
            "Host: closum.test",
            f"Authorization: Bearer {self._token}",
            f"Content-Length: {len(content)}",
            *fields,
        ]
        self.writer.write("\r\n".join([*lines, "", ""]).encode())
        return content

    async def receive(self) -> tuple[int, Any]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        return int(head.split()[1]), json.loads(await self.reader.readexactly(length))

    async def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        self.writer.write(self.send(method, path, body))
        return await self.receive()


@contextlib.asynccontextmanager
async def connected(server: Server, token: str) -> AsyncIterator[Connection]:
    target = urlsplit(server.address)
    reader, writer = await asyncio.open_connection(target.hostname, target.port)
    try:
        yield Connection(reader, writer, token)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def write(ask: Connection, name: str, answered: Answered) -> None:
    """Create leads, and give one of them rising numbers, until the connection is cut."""
    mine = 0
    for number in range(1, 1_000_000):
        if mine and number % 2:
            status, answer = await ask("PUT", f"/api/lead/{mine}", {"custom_data": str(number)})
            assert (status, answer["data"]) == (200, []), answer
            answered.updated[mine] = number
            continue
        lead = f"{name}-{number}"
        status, answer = await ask(
            "POST", "/api/lead", {"name": lead, "email": {"email": f"{lead}@example.com"}}
        )
        assert status == 201, answer
        mine = mine or answer["data"]["id"]
        answered.created[answer["data"]["id"]] = lead
        answered.begun.set()


async def read(ask: Connection, chance: random.Random, answered: Answered) -> None:
    """Lists and leads: what was answered before is there, and counts never fall."""
    seen = 0
    while True:
        sure = len(answered.created)
        status, answer = await ask("GET", f"/api/lead?limit=5&sort={chance.choice(('id', 'name'))}")
        assert status == 200, answer
        assert answer["pagination"]["count"] >= max(seen, sure)
        seen = answer["pagination"]["count"]
        if answered.created:
            lead = chance.choice(list(answered.created))
            status, answer = await ask("GET", f"/api/lead/{lead}")
            assert (status, answer["data"]["name"]) == (200, answered.created[lead])
        answered.reads += 1


async def until_cut(server: Server, token: str, client: Callable[[Connection], Awaitable[None]]) -> None:
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        async with connected(server, token) as ask:
            await client(ask)


async def load(server: Server, token: str, run: int, chance: random.Random, answered: Answered) -> None:
    """All clients at once, and `kill -9` at a moment that chance gives."""
    clients: list[Callable[[Connection], Awaitable[None]]] = []
    for n in range(CLIENTS):
        clients.append(partial(write, name=f"r{run}w{n}", answered=answered))
        clients.append(partial(read, chance=random.Random(chance.random()), answered=answered))
    tasks = [asyncio.ensure_future(until_cut(server, token, client)) for client in clients]
    answered.begun = asyncio.Event()  # of this loop
    begun = asyncio.ensure_future(answered.begun.wait())
    await asyncio.wait([begun, *tasks], return_when=asyncio.FIRST_COMPLETED)
    await asyncio.sleep(chance.uniform(0, 0.6))
    server.process.kill()
    await asyncio.gather(*tasks)
    assert begun.done()


def verify(unit: Unit, answered: Answered) -> None:
    stored = {row[0]: (row[1], row[2]) for row in unit.all("SELECT id, name, custom_data FROM lead")}
    lost = [lead for lead, name in answered.created.items() if stored.get(lead, ("", ""))[0] != name]
    assert lost == []
    assert [lead for lead, number in answered.updated.items() if int(stored[lead][1] or 0) < number] == []
    assert list(integrity.faults(unit)) == []
    assert [fault for resource in RESOURCES for fault in integrity.tallies(unit, resource)] == []


def test_every_answered_write_survives_kill_9(tmp_path: Path) -> None:
    chance, answered, before = random.Random(20_180_101), Answered(), 0
    with Server(tmp_path) as server:
        with sign_up(server) as client:
            token = client.token or ""
        for run in range(ROUNDS):
            if run:
                server.start()
            asyncio.run(load(server, token, run, chance, answered))
            server.kill()
            assert len(answered.created) > before
            before = len(answered.created)
            with SQLiteSession(server.path) as session, session.read() as unit:
                verify(unit, answered)
    assert answered.reads > ROUNDS
    with SQLiteSession(server.path) as session, session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []
    assert "Traceback" not in server.log.read_text()


async def stop_under_load(server: Server, token: str, answered: Answered) -> list[int]:
    """SIGTERM while clients write and 16 requests are surely under way; the ids that these were answered."""
    ids = []
    async with contextlib.AsyncExitStack() as stack:
        writers = [
            asyncio.ensure_future(until_cut(server, token, partial(write, name=f"w{n}", answered=answered)))
            for n in range(16)
        ]
        halves = [await stack.enter_async_context(connected(server, token)) for _ in range(16)]
        bodies = [half.send("POST", "/api/lead", {"name": "half"}, "Expect: 100-continue") for half in halves]
        for half in halves:
            assert b" 100 " in await half.reader.readuntil(b"\r\n\r\n")  # the request is being served
        server.process.send_signal(signal.SIGTERM)
        await asyncio.gather(*writers)
        for half, body in zip(halves, bodies, strict=True):
            half.writer.write(body)
            status, answer = await half.receive()
            assert status == 201, answer
            ids.append(answer["data"]["id"])
            assert await half.reader.read() == b""  # and the connection ends
    return ids


def test_sigterm_lets_requests_under_way_finish(tmp_path: Path) -> None:
    answered = Answered()
    with Server(tmp_path) as server:
        with sign_up(server) as client:
            token = client.token or ""
        ids = asyncio.run(stop_under_load(server, token, answered))
        assert server.stop() == 0
    log = server.path.with_name("closum.db-wal")
    assert not log.exists() or log.stat().st_size == 0
    with SQLiteSession(server.path) as session, session.read() as unit:
        verify(unit, answered)
        halves = unit.all("SELECT id FROM lead WHERE name = 'half' ORDER BY id")
        assert [row[0] for row in halves] == sorted(ids)
        assert answered.created
    assert "Traceback" not in server.log.read_text()
