"""A database whose ledger takes nothing, since the disk is full."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import apsw
import psycopg

from closum.store.place import is_postgres


@contextmanager
def _refusing_postgres(url: str) -> Iterator[None]:
    refuse = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '53100'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON ledger FOR EACH ROW EXECUTE FUNCTION refuse()
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(refuse)
        yield


@contextmanager
def _refusing_sqlite(url: str) -> Iterator[None]:
    def commit() -> bool:
        raise apsw.FullError

    def hook(connection: apsw.Connection) -> None:
        connection.set_commit_hook(commit)

    apsw.connection_hooks.append(hook)
    yield
    apsw.connection_hooks.remove(hook)


def refusing(url: str) -> AbstractContextManager[None]:
    """The ledger takes nothing, since the disk is full."""
    return (_refusing_postgres if is_postgres(url) else _refusing_sqlite)(url)
