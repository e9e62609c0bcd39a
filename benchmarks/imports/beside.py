"""Imports over HTTP, and what other requests to the server notice of them."""

import http.client
import itertools
import json
import os
import random
import shutil
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import data as filling
from benchmarks import machine
from benchmarks.contestants import closum
from benchmarks.data import Data, url_of
from benchmarks.find.setting import Setting
from benchmarks.imports import files
from benchmarks.imports.files import Content
from benchmarks.imports.on_sqlite import Found
from benchmarks.imports.scenarios import BESIDE, CREATE, LEAD, PAGE, RATES, meanwhile, quiet
from benchmarks.imports.setting import expect
from benchmarks.measuring import Figures
from benchmarks.process import resident_bytes
from benchmarks.scenarios import CLOSUM
from benchmarks.writes.calls import Connection, Request

CONNECTIONS = 8  # for each kind of request
POLL = 0.25  # seconds
WARM = 2  # seconds of requests before what is measured
_new = itertools.count()
_any = random.Random()  # noqa: S311 - no secret


@dataclass
class Server:
    """closum's server over as many leads as the other files have rows, and the folder of the files that it is sent."""

    setting: Setting
    folder: Path
    rows: int
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def connect(self) -> Connection:
        return Connection(self.setting.contestants[CLOSUM], self.setting.target(CLOSUM))


@contextmanager
def started(folder: Path, leads: int, rows: int) -> Iterator[Server]:
    """Files have `rows` rows."""
    machine.say(f"filling a database with {leads:,} leads for the server")
    data, home = Data({"main": [leads]}), folder / CLOSUM
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    url = url_of(home / "closum.db")
    filling.fill(url, data)
    os.sync()  # what is still on its way to the disk is no part of what is measured
    with closum.serve(home, url, core=None) as process:
        one = Setting(leads, {CLOSUM: closum.closum(CLOSUM, process, data)}, folder)
        server = Server(one, folder, rows)
        _under_load(server, lambda: time.sleep(WARM))
        yield server


def measure(server: Server, seconds: float) -> Iterator[Found]:
    """Requests for some seconds, and then the same during an import."""
    yield from _named(quiet, _under_load(server, lambda: time.sleep(seconds)))
    number, leads = next(server.numbers), server.setting.leads
    content = Content(leads, leads + number * server.rows, server.rows)
    path = server.folder / "sent.csv"
    files.write_csv(path, content)
    found = Figures()
    loads = _under_load(server, lambda: found.update(_imported(server, path, content)))
    yield BESIDE, CLOSUM, found
    yield from _named(meanwhile, loads)
    server.setting.settle(CLOSUM)


def _named(name: Callable[[str], str], loads: dict[str, Figures]) -> Iterator[Found]:
    for kind, figures in loads.items():
        yield name(kind), CLOSUM, figures


def _imported(server: Server, path: Path, content: Content) -> Figures:
    """The file sent and imported: rows a second from its start to its end."""
    connection = server.connect()
    process = server.setting.contestants[CLOSUM].process
    where = f"/api/import/{_send(server, path)}"
    _wait(connection, where, "ready")
    before, begun = process.cpu_seconds(), time.perf_counter()
    connection.send(Request("POST", f"{where}/start", b"{}"))
    most = list[int]()
    done = _wait(connection, where, "done", lambda: most.append(resident_bytes(process.pid)))
    seconds = time.perf_counter() - begun
    connection.close()
    expect(done["counts"]["created"], content.created(), BESIDE)
    cpu = (process.cpu_seconds() - before) / content.count * 1e6
    return {"rate": content.count / seconds, "cpu": cpu, "megabytes": max(most) / 1e6, "seconds": seconds}


def _send(server: Server, path: Path) -> int:
    """The id of the new import."""
    contestant, target = server.setting.contestants[CLOSUM], server.setting.target(CLOSUM)
    where = urlsplit(contestant.process.address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=600)
    headers = {"Authorization": target.authorization, "Content-Type": "text/csv", "X-File-Name": path.name}
    with path.open("rb") as file:
        connection.request(
            "POST", "/api/import", file, {**headers, "Content-Length": str(path.stat().st_size)}
        )
        answer = connection.getresponse()
        text = answer.read()
    connection.close()
    if answer.status != 201:
        raise RuntimeError(f"the server answers {answer.status} to a file: {text.decode()}")
    return int(json.loads(text)["data"]["id"])


def _wait(
    connection: Connection, where: str, phase: str, look: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """The import, once it has come so far; `look` is called now and then until then."""
    while True:
        look()
        found: dict[str, Any] = connection.send(Request("GET", where, b"")).data
        if found["phase"] == phase:
            return found
        if found["phase"] == "failed":
            raise RuntimeError(f"{where} failed: {found['error']}")
        time.sleep(POLL)


def _under_load(server: Server, work: Callable[[], Any]) -> dict[str, Figures]:
    """How long requests of each kind took while something was done."""
    kinds = {LEAD: _lead, PAGE: _page, CREATE: _create}
    lanes = {
        name: Lane(server, RATES[name], partial(make, server.setting.leads)) for name, make in kinds.items()
    }
    for one in lanes.values():
        one.start()
    try:
        work()
    finally:
        for one in lanes.values():
            one.stop()
    return {name: one.figures() for name, one in lanes.items()}


class Lane:
    """Requests that are sent at a rate, whether or not those before are answered."""

    def __init__(self, server: Server, rate: float, make: Callable[[], Request]) -> None:
        self._server, self._rate, self._make = server, rate, make
        self._numbers, self._stopped = itertools.count(), threading.Event()
        self._took, self._refused, self._failed = list[float](), list[str](), list[Exception]()
        self._threads = [threading.Thread(target=self._run) for _ in range(CONNECTIONS)]

    def start(self) -> None:
        self._begun = time.perf_counter()
        for one in self._threads:
            one.start()

    def stop(self) -> None:
        self._stopped.set()
        for one in self._threads:
            one.join()

    def figures(self) -> Figures:
        """Milliseconds from when a request was due to its answer, and how many were refused. Raises what ended a thread."""
        for error in self._failed:
            raise error
        if self._refused:
            machine.say(f"refused: {self._refused[0]}")
        cuts = statistics.quantiles(self._took, n=100, method="inclusive")
        return {
            "rate": self._rate,
            "p50": cuts[49],
            "p99": cuts[98],
            "longest": max(self._took),
            "requests": len(self._took),
            "refused": len(self._refused),
        }

    def _run(self) -> None:
        connection = self._server.connect()
        try:
            while self._is_due(due := self._begun + next(self._numbers) / self._rate):
                try:
                    connection.send(self._make())
                except RuntimeError as refused:
                    self._refused.append(str(refused))
                self._took.append((time.perf_counter() - due) * 1e3)
        except Exception as error:
            self._failed.append(error)
        finally:
            connection.close()

    def _is_due(self, when: float) -> bool:
        """Wait until then; False where the end comes first."""
        return not self._stopped.wait(max(0.0, when - time.perf_counter()))


def _lead(leads: int) -> Request:
    return Request("GET", f"/api/lead/{_any.randint(1, leads)}", b"")


def _page(leads: int) -> Request:
    return Request("GET", f"/api/lead?page={_any.randint(1, -(-leads // 25))}", b"")


def _create(_: int) -> Request:
    number = next(_new)
    body = {
        "name": f"Maria Veiros {number}",
        "email": {"email": f"maria.veiros.{number}@example.com"},
        "phone": {"extension": "351", "number": str(940_000_000 + number)},  # no other person has one like it
    }
    return Request("POST", "/api/lead", json.dumps(body).encode())
