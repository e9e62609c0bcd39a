"""Samples of code, run as a reader runs them."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from closum.reference import samples
from tests.conftest import Programs
from tests.support.client import Client
from tests.support.patience import PATIENCE
from tests.support.server import Server, clean_environment

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(shell|ruby|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Sample(NamedTuple):
    """A sample, and what it calls: a route's name, or the name of a section."""

    call: str
    language: str
    source: str


Run = Callable[[Sample], str]
"""What a sample prints."""


def real(source: str, server: Server, api: Client) -> str:
    """With what placeholders stand for."""
    for old, new in (
        (samples.ORIGIN, server.address),
        (samples.TOKEN, str(api.token)),
        (samples.EMAIL, f"sign-in.{api.email}"),
    ):
        source = source.replace(old, new)
    return source


def runner(program: Programs, server: Server, api: Client, folder: Path) -> Run:
    """Runs a sample with the placeholders replaced, in a folder that is its home, too."""
    (folder / ".curlrc").write_text('silent\nshow-error\nfail-with-body\nnoproxy = "*"\n')
    commands = {
        "Shell": lambda: ["bash", "-e"],
        "Ruby": lambda: [program("ruby", package="ruby"), "-w", "-I", str(ROOT / "clients/ruby/lib")],
        "Python": lambda: [sys.executable, "-W", "error"],
    }
    program("curl", package="curl")

    def run(sample: Sample) -> str:
        file = folder / "sample"
        file.write_text(real(sample.source, server, api))
        done = subprocess.run(
            [*commands[sample.language](), file],
            cwd=folder,
            env=clean_environment() | {"HOME": str(folder), "NO_PROXY": "*"},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
        return done.stdout

    return run
