"""A PostgreSQL database, before it is opened."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from closum.settings import shown_url
from closum.store.location import Location, Prepare
from closum.store.postgres.session import PostgresSession, refuse_backup, refuse_for
from closum.store.progress import Progress
from closum.store.recompute import Rules
from closum.store.session import SERVER


class PostgresLocation(Location):
    """Several servers share it, which wait for each other where they have to."""

    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def name(self) -> str:
        return shown_url(self._url)

    @contextlib.contextmanager
    def serve(self, workers: int, must_exist: bool) -> Iterator[str]:
        yield self._url

    def serving(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()

    def refuse_weak_key(self) -> None:
        """It is a row, which is seen once the database is open."""

    def key(self) -> bytes:
        with PostgresSession(self._url) as session:
            session.by = SERVER
            return session.key()

    @property
    def key_place(self) -> tuple[str, str]:
        return "in the table token_key", "stop every server and put the old row there"

    def backup(self, file: Path, *, overwrite: bool = False, progress: Progress) -> NoReturn:
        refuse_backup(self.name, file)

    def backup_key(self, file: Path) -> None:
        """It is a row, and part of the copy."""

    def dated(self, folder: Path, stamp: str) -> NoReturn:
        refuse_backup(self.name, Path(f"{folder}/closum.db"))

    def restore(
        self, file: Path, *, overwrite: bool, progress: Progress, prepare: Prepare, rules: Rules, stamp: str
    ) -> NoReturn:
        refuse_for(f"--from sqlite:///{file.absolute()} --to {self.name} --end-tokens")
