"""The HTTP server: uvicorn, stopped cleanly by a signal, and at once by a second one."""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import queue
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from closum.http import intake
from closum.http.closing import Closing
from closum.http.router import STOPPING

PATIENCE = 0.5  # seconds in which an idle connection may be used once more
LOOK_SECONDS = 0.02
DATE_SECONDS = 1.0  # between two dates of answers
SAME_SECONDS = (
    1.0  # in which systemd, or a terminal, and the first of several processes tell another the same
)
ALIVE_SECONDS = 0.5  # between two looks at the processes

log = logging.getLogger("closum.server")


class ServerConfig(uvicorn.Config):
    """`each_second` are called about once a second, when a server looks after the date of its answers."""

    each_second: Sequence[Callable[[], object]] = ()


class Server(uvicorn.Server):
    """Told to stop, it lets requests under way end; told again, it answers them 503. It always closes the database."""

    _loop: asyncio.AbstractEventLoop | None = None
    _wake: Callable[[], object] | None = None
    _told_at = 0.0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = self.lifespan.state[STOPPING] = asyncio.Event()
        await super().startup(sockets)

    async def main_loop(self) -> None:
        """uvicorn's own looks ten times a second whether it was told to stop; here that ends the wait."""
        loop, told = asyncio.get_running_loop(), asyncio.Event()
        self._wake = lambda: loop.call_soon_threadsafe(told.set)
        each_second = self.config.each_second if isinstance(self.config, ServerConfig) else ()
        while not await self.on_tick(0):
            for look in each_second:
                look()
            for one in self._connections():
                one.look(loop.time())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), DATE_SECONDS)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            self._told_at = time.monotonic()
        elif self._loop is not None and not self._is_same_signal():
            self._loop.call_soon_threadsafe(self._hurry)
        self.should_exit = True
        if self._wake:
            self._wake()

    def _is_same_signal(self) -> bool:
        return self.config.workers > 1 and time.monotonic() - self._told_at < SAME_SECONDS

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Each answer from now on is the last of its connection; what comes in meanwhile is served. Event streams end.

        An idle connection is closed when it was not used once more: a proxy may be sending on it at this moment.
        """
        kind = self.config.http
        assert isinstance(kind, type)
        assert issubclass(kind, Closing)
        kind.stopping = True
        self._stopping.set()
        if self.config.workers == 1:
            await self._let_go()  # else nobody can begin a connection any more
        await self._end_intake(sockets or [])
        await self._let_go()
        await super().shutdown(sockets)

    async def _end_intake(self, listeners: list[socket.socket]) -> None:
        if self.config.workers == 1:  # else the listener is also others', and `Workers` ends it
            for listener in listeners:
                intake.refuse_new(listener)
        await asyncio.sleep(intake.SECONDS)
        for listener in listeners:
            while intake.is_waited_for(listener):  # noqa: ASYNC110 - the loop accepts it in its next round
                await asyncio.sleep(0)
        for server in self.servers:
            server.close()
        for listener in listeners:
            listener.close()

    async def _let_go(self) -> None:
        """Closes the connections that are open now, each after its next answer or after some patience."""
        loop = asyncio.get_running_loop()
        connections = self._connections()
        end = loop.time() + PATIENCE
        while any(one.is_idle for one in connections) and loop.time() < end:  # noqa: ASYNC110 - for half a second
            await asyncio.sleep(LOOK_SECONDS)
        for one in connections:
            one.shutdown()

    def _connections(self) -> list[Closing]:
        return [one for one in self.server_state.connections if isinstance(one, Closing)]

    def _hurry(self) -> None:
        assert self._loop is not None
        for task in self.server_state.tasks:
            self._loop.call_soon(task.cancel)  # one that is cancelled before its first step answers nothing
        for one in self._connections():
            one.give_up()


class Worker(Process):
    """One of several server processes."""

    @property
    def server(self) -> uvicorn.Server:
        if self._server is None:
            self._server = Server(self.config)
        return self._server


class Workers(Multiprocess):
    """Several server processes on one socket; one that dies is started again."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket) -> None:
        super().__init__(config, [listener])
        self._told: queue.SimpleQueue[int] = queue.SimpleQueue()  # which a signal handler may use

    def init_processes(self) -> None:
        self.processes += [self._started() for _ in range(self.processes_num)]

    def _started(self) -> Worker:
        worker = Worker(self.config, self.sockets)
        worker.start()
        return worker

    def keep_subprocess_alive(self) -> None:
        for place, old in enumerate(self.processes):
            if self.should_exit.is_set() or old.is_alive(timeout=self.config.timeout_worker_healthcheck):
                continue
            old.kill()
            old.join()
            if old.exitcode == STARTUP_FAILURE:
                log.error("server process %s could not start: the others are stopped", old.pid)
                self.should_exit.set()
            else:
                new = self.processes[place] = self._started()
                log.warning(
                    "server process %s ended with %s: %s takes its place", old.pid, old.exitcode, new.pid
                )

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal before the processes have started, or after; they may have it already."""
        for listener in self.sockets:
            intake.refuse_new(listener)
        self.signal_queue.append(sig)
        self._told.put(sig)
        if self.should_exit.is_set():
            super().terminate_all()

    def terminate_all(self) -> None:
        time.sleep(intake.SECONDS)
        super().terminate_all()
        for listener in self.sockets:
            listener.close()  # it ends with the last process that accepts from it

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """uvicorn's own looks twice a second whether it was told to stop."""
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        self.init_processes()
        while not self.should_exit.is_set():
            with contextlib.suppress(queue.Empty):
                self._told.get(timeout=ALIVE_SECONDS)
            self.handle_signals()
            self.keep_subprocess_alive()
        self.terminate_all()
        self.join_all()


def end_with_parent() -> None:
    """A server process of `Workers` ends when these are killed: nobody would stop it, or start it again."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), name="closum-parent", daemon=True).start()


def _end_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
