"""A command whose standard output is a terminal."""

import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.support.patience import PATIENCE
from tests.support.server import clean_environment


def printed_until(text: str, *arguments: str, folder: Path) -> str:
    """What `closum` prints on a terminal up to a line that begins with the text; then it is ended."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "closum", *arguments],
        cwd=folder,
        env=clean_environment(folder),
        stdout=slave,
        stderr=subprocess.DEVNULL,
    )
    os.close(slave)
    printed = ""
    try:
        with open(master, encoding="utf-8", newline="") as terminal:
            for line in terminal:
                printed += line.replace("\r\n", "\n")
                if line.startswith(text):
                    return printed
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
    raise AssertionError(printed)
