"""What is written to a file from its beginning to its end: its length and its digest are known then."""

from collections.abc import Callable
from hashlib import sha256


class Output:
    """Hands what is written on to `write`, in the order in which it comes."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write, self._digest, self.size = write, sha256(), 0

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        self.size += len(data)
        self._write(data)
        return len(data)

    def drop(self) -> None:
        """Hand on nothing more."""
        self._write = len

    def flush(self) -> None:
        """Nothing waits here."""

    @property
    def sha256(self) -> bytes:
        """Of all that has been written."""
        return self._digest.digest()
