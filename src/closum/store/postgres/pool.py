"""The connections of a server to PostgreSQL."""

import contextlib
import logging
from collections.abc import Iterator

from psycopg_pool import ConnectionPool

from closum.store.postgres.connection import configure, parameters
from closum.store.postgres.unit import PreparedConnection

RECONNECT_SECONDS = 1.0  # then the next request tries again, instead of ever longer pauses

Pool = ConnectionPool[PreparedConnection]


def opened(url: str, size: int) -> Pool:
    """A pool that keeps `size` connections."""
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # what matters of it is said by the watch
    return ConnectionPool(
        kwargs={"autocommit": True, **parameters(url)},
        connection_class=PreparedConnection,
        configure=configure,
        min_size=size,
        max_size=size,
        reconnect_timeout=RECONNECT_SECONDS,
        name="closum",
        open=True,
    )


@contextlib.contextmanager
def borrowed(pool: Pool, seconds: float) -> Iterator[PreparedConnection]:
    """A connection, waited for at most so long. Raises psycopg_pool.PoolTimeout."""
    connection = pool.getconn(timeout=seconds)
    try:
        yield connection
    finally:
        pool.putconn(connection)
