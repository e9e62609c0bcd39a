"""A server without requests lets the processor sleep."""

import re
import time
from pathlib import Path

from tests.support.server import Server

SECONDS = 3.0  # for which it is looked at
WAKES = 6  # of its event loop a second, at most: uvicorn's own looks alone would be ten
TRIES = 10  # until it has ended what it does at its start


def test_its_event_loop_hardly_wakes(folder: Path) -> None:
    with Server(folder) as server:
        assert any(_wakes_a_second(server) < WAKES for _ in range(TRIES))


def _wakes_a_second(server: Server) -> float:
    before, begun = _wakes(server), time.monotonic()
    time.sleep(SECONDS)
    return (_wakes(server) - before) / (time.monotonic() - begun)


def _wakes(server: Server) -> int:
    """How often the main thread has begun to wait."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    found = re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status, re.MULTILINE)
    assert found
    return int(found[1])
