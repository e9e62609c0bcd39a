"""A process that is forked with a client in it: its child has connections and a lock of its own."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from closum_client import Client
from closum_client._process import PerProcess
from tests.clients.python.scripted import LEAD
from tests.support.patience import PATIENCE
from tests.support.server import clean_environment


def test_threads_of_a_child_share_what_it_has_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(5)
    of_each = PerProcess(object)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    monkeypatch.setattr(of_each, "_make", lambda: (together.wait(PATIENCE), object()))
    with ThreadPoolExecutor(5) as threads:
        found = [one.result() for one in [threads.submit(of_each.get) for _ in range(5)]]
    assert len({id(one) for one in found}) == 1
    assert of_each.get() is found[0]


BLOCKING = """
import os
import sys
from closum_client import Client

client = Client(sys.argv[1], token="a.b.c")
assert client.leads.retrieve(1).id == 1
child = os.fork()
if not child:
    assert client.leads.retrieve(2).id == 2
    assert client.leads.retrieve(3).id == 3
    client.close()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert client.leads.retrieve(4).id == 4
client.close()
"""

ASYNC = """
import asyncio
import os
import sys
from closum_client import AsyncClient

client = AsyncClient(sys.argv[1], token="a.b.c")

async def in_the_child() -> None:
    assert (await client.leads.retrieve(2)).id == 2
    assert (await client.leads.retrieve(3)).id == 3
    await client.close()

with asyncio.Runner() as runner:
    assert runner.run(client.leads.retrieve(1)).id == 1
    child = os.fork()
    if not child:
        asyncio.run(in_the_child())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert runner.run(client.leads.retrieve(4)).id == 4
    runner.run(client.close())
"""

WHILE_SIGNING_IN = """
import os
import signal
import threading
import httpx2
from closum_client import Client

parent, signing_in, go_on = os.getpid(), threading.Event(), threading.Event()

def answer(request):
    if request.url.path != "/api/token":
        return httpx2.Response(200, json={"success": True, "data": {"id": 1, "city_name": "Abrantes"}})
    if os.getpid() == parent:
        signing_in.set()
        assert go_on.wait(60)
    data = {"token": "made", "expires_in": 100, "expiration_date": "2030-01-01T00:00:00+00:00"}
    return httpx2.Response(200, json={"success": True, "data": data})

http = httpx2.Client(transport=httpx2.MockTransport(answer))
client = Client("https://closum.test", email="a@b.pt", password="secret word", http_client=http)
thread = threading.Thread(target=client.cities.retrieve, args=(1,))
thread.start()
assert signing_in.wait(60)
child = os.fork()
if not child:
    signal.alarm(60)
    assert client.cities.retrieve(1).id == 1
    os._exit(0)
status = os.waitpid(child, 0)[1]
go_on.set()
thread.join()
assert status == 0
"""


class Handler(BaseHTTPRequestHandler):
    """Notes over which connection each record was asked for."""

    protocol_version = "HTTP/1.1"
    ports: dict[str, int]

    def do_GET(self) -> None:
        self.ports[self.path] = self.client_address[1]
        record = {**LEAD, "id": int(self.path.rpartition("/")[2])}
        body = json.dumps({"success": True, "data": record}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing."""


class Server(ThreadingHTTPServer):
    """Its handlers end with it."""

    daemon_threads = True


@pytest.fixture
def ports() -> Iterator[tuple[str, dict[str, int]]]:
    """The address of a server, and the client's port for each path that was asked for."""
    seen: dict[str, int] = {}
    with Server(("127.0.0.1", 0), type("Noting", (Handler,), {"ports": seen})) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", seen
        server.shutdown()
        thread.join(PATIENCE)


def run(program: str, *arguments: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program, *arguments],
        cwd=folder,
        env=clean_environment() | {"NO_PROXY": "*"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("program", [BLOCKING, ASYNC], ids=["blocking", "asyncio"])
def test_a_child_has_connections_of_its_own(
    program: str, ports: tuple[str, dict[str, int]], tmp_path: Path
) -> None:
    address, seen = ports
    run(program, address, folder=tmp_path)
    assert len(seen) == 4
    assert seen["/api/lead/1"] == seen["/api/lead/4"]
    assert seen["/api/lead/2"] == seen["/api/lead/3"] != seen["/api/lead/1"]


def test_a_child_does_not_wait_for_a_thread_that_it_does_not_have(tmp_path: Path) -> None:
    run(WHILE_SIGNING_IN, folder=tmp_path)


def test_within_a_process_nothing_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with Client("https://closum.test", token="a.b.c") as client:
        http, lock = client._driver._http.get(), client._driver._lock.get()
        assert (client._driver._http.get(), client._driver._lock.get()) == (http, lock)
        monkeypatch.setattr(os, "getpid", lambda: -1)
        other = client._driver._http.get()
        assert other is not http
        assert client._driver._lock.get() is not lock
        other.close()
        monkeypatch.undo()
        assert not http.is_closed
        http.close()
