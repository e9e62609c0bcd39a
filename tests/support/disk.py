"""A small disk of its own, which a test fills and empties."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE

PIECE = 4096


class Disk:
    def __init__(self, folder: Path) -> None:
        self.folder, self._filling = folder, folder / "filling"

    def fill(self) -> None:
        """Leave no space at all."""
        with self._filling.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(PIECE))

    def free(self, some: int = 0) -> None:
        """Give back what `fill` took, or so many bytes of it."""
        if some:
            os.truncate(self._filling, self._filling.stat().st_size - some)
        else:
            self._filling.unlink(missing_ok=True)


@contextlib.contextmanager
def mounted(folder: Path) -> Iterator[Disk]:
    """A file system in memory; the test is skipped where none may be mounted."""
    folder.mkdir(exist_ok=True)
    options = f"size=8m,mode=0700,uid={os.getuid()},gid={os.getgid()}"
    done = _as_root("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder))
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted, which needs root: {done.stderr.strip()}")
    try:
        yield Disk(folder)
    finally:
        _as_root("umount", "--lazy", str(folder))


def _as_root(*command: str) -> "subprocess.CompletedProcess[str]":
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    return subprocess.run([*sudo, *command], capture_output=True, text=True, check=False, timeout=PATIENCE)
