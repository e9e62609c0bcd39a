"""The HTTP server: uvicorn, stopped cleanly by a signal, and at once by a second one."""

import asyncio
from types import FrameType

import uvicorn


class Server(uvicorn.Server):
    """Told to stop, it lets requests under way end; told again, it answers them 503. It always closes the database."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            for task in self.server_state.tasks:
                task.get_loop().call_soon_threadsafe(_cancel, task)
        self.should_exit = True


def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
