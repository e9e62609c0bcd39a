"""Files that a command writes: they get their name when they are whole, and only their owner may read them."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from closum.store.opening import writable
from closum.store.place import beside, put_in_place

OUTPUT = Path("-")
PARTIAL = ".partial"


@contextlib.contextmanager
def whole_file(file: Path, *, overwrite: bool) -> Iterator[BinaryIO]:
    """A new file, or the standard output for `-`. Raises Refusal for one that is not to be replaced.

    Nothing is left of one whose block raises.
    """
    if file == OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = writable(file, overwrite=overwrite)
    partial = beside(target, PARTIAL)
    try:
        with open(partial, "wb", opener=_private) as opened:
            os.fchmod(opened.fileno(), 0o600)  # also of one that a killed command has left
            yield opened
        put_in_place(partial, target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)
