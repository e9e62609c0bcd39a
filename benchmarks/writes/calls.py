"""Calls that write: what is sent for a kind of write, and how it is sent."""

import http.client
import json
import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from benchmarks.contestants.contestant import Contestant
from benchmarks.load import Target
from benchmarks.process import LOAD_CORE
from benchmarks.writes.scenarios import CREATE, DELETE, UPDATE, UPSERT_NEW, WORKED, body, changed, worked

MATCH = {"match": "email", "on_match": "update"}
POLL = 0.01  # seconds between two looks at background work


class Lead(NamedTuple):
    """The number of a lead, of which no other lead has it, and its id, 0 for one that is not there."""

    number: int
    id: int = 0


class Request(NamedTuple):
    method: str
    path: str
    body: bytes


class Answer(NamedTuple):
    """Its headers by their names in lower case."""

    data: Any
    headers: dict[str, str]


class Connection:
    """A connection of the user of an account, which stays open."""

    def __init__(self, contestant: Contestant, target: Target) -> None:
        where = urlsplit(contestant.process.address)
        self._connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=120)
        self._headers = {"Authorization": target.authorization, "Content-Type": "application/json"}

    def send(self, request: Request) -> Answer:
        """Raises RuntimeError for an answer that is not 2xx."""
        self._connection.request(request.method, request.path, request.body, self._headers)
        answer = self._connection.getresponse()
        found = json.loads(answer.read())
        if not found["success"]:
            raise RuntimeError(f"{request.method} {request.path} answers {answer.status}: {found['data']}")
        return Answer(found["data"], {name.lower(): value for name, value in answer.getheaders()})

    def send_and_wait(self, request: Request) -> Answer:
        """The answer, once the background work has ended that it may have begun."""
        answer = self.send(request)
        if job := answer.headers.get("location"):
            self._wait(job)
        return answer

    def _wait(self, job: str) -> None:
        while (state := self.send(Request("GET", job, b"")).data["state"]) in ("pending", "running"):
            time.sleep(POLL)
        if state != "done":
            raise RuntimeError(f"{job}: {state}")

    def close(self) -> None:
        self._connection.close()


def single(kind: str, lead: Lead, times: int) -> Request:
    """The call for one lead; `times` is another number each time that leads are changed."""
    if kind == DELETE:
        return Request("DELETE", f"/api/lead/{lead.id}", b"")
    sent = json.dumps(_body(kind, lead, times)).encode()
    if kind == UPDATE:
        return Request("PUT", f"/api/lead/{lead.id}", sent)
    return Request(
        "POST", "/api/lead" if kind in (CREATE, WORKED) else "/api/lead?match=email&on_match=update", sent
    )


def batch(kind: str, leads: Iterable[Lead], times: int) -> Request:
    """The batch for these leads."""
    items = [_item(kind, lead, times) for lead in leads]
    return Request("POST", "/api/lead/batch", json.dumps({"items": items}).encode())


def _item(kind: str, lead: Lead, times: int) -> dict[str, Any]:
    if kind == DELETE:
        return {"action": DELETE, "id": lead.id}
    data = _body(kind, lead, times)
    if kind == UPDATE:
        return {"action": UPDATE, "id": lead.id, "data": data}
    return {"action": CREATE, "data": data} if kind == CREATE else {"action": "upsert", "data": data, **MATCH}


def _body(kind: str, lead: Lead, times: int) -> dict[str, Any]:
    if kind == WORKED:
        return worked(lead.number)
    return body(lead.number) if kind in (CREATE, UPSERT_NEW) else changed(lead.number, times)


def outcomes(answer: Answer) -> list[Any]:
    """Of each item of a batch what it would have been answered alone. Raises RuntimeError for one that is refused."""
    for one in answer.data:
        if one["status"] >= 400:
            raise RuntimeError(f"an item is refused: {one}")
    return [one["body"]["data"] for one in answer.data]


def send_all(
    contestant: Contestant, target: Target, requests: Sequence[Request], connections: int
) -> list[Any]:
    """The answers to requests that are sent on so many connections at once, in the order of the requests."""
    local, opened = threading.local(), list[Connection]()

    def send(request: Request) -> Any:
        if not hasattr(local, "connection"):
            local.connection = Connection(contestant, target)
            opened.append(local.connection)
        return local.connection.send(request).data

    with ThreadPoolExecutor(connections) as threads:
        found = list(threads.map(send, requests))
    for one in opened:
        one.close()
    return found


@contextmanager
def on_load_core() -> Iterator[None]:
    """Run on the core from which the load comes."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {LOAD_CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
