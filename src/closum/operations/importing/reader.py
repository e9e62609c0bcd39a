"""The other end of the process that reads a file: rows in the order of the file, from a record on."""

import contextlib
import subprocess
import sys
from typing import IO, Any

import msgspec

from closum.errors import Refusal
from closum.operations.importing.child import Task
from closum.operations.importing.wire import Analysis, End, Row_, Rows, Stopped, Told

MOST_BYTES = 24 * 1024 * 1024  # of rows that are held at once

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
        )
        data = msgspec.json.encode(task._asdict())
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
        warnings, self._warnings = self._warnings, []
        self.position += len(taken)
        return Rows(taken, warnings)

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

    def _received(self) -> Told:
        assert self._process.stdout
        head = self._process.stdout.read(4)
        data = self._process.stdout.read(int.from_bytes(head, "big")) if len(head) == 4 else b""
        if not data:
            self.close()
            raise Refusal(_FAILED.format(code=self._process.returncode))
        self._size += len(data)
        told: Told = _decode(data)
        return told

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._process.wait()
