"""A client that keeps a connection waiting is cut off, one that gets on is not: on a clock that the test moves."""

import asyncio
import contextlib
from typing import Any

import pytest

from closum.http import closing, server
from closum.http.closing import SLOW_SECONDS
from tests.support.connected import Connections
from tests.support.quiet import QuietLoop, rounds, run_quietly
from tests.support.served import CHUNKED, Served, answer, eventually, get, loopback, post, read_all


async def wait(end: Any, loop: QuietLoop, seconds: float) -> None:
    """A server looks each second."""
    for _ in range(int(seconds)):
        await loop.pass_time(1.0)
        end.look(loop.now)


def after(sent: list[bytes], pause: float, app: Any = None) -> list[bool]:
    """Whether the connection is closed after each piece and the pause behind it."""
    ended: list[bool] = []

    async def scenario(loop: QuietLoop) -> None:
        end, wire = Connections(app=app, kept=KEPT).open()
        for piece in sent:
            if not wire.closed:
                end.data_received(piece)
            await wait(end, loop, pause)
            ended.append(wire.closed)
        end.connection_lost(None)
        await rounds()

    run_quietly(scenario)
    return ended


KEPT = 10_000  # seconds for which a connection may be idle
SHORT, LONG = SLOW_SECONDS - 2, SLOW_SECONDS + 2

BEGUN = {
    "a head": b"GET / HT",
    "a second head": get() + b"GET / HT",
    "a body": post(b"Content-Length: 9", body=b"abc"),
    "a chunk": post(CHUNKED, body=b"9\r\nabc"),
    "the size of a chunk": post(CHUNKED, body=b"3\r\nabc\r\n1"),
    "the last line": post(CHUNKED, body=b"0\r\n"),
}


async def reads(scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    await answer(send, 200, b"")


@pytest.mark.parametrize("begun", BEGUN.values(), ids=BEGUN)
def test_what_is_begun_has_to_go_on(begun: bytes) -> None:
    assert after([begun], SHORT, reads) == [False]
    assert after([begun], LONG, reads) == [True]


def test_a_connection_that_says_nothing_ends() -> None:
    async def scenario(loop: QuietLoop) -> None:
        end, wire = Connections(kept=KEPT).open()
        await wait(end, loop, SHORT)
        assert not wire.closed
        await wait(end, loop, 4)
        assert wire.closed

    run_quietly(scenario)


def test_a_head_has_one_deadline_however_many_pieces_it_has() -> None:
    pieces = [bytes([byte]) for byte in get(b"/a")]
    assert after(pieces[:8], SLOW_SECONDS / 5)[-1]


@pytest.mark.parametrize("framing", [b"Content-Length: 6", CHUNKED])
def test_a_body_has_a_deadline_for_each_piece(framing: bytes) -> None:
    pieces = [b"1\r\na\r\n"] * 6 if framing == CHUNKED else [b"a"] * 6
    assert after([post(framing), *pieces], SHORT, reads) == [False] * 7


def test_requests_one_after_the_other_have_each_their_own() -> None:
    half = len(get()) // 2
    pieces = [get()[:half], get()[half:] + get()[:half], get()[half:] + get()[:half]]
    assert after(pieces, SHORT) == [False] * 3


def test_a_client_that_waits_for_its_answer_is_not_slow() -> None:
    async def never(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        while (await receive())["type"] != "http.disconnect":
            pass

    for sent in (get(), get() * 2, get() + b"nonsense\r\n\r\n", post(b"Content-Length: 3", body=b"abc")):
        assert after([sent], 5 * LONG, never) == [False]


def test_a_server_that_does_not_read_a_body_makes_no_client_slow() -> None:
    done = asyncio.Event()

    async def busy(scope: Any, receive: Any, send: Any) -> None:
        await done.wait()

    sent = post(b"Content-Length: 999999", body=b"a" * 100_000)

    async def scenario(loop: QuietLoop) -> None:
        end, wire = Connections(app=busy).open()
        end.data_received(sent)
        await wait(end, loop, 3 * LONG)
        assert not wire.closed
        done.set()
        end.connection_lost(None)
        await rounds()

    run_quietly(scenario)


def test_a_client_has_to_take_its_answer() -> None:
    async def scenario(loop: QuietLoop) -> None:
        end, wire = Connections(kept=KEPT).open()
        end.data_received(get())
        await rounds()
        end.pause_writing()  # as a transport does whose buffer is full
        left = [9, 8, 8]
        wire.get_write_buffer_size = lambda: left[0]  # type: ignore[method-assign]
        await wait(end, loop, SHORT)
        assert not wire.closed
        left.pop(0)
        await wait(end, loop, SHORT)
        assert not wire.closed
        await wait(end, loop, 4)
        assert wire.closed

    run_quietly(scenario)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["uvloop", "uvloop tls"])
def test_a_server_looks_after_its_connections(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "SLOW_SECONDS", 0.2)
    monkeypatch.setattr(server, "DATE_SECONDS", 0.05)
    served = Served(loopback(), kind)
    try:
        with (
            contextlib.suppress(OSError),
            served.connect() as client,
        ):  # it may end sooner than this machine is
            client.sendall(b"GET / HT")
            assert read_all(client) == b""
        assert eventually(lambda: not served.server.server_state.connections)
        assert served.requests == []
    finally:
        served.stop()
