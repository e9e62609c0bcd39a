"""A proxy before PostgreSQL that cuts a connection where a test wants it."""

import contextlib
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

_FIELDS = (
    b"SERROR\0VERROR\0CXX000\0Mcould not commit transaction for shard 102008 on at least one active node\0\0"
)
_ERROR = b"E" + (len(_FIELDS) + 4).to_bytes(4, "big") + _FIELDS + b"Z\0\0\0\5I"
"""ErrorResponse, as Citus words it, and ReadyForQuery outside a transaction."""


class Wiretap:
    """Listens where libpq looks for a server (`folder` is the `host` of its URL); `cut` says when the next one is cut.

    `cut = "before"`: a COMMIT does not reach the database. `cut = "after"`: it does, and its answer is lost.
    `cut = "error"`: it does, and an error is answered instead, on a connection that goes on.
    """

    def __init__(self, target: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="closum-wiretap-"))
        self.cut: str | None = None
        self.cuts = 0
        self.delay = 0.0  # seconds by which what the database sends comes late
        self._target = target
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.folder / ".s.PGSQL.5432"))
        self._listener.listen(64)
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()
        shutil.rmtree(self.folder)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                try:
                    server.connect(str(self._target / ".s.PGSQL.5432"))
                except OSError:
                    client.close()
                    server.close()
                    continue
                self._start(_Link(self, client, server).run)

    def _start(self, run: Callable[[], None]) -> None:
        self._threads.append(threading.Thread(target=run, daemon=True))
        self._threads[-1].start()


class _Link:
    def __init__(self, tap: Wiretap, client: socket.socket, server: socket.socket) -> None:
        self._tap, self._client, self._server = tap, client, server
        self._lose_answer = False
        self._answer: bytes | None = None

    def run(self) -> None:
        back = threading.Thread(target=self._down, daemon=True)
        back.start()
        self._up()
        back.join()
        self._client.close()
        self._server.close()

    def _up(self) -> None:
        with contextlib.suppress(OSError):
            while data := self._client.recv(65_536):
                if b"COMMIT\0" in data and self._tap.cut:
                    cut, self._tap.cut = self._tap.cut, None
                    self._tap.cuts += 1
                    if cut == "before":
                        break
                    self._lose_answer = cut == "after"
                    self._answer = _ERROR if cut == "error" else None
                self._server.sendall(data)
        self._end()

    def _down(self) -> None:
        with contextlib.suppress(OSError):
            while (data := self._server.recv(65_536)) and not self._lose_answer:
                if self._tap.delay:
                    time.sleep(self._tap.delay)
                answer, self._answer = self._answer or data, None
                self._client.sendall(answer)
        self._end()

    def _end(self) -> None:
        for one in (self._client, self._server):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
