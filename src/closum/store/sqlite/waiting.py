"""How long a connection waits for the lock of another program, before its transaction begins."""

from collections.abc import Iterator
from contextlib import contextmanager

import apsw

BUSY_TIMEOUT = 10_000  # milliseconds: longer than any transaction of long work
KNOWN_TIMEOUT = 1_000  # milliseconds, while somebody has waited for the same lock in vain


class Waiting:
    """Of one connection: a transaction waits BUSY_TIMEOUT; after one that did so in vain those that follow, the probes of
    `Health` among them, wait KNOWN_TIMEOUT until one gets in. So nobody waits several times for one lock.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection, self._is_known = connection, False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Round a transaction."""
        try:
            yield
        except apsw.BusyError:
            self._set(True)
            raise
        self._set(False)

    def _set(self, is_known: bool) -> None:
        if is_known is not self._is_known:
            self._connection.set_busy_timeout(KNOWN_TIMEOUT if is_known else BUSY_TIMEOUT)
            self._is_known = is_known
