"""Connections to the protocol alone, without a server or a socket."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from closum.http.closing import Closing
from closum.http.protocol import protocol
from closum.http.quick import QUICK
from tests.support.served import answer


class Wire(asyncio.Transport):
    """A connection whose other end is the test."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closed = self.half_closed = False

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """The test calls what it wants to."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed, "a closed transport takes nothing"
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        """The test reads on all the same."""

    def resume_reading(self) -> None:
        """Nothing was paused."""

    def get_write_buffer_size(self) -> int:
        return 0

    def abort(self) -> None:
        self.closed = True

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.half_closed = True


class Connections:
    """Connections to one application: `app`, or one that calls `answered(path)` in the round in which it has answered.

    `tasks` are those that answer a request now; an idle connection is `kept` for so many seconds.
    """

    def __init__(
        self,
        answered: Callable[[str], None] = lambda path: None,
        quick: Sequence[type[Closing]] = QUICK,
        app: Any = None,
        kept: int = 5,
    ) -> None:
        async def plain(scope: Any, receive: Any, send: Any) -> None:
            await answer(send, 200, b"body")
            answered(scope["path"])

        self._config = uvicorn.Config(
            app or plain, interface="asgi3", lifespan="off", log_config=None, timeout_keep_alive=kept
        )
        self._config.load()
        self._kind, self._state = protocol(lambda status, request_id: None, quick), ServerState()

    @property
    def tasks(self) -> set[asyncio.Task[None]]:
        return self._state.tasks

    def open(self) -> tuple[Any, Wire]:
        wire, end = Wire(), self._kind(self._config, self._state, {}, asyncio.get_running_loop())
        end.connection_made(wire)
        return end, wire
