"""What each process has of its own."""

import os
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerProcess(Generic[T]):
    """A value that is made anew after a fork: parent and child must not share connections and locks."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._all = [(os.getpid(), make())]

    def get(self) -> T:
        """The value of this process."""
        process, value = self._all[-1]
        if process == os.getpid():
            return value
        # The parent's is kept, for even to be collected it might send something over its connections.
        self._all.append((os.getpid(), self._make()))
        return self._all[-1][1]
