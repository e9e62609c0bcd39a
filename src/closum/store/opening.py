"""The database at a URL: which driver it is, and that one alone, is decided here."""

import time
from pathlib import Path

from closum.errors import Refusal
from closum.model.change import COMMAND, By
from closum.settings import shown_url
from closum.store.database import Database
from closum.store.location import Location
from closum.store.place import beside, is_postgres, path_of
from closum.store.progress import Progress
from closum.store.recompute import Rules
from closum.store.session import Session
from closum.store.transfer import Source, Target
from closum.store.unit import Clock


def locate(url: str) -> Location:
    """The place of a database, which may not be there. Raises Refusal for a URL of PostgreSQL that would be misread."""
    if is_postgres(url):
        from closum.store.postgres.location import PostgresLocation

        return PostgresLocation(url)
    from closum.store.sqlite.location import SQLiteLocation

    return SQLiteLocation(url)


def open_session(
    url: str,
    *,
    create: bool = False,
    serving: bool = False,
    clock: Clock = time.time,
    rules: Rules | None = None,
) -> Session:
    """The database at a URL, up to date. Raises Refusal.

    `create` makes it where it is missing; `serving` is for the server itself; `rules` are what derived columns of an older
    database are made by, which is refused without them.
    """
    if is_postgres(url):
        from closum.store.postgres.session import PostgresSession

        return PostgresSession(url, create=create, clock=clock, rules=rules)
    from closum.store.sqlite.session import SQLiteSession

    return SQLiteSession(path_of(url), create=create, serving=serving, clock=clock, rules=rules)


def writable(file: Path, *, overwrite: bool) -> Path:
    """The file that a command is to write, which is no database and no part of one, links followed. Raises Refusal."""
    from closum.store.sqlite import targets

    return targets.writable(file, overwrite=overwrite)


async def open_database(url: str, clock: Clock, pool_size: int) -> Database:
    """The database at a URL, which has to be there and up to date. `pool_size` is for PostgreSQL."""
    if is_postgres(url):
        from closum.store.postgres.database import PostgresDatabase

        return await PostgresDatabase.opened(url, clock, pool_size)
    from closum.store.sqlite.database import SQLiteDatabase

    return SQLiteDatabase(path_of(url), clock)


def files_folder(url: str, named: str | None) -> Path:
    """Where the files of imports are kept: where the setting says, else beside the database."""
    if named:
        return Path(named)
    return Path("closum.files") if is_postgres(url) else beside(path_of(url), ".files")


def is_shared(url: str) -> bool:
    """Whether servers on several machines may have the database open."""
    return is_postgres(url)


def connections(url: str, processes: int, pool_size: int) -> tuple[int, int, str]:
    """With how many processes and connections a server can be served, and why not with those wanted. Raises Refusal."""
    if not is_postgres(url):
        return processes, pool_size, ""
    from closum.store.postgres.supply import supply

    found = supply(url, processes * (pool_size + 1))
    if not found.found:  # who opens it says why
        return processes, pool_size, ""
    return (*found.shared_out(processes, pool_size, shown_url(url)), found.reason)


def open_source(url: str, rules: Rules | None = None) -> Source:
    """The database at a URL, up to date, to be copied from. Raises Refusal."""
    if is_postgres(url):
        from closum.store.postgres.transfer import PostgresSource

        return PostgresSource(url, rules=rules)
    from closum.store.sqlite.transfer import SQLiteSource

    return SQLiteSource(path_of(url), rules=rules)


def refuse_target(url: str) -> None:
    """Refusal for a place that cannot be copied into, before anything is opened."""
    if not is_postgres(url):
        from closum.store.sqlite.targets import writable

        writable(path_of(url), hint="name a new file")


def open_target(url: str, rules: Rules | None = None, key: bytes | None = None, by: By = COMMAND) -> Target:
    """The place at a URL, where no records are yet, to be copied into; `key` is kept with it. Raises Refusal."""
    if is_postgres(url):
        from closum.store.postgres.transfer import PostgresTarget

        return PostgresTarget(url, rules=rules, key=key, by=by)
    from closum.store.sqlite.transfer import SQLiteTarget

    return SQLiteTarget(path_of(url), key=key, by=by)


def distribute(url: str, progress: Progress, rules: Rules | None = None, by: By = COMMAND) -> tuple[int, int]:
    """Spread the tables of a database over the nodes of its cluster: how many by account, how many shared.

    Raises Refusal.
    """
    if not is_postgres(url):
        raise Refusal(f"{shown_url(url)} is a SQLite file: move it with 'closum database copy' first")
    from closum.store.postgres.distribute import distribute
    from closum.store.postgres.session import PostgresSession

    with PostgresSession(url, create=True, rules=rules) as session:
        session.by = by
        return distribute(session, progress)
