"""A PostgreSQL as the distribution packages it, whose databases have every plan compiled (JIT)."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.conftest import Programs
from tests.support import distribution, postgres
from tests.support.distribution import Distribution
from tests.support.pooler import Pooler

COMPILED = (
    "jit = on",
    "jit_above_cost = 0",
    "session_preload_libraries = 'auto_explain'",
    "auto_explain.log_min_duration = 0",
    "auto_explain.log_analyze = on",
)
"""Whatever is not told otherwise is compiled, and the log of the server says so."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Distribution]:
    one = Distribution(distribution.needed())
    with psycopg.connect(one.url) as connection:
        compiles = connection.execute("SELECT pg_jit_available()").fetchone() == (True,)
    if not compiles:
        one.remove()
        pytest.skip("the PostgreSQL of the distribution has no JIT: apt-get install postgresql-<version>-jit")
    yield one
    one.remove()


@pytest.fixture
def url(cluster: Distribution) -> str:
    """A new database."""
    url = postgres.new_database(cluster.url)
    with psycopg.connect(cluster.url, autocommit=True) as operator:
        for setting in COMPILED:
            operator.execute(f"ALTER DATABASE {urlsplit(url).path[1:]} SET {setting}".encode())
    return url


@pytest.fixture
def poolers(program: Programs) -> Iterator[Callable[..., str]]:
    """`poolers(url, pool_mode="session", …)` gives the URL of a database behind a PgBouncer with these settings."""
    path = program("pgbouncer", package="pgbouncer")
    with ExitStack() as stack:

        def behind(url: str, **settings: object) -> str:
            return stack.enter_context(Pooler(path, url, **settings)).url

        yield behind
