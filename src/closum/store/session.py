"""The database as a command uses it: one connection, one thread."""

import contextlib
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, Self

from closum.errors import Refusal
from closum.model.change import COMMAND, By
from closum.store.progress import Progress, no_progress
from closum.store.unit import Stream, Unit

SERVER = By(None, "", "server")
"""What a server does by itself."""


class Pace(NamedTuple):
    """How long a transaction of long work may last, in seconds, and whether a pause as long follows."""

    seconds: float
    pauses: bool


class Session(ABC):
    """Opened with the schema up to date; `name` is what messages call the database. Errors are Refusals."""

    name: str
    by: By = COMMAND
    """Who writes: of every unit of `write` and `setup`."""
    saved: Path | None = None
    """The backup that was made before the schema was brought up to date."""
    made: str | None = None
    """Where the database is, in full, when this session made its tables."""
    elsewhere: tuple[str, ...]
    """Where copies of deleted rows may be that nobody here knows of."""

    @abstractmethod
    def write(self, account_id: int | None = None) -> AbstractContextManager[Unit]:
        """One transaction, committed when the block ends and rolled back when it raises.

        It writes records of this account, or with None what all accounts share; never both.
        """

    @abstractmethod
    def setup(self) -> AbstractContextManager[Unit]:
        """A transaction that waits for the end of any other one, and of migrations, before it begins."""

    @abstractmethod
    def read(self) -> AbstractContextManager[Unit]:
        """A view of one moment."""

    @abstractmethod
    def stream(self) -> AbstractContextManager[Stream]:
        """As `read`, for results that do not fit into memory."""

    @abstractmethod
    def pace(self) -> Pace:
        """How long work is to go on at this moment."""

    @abstractmethod
    def limit_memory(self, megabytes: int) -> None:
        """Have the database use no more than about so much memory in this process."""

    @abstractmethod
    def fold(self) -> None:
        """Leave nothing beside the tables of what was deleted from them, as far as others let us."""

    @abstractmethod
    def compact(self, tables: Iterable[str]) -> None:
        """Rewrite tables, so that nothing deleted is left in them."""

    @abstractmethod
    def exclusive(self, doing: str = "command") -> AbstractContextManager[None]:
        """Nobody else migrates the database meanwhile; on SQLite nobody serves it either.

        Sessions that are open already, and servers on PostgreSQL, go on. `doing` is what others are told, a word of
        `sqlite.lock.DOING`. Raises Refusal where another process has it; on PostgreSQL it waits.
        """

    @abstractmethod
    def key(self) -> bytes:
        """The signing key that is kept with the database, made where there is none. Raises Refusal for a weak one."""

    @abstractmethod
    def stored_key(self, unit: Unit) -> bytes | None:
        """The signing key that is kept with the database, if there is one. Raises Refusal for one that others can read."""

    @abstractmethod
    def store_key(self, unit: Unit, key: bytes) -> None:
        """Keep a signing key with the database, instead of the one that is there."""

    @abstractmethod
    def backup(self, file: Path, *, overwrite: bool = False, progress: Progress = no_progress) -> None:
        """A checked copy as the database is at one moment, without the key. Raises Refusal where files cannot be written so."""

    def copies(self) -> list[Path]:
        """Files that are copies of the database, or were left by it, as far as it knows of them."""
        return []

    @abstractmethod
    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                with contextlib.suppress(Refusal):  # all that was asked for is done
                    self.settle()
        finally:
            self.close()

    @abstractmethod
    def settle(self) -> None:
        """Do what writes have left for later, at the pace that leaves others their turn."""

    def write_steps(self, steps: Iterable[Callable[[Unit], object]], account_id: int | None = None) -> None:
        """Long work as small steps, many in one transaction, at the pace that leaves others their turn."""
        for _ in self._transactions(steps, account_id):
            self.settle()

    def _transactions(
        self, steps: Iterable[Callable[[Unit], object]], account_id: int | None = None
    ) -> Iterator[None]:
        """Steps in few transactions; it stops after each of these."""
        waiting = iter(steps)
        step = next(waiting, None)
        while step is not None:
            pace = self.pace()
            with self.write(account_id) as unit:
                begun = last = time.monotonic()  # the wait for another writer is not part of it
                while step is not None:
                    step(unit)
                    step = next(waiting, None)
                    now = time.monotonic()
                    if (
                        now - begun + (now - last) >= pace.seconds
                    ):  # a step as long as this one would be too much
                        break
                    last = now
            if pace.pauses:
                time.sleep(time.monotonic() - begun)
            yield
