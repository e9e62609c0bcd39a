"""Whatever optional pieces a connection has, what it answers and when it ends is the same."""

import itertools

import pytest

from closum.http.closing import Closing
from closum.http.quick import QUICK
from tests.support.connected import Connections, Wire
from tests.support.quiet import QuietLoop, run_quietly
from tests.support.served import CHUNKED, LAST, get, post

KEPT = 5.0  # seconds, uvicorn's own
SOME = [chosen for count in range(len(QUICK)) for chosen in itertools.combinations(QUICK, count)]

BYTES = {
    "one": get(),
    "pipelined": get(b"/a") + get(b"/b") + get(b"/c"),
    "the last": get() + LAST,
    "HEAD": b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n",
    "HTTP/1.0": b"GET / HTTP/1.0\r\n\r\n",
    "a body": post(b"Content-Length: 3", body=b"abc") + get(),
    "a body that does not come": post(b"Content-Length: 3"),
    "chunks": post(CHUNKED, body=b"3\r\nabc\r\n0\r\n\r\n") + get(),
    "an upgrade": post(b"Connection: Upgrade", b"Upgrade: h2c", b"Content-Length: 3", body=b"abc") + get(),
    "a refusal": get(b"/", b"X-Request-Id: one") + get(b"/", b"X-Request-Id: two", b"Content-Length: x"),
}


def conversation(sent: bytes, quick: tuple[type[Closing], ...]) -> tuple[bytes, list[bool]]:
    """What is answered, and whether the connection has ended: at once, just before it may be idle no longer, then."""
    ended: list[bool] = []
    wires: list[Wire] = []

    async def scenario(loop: QuietLoop) -> None:
        end, wire = Connections(quick=quick).open()
        wires.append(wire)
        end.data_received(sent)
        for seconds in (0.1, KEPT - 0.2, 0.2):
            await loop.pass_time(seconds)
            ended.append(wire.closed)

    run_quietly(scenario)
    return b"".join(wires[0].written), ended


@pytest.mark.parametrize("quick", SOME, ids=lambda quick: "+".join(one.__name__ for one in quick) or "none")
@pytest.mark.parametrize("sent", BYTES.values(), ids=BYTES)
def test_the_same_bytes(sent: bytes, quick: tuple[type[Closing], ...]) -> None:
    answered, ended = conversation(sent, quick)
    assert answered.startswith(b"HTTP/1.1 ")
    assert ended[-1]
    assert (answered, ended) == conversation(sent, QUICK)
