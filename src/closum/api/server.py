"""The HTTP server: uvicorn, stopped cleanly by a signal, and at once by a second one."""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

import uvicorn
from uvicorn.supervisors import Multiprocess

LOOK_SECONDS = 1.0  # between two dates of answers


class Server(uvicorn.Server):
    """Told to stop, it lets requests under way end; told again, it answers them 503. It always closes the database."""

    _wake: Callable[[], object] | None = None

    async def main_loop(self) -> None:
        """uvicorn's own looks ten times a second whether it was told to stop; here that ends the wait."""
        loop, told = asyncio.get_running_loop(), asyncio.Event()
        self._wake = lambda: loop.call_soon_threadsafe(told.set)
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), LOOK_SECONDS)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            for task in self.server_state.tasks:
                task.get_loop().call_soon_threadsafe(_cancel, task)
        self.should_exit = True
        if self._wake:
            self._wake()


def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()


log = logging.getLogger("closum.server")


class Workers(Multiprocess):
    """Several server processes on one socket; one that dies is started again."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket) -> None:
        super().__init__(config, [listener])

    def keep_subprocess_alive(self) -> None:
        before = list(self.processes)
        super().keep_subprocess_alive()
        for old, new in zip(before, self.processes, strict=True):
            if old is not new:
                log.warning(
                    "server process %s ended with %s: %s takes its place", old.pid, old.exitcode, new.pid
                )

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal before the processes have started, or after."""
        self.signal_queue.append(sig)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        super().run()


def end_with_parent() -> None:
    """A server process of `Workers` ends when these are killed: nobody would stop it, or start it again."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), name="closum-parent", daemon=True).start()


def _end_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
