"""Samples of code, run as a reader runs them."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from closum.reference import samples
from tests.support.client import Client
from tests.support.forked import Forked, in_shell
from tests.support.server import Server

CREATE_KEY = "your.create.key"
"""What stands for a key that only adds leads: that of a visitor of the reference, which may do everything, is not put there."""

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
        (CREATE_KEY, str(api.token)),
        (samples.EMAIL, f"sign-in.{api.email}"),
    ):
        source = source.replace(old, new)
    return source


def runner(server: Server, api: Client, folder: Path, forked: Callable[[str], Forked]) -> Run:
    """Runs a sample with the placeholders replaced, in a folder that is its home, too."""
    (folder / ".curlrc").write_text('silent\nshow-error\nfail-with-body\nnoproxy = "*"\n')

    def run(sample: Sample) -> str:
        (folder / "program").write_text(real(sample.source, server, api), encoding="utf-8")
        if sample.language == "Shell":
            code, out, err = in_shell(folder)
        else:
            code, out, err = forked(sample.language).run(folder)
        assert (code, err) == (0, ""), out + err
        return out

    return run
