"""Killed in batches, in many by filter, in restores and purges: each is done whole or not at all, and once."""

import contextlib
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import httpx2

from closum.operations import check
from closum.store.background import RUNNING
from closum.store.session import Session
from closum.store.unit import Unit
from tests.conftest import sign_up
from tests.support.client import JSON, Client
from tests.support.patience import wait_until
from tests.support.server import Server

ROUNDS = 20
LONGEST = 0.3  # seconds that clients write in a round at most
CLIENTS = 3  # that send batches
SIZE = 20
"""Leads that a batch creates; it deletes some of those of the batch before."""
DELETED = 5
MANY = 1_100
"""Leads that a filter finds: so many that background work changes them."""
IN_BIN = 20  # at the beginning of a round
NOBODY = 10**9
KEY = "Idempotency-Key"


class Sent(NamedTuple):
    """A batch: the name of its leads, which is its key, and those that it deletes."""

    name: str
    deletes: list[int]
    body: JSON
    answer: bytes | None = None


class Batches:
    """A client that sends batches until it is cut off: atomic ones, and others with an item that is refused."""

    def __init__(self, number: int) -> None:
        self._number, self._count = number, 0
        self.last: Sent | None = None

    def run(self, client: Client) -> None:
        while True:
            self.last = self._next(created(self.last.answer) if self.last and self.last.answer else [])
            answer = send(client, self.last)
            assert answer.status_code == 200, answer.text
            self.last = self.last._replace(answer=answer.content)

    def _next(self, before: list[int]) -> Sent:
        self._count += 1
        name, is_atomic = f"batch-{self._number}-{self._count}", bool(self._count % 2)
        items: list[JSON] = [
            {"action": "create", "data": {"name": name, "email": {"email": f"{name}-{one}@example.com"}}}
            for one in range(SIZE)
        ]
        items += [{"action": "delete", "id": one} for one in before[:DELETED]]
        if not is_atomic:
            items.insert(SIZE // 2, {"action": "update", "id": NOBODY, "data": {"name": name}})
        return Sent(name, before[:DELETED], {"items": items, "atomic": is_atomic})

    def verify(self, session: Session, client: Client) -> None:
        """The last batch is whole or not there, and sent again it is there once, with the answer that it had."""
        if (sent := self.last) is None:
            return
        there = created_by(session, sent)
        assert there or sent.answer is None
        again = send(client, sent)
        assert sent.answer in (None, again.content)
        assert (again.headers.get("idempotent-replayed") == "true") or not there
        assert created(again.content) == created_by(session, sent)
        self.last = sent._replace(answer=again.content)


def send(client: Client, sent: Sent) -> httpx2.Response:
    return client.post("/api/lead/batch", json=sent.body, headers={KEY: sent.name})


def created(answer: bytes) -> list[int]:
    items = httpx2.Response(200, content=answer).json()["data"]
    assert [one["status"] for one in items if one["status"] not in (200, 201)] in ([], [404])
    return [one["body"]["data"]["id"] for one in items if one["status"] == 201]


def created_by(session: Session, sent: Sent) -> list[int]:
    """The leads that a batch has created: all, with those gone that it deletes, or none."""
    sql = f"SELECT id, name FROM lead WHERE name = ? OR id IN ({', '.join(['0', *map(str, sent.deletes)])})"
    with session.read() as unit:
        rows = unit.all(sql, (sent.name,))
    there = sorted(one for one, name in rows if name == sent.name)
    assert (len(there), len(rows) - len(there)) in ((SIZE, 0), (0, len(sent.deletes)))
    return there


class Bin:
    """A client that restores deleted leads, or removes them for good, until it is cut off."""

    def __init__(self, chance: random.Random) -> None:
        self._chance, self._todo = chance, list[int]()
        self._last: tuple[str, int, int] | None = None
        self._done: set[str] = set()

    def fill(self, client: Client, run: int) -> None:
        data = [
            {"name": f"bin-{run}", "email": {"email": f"bin-{run}-{one}@example.com"}}
            for one in range(IN_BIN)
        ]
        self._todo = created(post_items(client, [{"action": "create", "data": one} for one in data]))
        post_items(client, [{"action": "delete", "id": one} for one in self._todo])
        self._last = None

    def run(self, client: Client) -> None:
        for lead in self._todo:
            (entry,) = client.data("GET", f"/api/bin?resource=lead&record_id={lead}")
            self._last = (self._chance.choice(("restore", "purge")), lead, entry["id"])
            assert self._carry_out(client).status_code == 200
            self._last = None

    def _carry_out(self, client: Client) -> httpx2.Response:
        assert self._last
        what, _, entry = self._last
        if what == "purge":
            return client.delete(f"/api/bin/{entry}")
        return client.post(f"/api/bin/{entry}/restore", headers={KEY: f"restore-{entry}"})

    def verify(self, client: Client) -> None:
        """What was under way is done or can be done, and is done once."""
        if self._last is None:
            return
        what, lead, _ = self._last
        before = state(client, lead)
        assert before in ("bin", {"restore": "there", "purge": "gone"}[what])
        again = self._carry_out(client)
        assert again.status_code == 200 or (what == "purge" and again.status_code == 404)
        assert (again.headers.get("idempotent-replayed") == "true") or before != "there"
        assert state(client, lead) == {"restore": "there", "purge": "gone"}[what]


def state(client: Client, lead: int) -> str:
    """Where a lead is that was deleted; one that is there is as it was."""
    entries = client.data("GET", f"/api/bin?resource=lead&record_id={lead}")
    found, known = client.get(f"/api/lead/{lead}"), client.get(f"/api/lead/{lead}/history")
    assert [found.status_code, known.status_code] == ([404, 200] if entries else [known.status_code] * 2)
    if found.is_success:
        assert found.json()["data"]["email"]["email"].startswith(found.json()["data"]["name"])
    return "bin" if entries else "there" if found.is_success else "gone"


def post_items(client: Client, items: list[JSON]) -> bytes:
    answer = client.post("/api/lead/batch", json={"items": items, "atomic": True})
    assert answer.status_code == 200, answer.text
    return answer.content


class Many:
    """Background work that changes all leads which a filter finds."""

    path = "/api/lead?filter=custom_data.group=many"

    def __init__(self, client: Client) -> None:
        for number in (MANY // 2, MANY - MANY // 2):
            data = {"name": "one of many", "custom_data": {"group": "many"}}
            post_items(client, [{"action": "create", "data": data}] * number)
        self._job, self._round = "", 0

    def begin(self, client: Client) -> None:
        """Unless it is at it: then it goes on in spite of the kill."""
        if not self._job:
            self._round += 1
            body = {"custom_data": {"round": self._round}}
            token = client.data("PATCH", self.path, body | {"dry_run": True})["if_count"]
            self._job = client.data("PATCH", self.path, body | {"if_count": token}, 202)["job"]["id"]

    def has_ended(self, client: Client) -> bool:
        """At its end it has changed each lead once."""
        job = client.data("GET", f"/api/job/{self._job}")
        if job["state"] != "done":
            return False
        assert (job["done"], job["total"], job["left_count"]) == (MANY, MANY, 0)
        operation = client.data("GET", f"/api/operation/{job['operation']}")
        assert operation["counts"] == {"lead": {"update": MANY}}
        found = client.get(f"{self.path}&filter=custom_data.round={self._round}&limit=1").json()
        assert found["pagination"]["count"] == MANY
        self._job = ""
        return True


def until_cut(client: Client, run: Callable[[Client], None]) -> None:
    with contextlib.suppress(httpx2.TransportError):
        run(client)


def load(server: Server, token: str, seconds: float, clients: list[Callable[[Client], None]]) -> None:
    """All clients at once, and `kill -9` so long after their begin."""
    with ThreadPoolExecutor(len(clients)) as threads, contextlib.ExitStack() as stack:
        opened = [stack.enter_context(Client(server.address, token)) for _ in clients]
        runs = [threads.submit(until_cut, *one) for one in zip(opened, clients, strict=True)]
        time.sleep(seconds)
        server.kill()
        for run in runs:
            run.result()


def agrees(unit: Unit) -> None:
    assert list(check.faults(unit, lambda done, total: None)) == []


def take_over(unit: Unit) -> None:
    """As if the time had passed after which a killed server is taken for dead."""
    unit.run("UPDATE job SET due = ? WHERE state = ?", (unit.now, RUNNING))


def test_killed_in_the_middle_of_batches_and_the_bin(folder: Path) -> None:
    chance = random.Random(20_180_105)
    batches, bin_ = [Batches(number) for number in range(CLIENTS)], Bin(chance)
    with Server(folder) as server, server.session() as session:
        with sign_up(server) as client:
            token, many = client.token or "", Many(client)
        for run in range(ROUNDS):
            with Client(server.address, token) as client:
                bin_.fill(client, run)
                many.begin(client)
            works: list[Any] = [one.run for one in batches]
            load(server, token, chance.uniform(0, LONGEST), [*works, bin_.run])
            with session.read() as unit:
                agrees(unit)
            with session.write() as unit:
                take_over(unit)
            server.start()
            with Client(server.address, token) as client:
                for one in batches:
                    one.verify(session, client)
                bin_.verify(client)
                if run + 1 < ROUNDS:
                    many.has_ended(client)
                else:
                    wait_until(lambda: many.has_ended(client))
        with session.read() as unit:
            agrees(unit)
    assert all(one.last for one in batches)
    assert "Traceback" not in server.log.read_text()
