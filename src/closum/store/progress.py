"""How long-running work reports its progress."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

Report = Callable[[int, int], None]
"""Called with how much is done and how much there is in all."""
Progress = Callable[[str, str], AbstractContextManager[Report]]
"""The progress of a stage, by its title and what is counted in it."""


@contextlib.contextmanager
def no_progress(title: str, unit: str) -> Iterator[Report]:
    """Shows nothing."""
    yield lambda done, total: None
