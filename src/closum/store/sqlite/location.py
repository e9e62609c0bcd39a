"""A SQLite file, before it is opened."""

import contextlib
from collections.abc import Iterator
from functools import cached_property, partial
from pathlib import Path

from closum.errors import Refusal
from closum.store import migrate, rotation
from closum.store.keys import checked, copy_key, has_sound_key, key_file, read_key
from closum.store.location import Before, Kept, Location, Prepare
from closum.store.place import SCHEME, beside, database_path, path_of, real_path
from closum.store.progress import Progress
from closum.store.recompute import Rules
from closum.store.session import SERVER
from closum.store.sqlite import backup, exposure
from closum.store.sqlite import restore as restoring
from closum.store.sqlite.connection import connect, refuse_strange_file, refusing
from closum.store.sqlite.database import SQLiteUnit
from closum.store.sqlite.lock import ServerLock, serving
from closum.store.sqlite.lost import is_saved_from, other_place, refuse_lost
from closum.store.sqlite.session import SQLiteSession
from closum.store.sqlite.targets import replaceable
from closum.store.unit import Unit


class SQLiteLocation(Location):
    """One server process has it, which keeps commands away that need it alone."""

    def __init__(self, url: str) -> None:
        self._url = url

    @cached_property
    def path(self) -> Path:
        return path_of(self._url)

    @property
    def name(self) -> str:
        return str(self.path)

    @property
    def full_name(self) -> str:
        return str(self.path.absolute())

    @property
    def folder(self) -> Path:
        return self.path.absolute().parent

    @property
    def setup_file(self) -> Path:
        return beside(self.path.absolute(), ".setup")

    @contextlib.contextmanager
    def serve(self, workers: int, must_exist: bool) -> Iterator[str]:
        """The URL is the same file from here on, whatever becomes of a link to it."""
        if workers > 1:
            raise Refusal(
                "--workers above 1 needs PostgreSQL (--database postgresql://…): SQLite has one writer"
            )
        path = database_path(self.path)
        refuse_strange_file(path, create=True)
        refuse_lost(path)
        if must_exist and not path.exists():
            raise Refusal(
                f"There is no database at {path}, and --must-exist makes none: {other_place(path)}, restore a backup, or make one"
                " with 'closum user add'"
            )
        with ServerLock(path).acquire():
            yield f"{SCHEME}{path}"

    def serving(self) -> contextlib.AbstractContextManager[None]:
        return serving(self.path)

    def refuse_weak_key(self) -> None:
        if (key := read_key(path := key_file(self.path))) is not None:
            checked(key, str(path))

    def key(self) -> bytes:
        path = key_file(self.path)
        if (key := read_key(path)) is not None:
            return checked(key, str(path))
        with SQLiteSession(self.path) as session:
            session.by = SERVER
            return session.key()

    @property
    def key_place(self) -> tuple[str, str]:
        back = "stop the server and put the old file there (beside a backup it ends in .key)"
        return str(key_file(self.path).absolute()), back

    def exposures(self) -> Iterator[str]:
        return exposure.exposures(self.path)

    def backup(self, file: Path, *, overwrite: bool = False, progress: Progress) -> None:
        backup.back_up(self.path, file, overwrite=overwrite, progress=progress)

    def backup_key(self, file: Path) -> Path | None:
        is_kept = copy_key(key_file(self.path), key_file(real_path(file)))
        return beside(file, ".key") if is_kept else None

    def dated(self, folder: Path, stamp: str) -> Path:
        return rotation.dated(folder, self.path, stamp)

    def restore(
        self, file: Path, *, overwrite: bool, progress: Progress, prepare: Prepare, rules: Rules, stamp: str
    ) -> Kept | None:
        path = self.path
        if not file.exists():
            raise Refusal(f"There is no backup at {file}")
        refuse_strange_file(file, read_only=True)
        if path.exists() and file.samefile(path):
            raise Refusal(f"{file} is the database itself: name the backup")
        replaceable(path, overwrite)

        def ready(fresh: Path, kept: Path | None) -> None:
            before = kept if kept and path.exists() else path
            with (
                SQLiteSession(fresh, serving=True, saves=False, rules=rules) as session,
                session.write() as unit,
            ):
                is_saved = not before.exists() and is_saved_from(path, file)
                prepare(unit, Before(str(before), before.exists(), partial(_look, before), is_saved))

        with ServerLock(path).acquire("restore"), progress("Restoring", "pages") as report:
            _refuse_other_backup(file)
            is_there = path.exists()
            kept = restoring.restore(
                file, path, overwrite=overwrite, report=report, prepare=ready, stamp=stamp
            )
            # A sound key stays: the backup's may have been replaced because somebody had it.
            if not has_sound_key(path):
                copy_key(key_file(real_path(file)), key_file(path))
        return Kept(kept, is_there) if kept else None


@contextlib.contextmanager
def _look(path: Path) -> Iterator[Unit]:
    with contextlib.closing(connect(path, read_only=True)) as connection, refusing(path):
        yield SQLiteUnit(connection, 0)


def _refuse_other_backup(file: Path) -> None:
    with contextlib.closing(connect(file, read_only=True)) as connection:
        unit = SQLiteUnit(connection, 0)
        migrate.pending(unit, str(file))
        if not migrate.version_of(unit)[0]:
            raise Refusal(f"{file} is not a backup of closum: name another file")
