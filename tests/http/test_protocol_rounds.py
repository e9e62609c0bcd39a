"""Answers of one round of the event loop go out at its end, each in one piece."""

import asyncio
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from closum.http.closing import LINGER_SECONDS
from closum.http.protocol import protocol
from tests.support.quiet import QuietLoop, rounds, run_quietly
from tests.support.served import answer, get


class Wire(asyncio.Transport):
    """A connection whose other end is the test."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closed = self.half_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed, "a closed transport takes nothing"
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.half_closed = True


class Connections:
    """Connections to one application, which calls `answered(path)` in the round in which it has answered."""

    def __init__(self, answered: Callable[[str], None] = lambda path: None) -> None:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            await answer(send, 200, b"body")
            answered(scope["path"])

        self._config = uvicorn.Config(app, interface="asgi3", lifespan="off", log_config=None)
        self._config.load()
        self._kind, self._state = protocol(lambda status, request_id: None), ServerState()

    def open(self) -> tuple[Any, Wire]:
        wire, end = Wire(), self._kind(self._config, self._state, {}, asyncio.get_running_loop())
        end.connection_made(wire)
        return end, wire


def test_an_answer_is_one_piece() -> None:
    async def scenario() -> None:
        end, wire = Connections().open()
        end.data_received(get(b"/"))
        await rounds()
        (only,) = wire.written
        assert only.startswith(b"HTTP/1.1 200 OK\r\n")
        assert only.endswith(b"\r\n\r\nbody")

    asyncio.run(scenario())


def test_a_connection_that_is_lost_before_the_end_of_the_round_takes_no_answer_from_another() -> None:
    async def scenario() -> None:
        def lose(path: str) -> None:
            if path == "/lost":
                wires[0].close()
                ends[0].connection_lost(None)

        connections = Connections(lose)
        ends, wires = zip(*(connections.open() for _ in range(3)), strict=True)
        for end, path in zip(ends, (b"/lost", b"/a", b"/b"), strict=True):
            end.data_received(get(path))
        await rounds()
        assert [len(wire.written) for wire in wires] == [0, 1, 1]

    asyncio.run(scenario())


def test_a_connection_that_is_closed_with_its_answer_gets_it_first() -> None:
    async def scenario() -> None:
        end, wire = Connections().open()
        end.data_received(get(b"/", b"Connection: close"))
        await rounds()
        assert wire.closed
        assert wire.written[0].endswith(b"body")

    asyncio.run(scenario())


KEPT = 5.0  # seconds, uvicorn's own


def test_an_idle_connection_is_closed_so_long_after_its_last_answer() -> None:
    async def scenario(loop: QuietLoop) -> None:
        end, wire = Connections().open()
        for _ in range(3):  # together longer than that
            end.data_received(get(b"/"))
            await loop.pass_time(KEPT - 0.1)
            assert not wire.closed
        await loop.pass_time(0.2)
        assert wire.closed
        assert len(wire.written) == 3

    run_quietly(scenario)


def test_a_connection_that_was_refused_lingers_for_2_seconds() -> None:
    async def scenario(loop: QuietLoop) -> None:
        end, wire = Connections().open()
        end.data_received(b"nonsense\r\n\r\n")
        await loop.pass_time(1.9)
        assert (wire.half_closed, wire.closed) == (True, False)
        await loop.pass_time(0.2)
        assert wire.closed

    assert LINGER_SECONDS == 2
    run_quietly(scenario)
