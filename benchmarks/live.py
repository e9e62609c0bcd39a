"""Live notices: what 500 pages that are open cost the server's processor while 50 leads a second are written.

The same writes are sent without any stream, and then with all of them; what the processor spends more is what streams cost.
"""

import argparse
import http.client
import json
import selectors
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import data as filling
from benchmarks import machine
from benchmarks.contestants import closum
from benchmarks.data import Data, url_of
from benchmarks.goals import Figure, Report
from benchmarks.process import Process
from benchmarks.scenarios import CLOSUM
from closum.accounts import sessions, users
from closum.store import identity
from closum.store.opening import open_session
from closum.web.cookies import OF_SESSION

STREAMS, RATE = 500, 50
ACCOUNT, LEADS = "main", 20_000
SECONDS, ROUNDS = 30.0, 5
LIVE = f"{STREAMS} open pages, {RATE} writes a second"
MOST = 2.0
_READ = 65_536


def _rounds_of(report: Report) -> list[float]:
    return [one["percent"] for one in report["rounds"].get(LIVE, {}).get(CLOSUM, [])]


GOAL = Figure(LIVE, "% of a core, more than without the pages", MOST, _rounds_of)


class Streams:
    """Browsers of as many users, which read what they are sent."""

    def __init__(self, process: Process, cookies: list[str]) -> None:
        self._address = urlsplit(process.address).netloc
        self._selector, self.bytes = selectors.DefaultSelector(), 0
        self._stopped = threading.Event()
        self._sockets = [self._opened(one) for one in cookies]
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _opened(self, cookie: str) -> socket.socket:
        host, _, port = self._address.partition(":")
        made = socket.create_connection((host, int(port)))
        head = ("GET /live HTTP/1.1", f"Host: {self._address}", "Accept: text/event-stream")
        made.sendall("\r\n".join([*head, f"Cookie: {OF_SESSION.name}={cookie}", "", ""]).encode())
        if b" 200 " not in made.recv(_READ):
            raise RuntimeError("a stream was refused")
        made.setblocking(False)
        self._selector.register(made, selectors.EVENT_READ)
        return made

    def _read(self) -> None:
        while not self._stopped.is_set():
            for key, _ in self._selector.select(0.5):
                opened = key.fileobj
                assert isinstance(opened, socket.socket)
                self.bytes += len(opened.recv(_READ))

    def close(self) -> None:
        self._stopped.set()
        self._thread.join()
        for one in self._sockets:
            one.close()


class Writer:
    """Creates leads at a steady rate, on one connection."""

    def __init__(self, process: Process) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(process.address).netloc)
        self._token, self._number = closum.token(process.address, ACCOUNT), 0

    def write(self, seconds: float) -> None:
        begun = time.monotonic()
        for number in range(int(seconds * RATE)):
            time.sleep(max(0.0, begun + number / RATE - time.monotonic()))
            self._create()

    def _create(self) -> None:
        self._number += 1
        body = {"name": f"Lead {self._number}", "email": {"email": f"live{self._number}@example.com"}}
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        self._connection.request("POST", "/api/lead", json.dumps(body), headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 201:
            raise RuntimeError(f"a lead was refused: {answer.status}")


def measured(rounds: int = ROUNDS, seconds: float = SECONDS) -> list[dict[str, float]]:
    """The figures of each round: per cent of a core with and without streams, and how much more that is."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="closum-bench-")))
        url = url_of(folder / "closum.db")
        filling.fill(url, Data({ACCOUNT: [LEADS]}))
        cookies = _cookies(url)
        process = stack.enter_context(closum.serve(folder, url))
        writer = Writer(process)
        writer.write(5)  # the first ones fill caches
        return [_round(process, writer, cookies, seconds) for _ in range(rounds)]


def _cookies(url: str) -> list[str]:
    """Of the sessions of as many users of the account."""
    with open_session(url) as session, session.write() as unit:
        (account,) = identity.accounts(unit)
        made = [users.add_user(unit, account, f"user{one}@example.com", "x") for one in range(STREAMS)]
        return [sessions.begin(unit, one) for one in made]


def _round(process: Process, writer: Writer, cookies: list[str], seconds: float) -> dict[str, float]:
    without = _spent(process, writer, seconds)
    with _streams(process, cookies) as streams:
        before = streams.bytes
        with_streams = _spent(process, writer, seconds)
        read = streams.bytes - before
    found = {"percent": with_streams - without, "with": with_streams, "without": without, "bytes": read}
    machine.say(f"  {LIVE}: {found}")
    return found


@contextmanager
def _streams(process: Process, cookies: list[str]) -> Iterator[Streams]:
    made = Streams(process, cookies)
    try:
        time.sleep(1)
        yield made
    finally:
        made.close()


def _spent(process: Process, writer: Writer, seconds: float) -> float:
    """Per cent of a core that the server takes while leads are written."""
    before, begun = spent(process), time.monotonic()
    writer.write(seconds)
    return (spent(process) - before) / 1e9 / (time.monotonic() - begun) * 100


def spent(process: Process) -> int:
    """Nanoseconds of a server's processor so far."""
    tasks = Path(f"/proc/{process.pid}/task").iterdir()
    return sum(int((one / "schedstat").read_text(encoding="utf-8").split()[0]) for one in tasks)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each part of a round")
    options = parser.parse_args()
    machine.require("taskset")
    found: dict[str, Any] = {"rounds": {LIVE: {CLOSUM: measured(options.rounds, options.seconds)}}}
    machine.say(f"{LIVE}: {statistics.median(_rounds_of(found)):.3g} {GOAL.what}")


if __name__ == "__main__":
    main()
