"""The two entry points of the client's commands, `closum-client` and `closum`, as processes with or without a terminal."""

import codecs
import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.support.patience import PATIENCE

MODULES = {"closum-client": "closum_client.cli", "closum": "closum"}
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def environment(home: Path | None, **more: str) -> dict[str, str]:
    """Of a user whose home folder this is, who has set nothing else."""
    strange = (
        "CLOSUM_",
        "XDG_",
        "HOME",
        "COLUMNS",
        "NO_COLOR",
        "FORCE_COLOR",
        "TERM",
        "_CLOSUM",
        "PYTHONUNBUFFERED",
    )
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(strange) and name.upper() not in PROXIES
    }
    place = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config")} if home else {}
    return kept | place | {"TERM": "xterm-256color"} | more


def call(entry_point: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", MODULES[entry_point], *arguments]


def start(
    command: list[str], environ: Mapping[str, str], stdin: str = ""
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, env=environ, input=stdin, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


class Terminal:
    """A process whose input, output and errors are a terminal; `shown` is what it has printed up to now."""

    def __init__(self, command: list[str], environ: Mapping[str, str], columns: int) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self._process = subprocess.Popen(
            command, env=environ, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.shown = ""

    def read_until(self, text: str) -> None:
        while text not in self.shown:
            assert self._read(), self.shown

    def write(self, text: str) -> None:
        os.write(self._master, text.encode())

    def end(self) -> int:
        """Its exit code, once it has ended."""
        while self._read():
            pass
        return self._process.wait(timeout=PATIENCE)

    def _read(self) -> bool:
        with contextlib.suppress(OSError):  # Linux's end of a terminal
            data = os.read(self._master, 65_536)
            self.shown += self._decoder.decode(data).replace("\r\n", "\n")
            return bool(data)
        return False

    def close(self) -> None:
        os.close(self._master)
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def terminal(command: list[str], environ: Mapping[str, str], columns: int = 80) -> Iterator[Terminal]:
    running = Terminal(command, environ, columns)
    try:
        yield running
    finally:
        running.close()
