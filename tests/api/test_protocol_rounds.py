"""Answers of one round of the event loop go out at its end, each in one piece."""

import asyncio
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from closum.api.protocol import protocol
from tests.support.served import answer, get


class Wire(asyncio.Transport):
    """A connection whose other end is the test."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed, "a closed transport takes nothing"
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


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


async def rounds() -> None:
    for _ in range(4):
        await asyncio.sleep(0)


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
