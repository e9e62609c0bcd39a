"""What each process has of its own."""

import os
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerProcess(Generic[T]):
    """A value that is made again after a fork: parent and child must not share connections and locks."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        # The parent's is kept, for even to be collected it might send something over its connections.
        self._all = {os.getpid(): make()}

    def get(self) -> T:
        """The value of this process."""
        process = os.getpid()
        found = self._all.get(process)
        # The first to come wins, when threads of a child come together.
        return self._all.setdefault(process, self._make()) if found is None else found
