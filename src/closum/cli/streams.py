"""The standard streams of a command: those that a shell has closed, and an output that takes nothing more."""

import contextlib
import os
import sys
from typing import TextIO

CLOSED = "Standard output is closed, so nothing was done: send it to /dev/null if nobody reads it"


def open_streams() -> bool:
    """Give closed streams a substitute: `<&-` is empty, `2>&-` leads nowhere. False when the output is closed."""
    is_open = sys.stdout is not None
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - to the end
    return is_open


def unprinted(error: OSError) -> str:
    """What to say of an error of the system that names no file: the output did not take what was printed."""
    drop(sys.stdout)
    return f"The result could not be printed: {error.strerror or error}"


def drop(stream: TextIO) -> None:
    """Forget what is still buffered: Python would try to write it again at its end, and complain."""
    with contextlib.suppress(OSError, ValueError):  # no file of the system is behind it
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
