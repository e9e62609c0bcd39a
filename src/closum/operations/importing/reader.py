"""The other end of the process that reads a file: rows in the order of the file, from a record on."""

import contextlib
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import IO, Any

import msgspec

from closum.errors import Refusal
from closum.operations.importing.child import Task
from closum.operations.importing.wire import Analysis, End, Row_, Rows, Stopped, Told

AHEAD = 20  # messages of the process, of at most about a megabyte each, that wait to be taken
MOST_BYTES = 12 * 1024 * 1024  # of rows that are held at once

_FAILED = "The file could not be read: the process that reads it ended ({code})"

_decode = msgspec.msgpack.Decoder(Told).decode


class Reader:
    """Reads behind the first `task.start` records. A refusal of the file is raised when it is reached."""

    def __init__(self, task: Task) -> None:
        self.position = task.start
        """How many records of the file were taken so far."""
        self.ended = False
        self._rows: list[Row_] = []
        self._warnings: list[list[Any]] = []
        self._size = 0  # of the rows, in bytes as they came
        self._process = subprocess.Popen(
            [sys.executable, "-m", "closum.operations.importing.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the command, which ends it
        )
        data = msgspec.json.encode(task._asdict())
        self._messages: queue.Queue[bytes] = queue.Queue(AHEAD)
        self._thread = threading.Thread(target=self._read_ahead, daemon=True)
        self._thread.start()
        with contextlib.suppress(BrokenPipeError):
            self._stdin.write(len(data).to_bytes(4, "big") + data)
            self._stdin.flush()

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin
        return self._process.stdin

    def take(self, most: int) -> Rows:
        """At most so many rows, and no more than MOST_BYTES of them; none only at the end. Raises Refusal."""
        while len(self._rows) < most and self._size < MOST_BYTES and not self.ended:
            told = self._told()
            if isinstance(told, Rows):
                self._rows += told.rows
                self._warnings += told.warnings
            else:
                self.ended = True
        taken, self._rows = self._rows[:most], self._rows[most:]
        self._size = self._size * len(self._rows) // (len(self._rows) + len(taken) or 1)
        self.position += len(taken)
        return Rows(taken, self._warnings_of(taken))

    def _warnings_of(self, taken: Sequence[Row_]) -> list[list[Any]]:
        """Those of these rows alone: who goes on behind them reads the others again."""
        if not self._warnings:
            return []
        lines = {one.line for one in taken}
        found = [one for one in self._warnings if one[0] in lines]
        self._warnings = [one for one in self._warnings if one[0] not in lines]
        return found

    def analysis(self) -> Analysis:
        """What the file is. Raises Refusal."""
        told = self._told()
        assert isinstance(told, Analysis)
        return told

    @property
    def is_at_end(self) -> bool:
        """Whether the last row was taken."""
        return self.ended and not self._rows

    def _told(self) -> Rows | Analysis | End:
        told = self._received()
        if isinstance(told, Stopped):
            self.close()
            raise Refusal(told.reason)
        return told

    def _read_ahead(self) -> None:
        """Take what the process sends, so that it goes on while rows are written."""
        assert self._process.stdout
        while len(head := self._process.stdout.read(4)) == 4:
            self._messages.put(self._process.stdout.read(int.from_bytes(head, "big")))
        self._messages.put(b"")

    def _received(self) -> Told:
        data = self._messages.get()
        if not data:
            self.close()
            raise Refusal(_FAILED.format(code=self._process.returncode))
        self._size += len(data)
        told: Told = _decode(data)
        return told

    def close(self) -> None:
        """End the process, and with it the thread that reads ahead."""
        self._process.kill()
        while self._thread.is_alive():
            with contextlib.suppress(queue.Empty):
                self._messages.get(timeout=0.01)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._process.wait()
