"""Where a database is, before it is opened: what a server or a command does with it as a whole."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from closum.store.progress import Progress
from closum.store.recompute import Rules
from closum.store.unit import Unit


class Before(NamedTuple):
    """The database that a restore replaces; `look` reads it as it is: damaged or of another version, most likely.

    `is_saved` says that nothing is there, and that the backup is what a server saved of it when its file had gone.
    """

    name: str
    is_there: bool
    look: Callable[[], AbstractContextManager[Unit]]
    is_saved: bool = False


class Kept(NamedTuple):
    """The last of the files that a restore kept of what it replaced: a whole database, or what was left of one."""

    file: Path
    is_database: bool


Prepare = Callable[[Unit, Before], None]
"""The last change to a database that was restored, before anybody can use it."""


class Location(ABC):
    """It may be that nothing is there yet. Errors are Refusals."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What messages call the database."""

    @property
    def full_name(self) -> str:
        """The same, wherever it is read."""
        return self.name

    @property
    def folder(self) -> Path | None:
        """The folder of the database, where it is on this machine."""
        return None

    @property
    def setup_file(self) -> Path | None:
        """Where a server without a terminal writes the address that makes the first user, where that is a file."""
        return None

    @abstractmethod
    def serve(self, workers: int, must_exist: bool) -> AbstractContextManager[str]:
        """Held by a server from its beginning to its end. Gives the URL, which means the same database all the time."""

    @abstractmethod
    def serving(self) -> AbstractContextManager[None]:
        """Held by a server as long as it has the database open, which is there and up to date."""

    @abstractmethod
    def refuse_weak_key(self) -> None:
        """Refusal for a signing key that cannot be used, where it can be seen from outside; none is made."""

    @abstractmethod
    def key(self) -> bytes:
        """The signing key that is kept with the database, made where there is none. For a server, before it serves it or while it does."""

    @property
    @abstractmethod
    def key_place(self) -> tuple[str, str]:
        """Where the signing key is kept, and how an old one is put back there."""

    def exposures(self) -> Iterable[str]:
        """Who else can read or replace the database: one line for each way in, with what to do."""
        return ()

    @abstractmethod
    def backup(self, file: Path, *, overwrite: bool = False, progress: Progress) -> None:
        """A checked copy of the database as it is at one moment, of whatever version."""

    @abstractmethod
    def backup_key(self, file: Path) -> Path | None:
        """A copy of the signing key for that backup, where one is kept in a file."""

    @abstractmethod
    def dated(self, folder: Path, stamp: str) -> Path:
        """The name of a backup of the database in a folder."""

    @abstractmethod
    def restore(
        self, file: Path, *, overwrite: bool, progress: Progress, prepare: Prepare, rules: Rules, stamp: str
    ) -> Kept | None:
        """Put a backup, brought up to date, in the place of the database, and its key where no sound one is.

        What was there is kept under a name with `stamp`; None where nothing was there.
        """
