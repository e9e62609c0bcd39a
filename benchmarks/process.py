"""A server in a separate process: pinned to a core, monitored, and stopped."""

import os
import shlex
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

SERVER_CORE, LOAD_CORE = 0, 1
START_SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Process:
    """A server that listens on `port`. A context manager.

    `beside` is the id of another process that works for it, such as a database: its processor time counts too.
    """

    def __init__(
        self,
        command: Sequence[str],
        port: int,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        core: int | None = SERVER_CORE,
        beside: int | None = None,
    ) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._command, self._port, self._folder = pinned(command, core), port, folder
        self._environment, self._beside = {**clean_environment(), **(environment or {})}, beside
        self.start()

    def start(self) -> None:
        """Start it, and wait until it listens."""
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.pid = self._process.pid
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def restart(self) -> None:
        self.stop()
        self.start()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                time.sleep(0.005)
            else:
                return
        raise RuntimeError(f"{shlex.join(self._command)} did not start: see server.log in {self._folder}")

    def cpu_seconds(self) -> float:
        """Processor time so far, of the process, the one beside it, and those that they started."""
        first = [self.pid] if self._beside is None else [self.pid, self._beside]
        return sum(_cpu_ticks(pid) for one in first for pid in _tree(one)) / TICKS

    def peak_bytes(self) -> int:
        """The most memory that was resident, of the process and those that it started."""
        return sum(_peak_kilobytes(pid) for pid in _tree(self.pid)) * 1024

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def pinned(command: Sequence[str], core: int | None) -> list[str]:
    return list(command) if core is None else ["taskset", "-c", str(core), *command]


def clean_environment() -> dict[str, str]:
    """The environment without settings of a server that already runs on this machine."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CLOSUM_")}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def resident_bytes(pid: int) -> int:
    """The memory that is resident now, of a process and those that it started."""
    pages = (_of_process(one, "statm").split() for one in _tree(pid))
    return sum(int(found[1]) for found in pages if found) * PAGE


def _tree(pid: int) -> list[int]:
    children = _of_process(pid, f"task/{pid}/children").split()
    return [pid, *(below for child in children for below in _tree(int(child)))]


def _cpu_ticks(pid: int) -> int:
    fields = _of_process(pid, "stat").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12]) if fields else 0


def _of_process(pid: int, name: str) -> str:
    """What the kernel says of a process; "" where it has just ended, as those do that clean up a database."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _peak_kilobytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
