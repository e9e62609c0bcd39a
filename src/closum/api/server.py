"""The HTTP server: uvicorn, stopped cleanly by a signal, and at once by a second one."""

import asyncio
import signal
import socket
from types import FrameType

import uvicorn
from uvicorn.supervisors import Multiprocess


class Server(uvicorn.Server):
    """Told to stop, it lets requests under way end; told again, it answers them 503. It always closes the database."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            for task in self.server_state.tasks:
                task.get_loop().call_soon_threadsafe(_cancel, task)
        self.should_exit = True


def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()


class Workers(Multiprocess):
    """Several server processes on one socket; one that dies is started again."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket) -> None:
        super().__init__(config, [listener])

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal before the processes have started, or after."""
        self.signal_queue.append(sig)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        super().run()
