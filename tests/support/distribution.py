"""PostgreSQL as a distribution packages it, which compiles plans (JIT): the wheel's server cannot."""

import functools
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

PACKAGE = "postgresql"
FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
SETTINGS = """
fsync = off
max_connections = 100
shared_buffers = 64MB
"""


@functools.cache
def programs() -> Path | None:
    """The folder of the newest server that is installed."""
    found = [path for folders in FOLDERS for path in Path("/").glob(folders.lstrip("/")) if _serves(path)]
    if config := shutil.which("pg_config"):
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout
        found += [path for path in [Path(told.strip())] if _serves(path)]
    return max(found, key=_version, default=None)


def _serves(folder: Path) -> bool:
    return (folder / "initdb").exists() and (folder / "postgres").exists()


def _version(folder: Path) -> int:
    told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"\d+", told.stdout)
    return int(found[0]) if found else 0


def needed() -> Path:
    """As `programs`; a test that needs them is skipped where there are none."""
    found = programs()
    if found is None:
        pytest.skip(f"no PostgreSQL of the distribution is installed: apt-get install {PACKAGE}")
    return found


class Distribution:
    """A server process with its own data and a socket in its own folder, listening nowhere else."""

    def __init__(self, folder: Path, settings: str = SETTINGS) -> None:
        self.programs = folder
        self.folder = Path(tempfile.mkdtemp(prefix="closum-distribution-"))
        self._owner = owner()
        if self._owner is not None:
            os.chown(self.folder, self._owner, -1)
        self.folder.chmod(0o755)
        self.data = self.folder / "data"
        try:
            self._run("initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale")
            with (self.data / "postgresql.conf").open("a") as file:
                file.write(f"listen_addresses = ''\nunix_socket_directories = '{self.folder}'\n{settings}")
            self.start()
        except BaseException:
            self.remove()
            raise

    def start(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", self.data, "-w", "-m", mode, "stop")

    def remove(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def url(self) -> str:
        """Of the database that is always there."""
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = subprocess.run(
            [self.programs / program, *arguments],
            cwd="/",
            user=self._owner,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would stay open in the server
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            log = self.folder / "log"
            raise RuntimeError(f"{program} ended with {done.returncode}: {log.exists() and log.read_text()}")


def owner() -> int | None:
    """Who the server runs as: it refuses root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL does not run as root, and there is no user postgres or nobody")
