"""How a connection ends: after a half-close, while the client may still be sending, in a server that stops."""

import asyncio
import contextlib
import select
from types import SimpleNamespace
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from closum.http.framing import Framing

LINGER_SECONDS = 2.0
LINGER_BYTES = 8 * 1024 * 1024
STALL_SECONDS = 30.0  # in which a client has to read something of what is left for it


class Closing(HttpToolsProtocol):
    """The part of a connection's protocol that ends it."""

    stopping: ClassVar[bool] = False  # set for all connections of a process when its server is told to stop

    cycle: RequestResponseCycle | None  # type: ignore[assignment]
    _framing: Framing
    _socket: asyncio.Transport
    _exit: SimpleNamespace
    _idle_since: float | None = None
    _refusal: bytes | None = None
    _discardable: int | None = None
    _half_closed = False  # the client sends no more, and waits for its answers
    _sent = 0  # bytes, handed to the transport
    _stall: asyncio.TimerHandle | None = None

    def _write_out(self) -> None:
        raise NotImplementedError

    def _unqueued(self, cycle: RequestResponseCycle) -> bool:
        """Takes the newest request out of those that wait; whether it was among them."""
        waits = bool(self.pipeline) and self.pipeline[0][0] is cycle
        if waits:
            self.pipeline.popleft()
        return waits

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client sends no more: what it asked for whole is answered, then the connection ends."""
        if not self._is_awaited():
            self._close()
            return False
        self._half_closed = True
        self._watch()
        return True

    def _is_awaited(self) -> bool:
        """Whether an answer is to come for a client that sends no more."""
        cycle = self.cycle
        if self.transport.is_closing() or cycle is None or (cycle.response_complete and not self.pipeline):
            return False
        is_cut = self._refusal is None and cycle.more_body and not self._unqueued(cycle)
        return not is_cut or cycle.response_started  # else the client has gone away in the middle of a body

    def shutdown(self) -> None:
        """Closes when nothing has come in that is not answered."""
        if self.is_idle and not self._is_readable():
            self._close()

    def give_up(self) -> None:
        """Closes when no request is under way, also when the head of one has begun to come in."""
        if self.cycle is None or self.cycle.response_complete:
            self._close()

    @property
    def is_idle(self) -> bool:
        """Whether it is open, and no request is under way, not even in part."""
        cycle = self.cycle
        answered = (cycle is None or cycle.response_complete) and not self.pipeline
        return answered and self._framing.is_between and not self.transport.is_closing()

    def _is_readable(self) -> bool:
        poll = select.poll()
        poll.register(self._socket.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(poll.poll(0))

    def _hang_up(self) -> None:
        """Closes; but where the client may still be sending, half-closes and discards for a while.

        Closing a socket with unread data makes the kernel reset the connection, and the client then
        loses the answer.
        """
        if self.transport.is_closing():
            return
        if self._half_closed or not self._may_be_sending():
            self._close()
            return
        self._write_out()
        self._discardable = LINGER_BYTES
        self._exit.is_closing = lambda: True
        self._unset_keepalive_if_required()
        self.pipeline.clear()
        self.flow.resume_reading()
        if self._socket.can_write_eof():
            with contextlib.suppress(OSError):  # the client has reset the connection meanwhile
                self._socket.write_eof()
        self.loop.call_later(LINGER_SECONDS, self._close)

    def _may_be_sending(self) -> bool:
        if self._refusal is not None or self.stopping:
            return True
        cycle = self.cycle
        return cycle is not None and (cycle.more_body or not cycle.response_complete)

    def _close(self) -> None:
        self._write_out()
        self._socket.close()
        if self._socket.get_write_buffer_size():
            self._watch()

    def _watch(self, before: tuple[int, int] | None = None) -> None:
        """Ends a connection whose client takes nothing of what is left to be sent."""
        self._unwatch()
        left = self._socket.get_write_buffer_size()
        if left and (self._sent, left) == before:
            self._socket.abort()
        else:
            self._stall = self.loop.call_later(STALL_SECONDS, self._watch, (self._sent, left))

    def _unwatch(self) -> None:
        if self._stall is not None:
            self._stall.cancel()

    def _await_next(self) -> None:
        """The connection's one timer is set again when it rings too early: setting one for each request takes longer than finding its route."""
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._ring_after(self.timeout_keep_alive)

    def _ring_after(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def timeout_keep_alive_handler(self) -> None:
        idle = 0.0 if self._idle_since is None else self.loop.time() - self._idle_since
        if idle < self.timeout_keep_alive:
            self._ring_after(self.timeout_keep_alive - idle)
        else:
            super().timeout_keep_alive_handler()
