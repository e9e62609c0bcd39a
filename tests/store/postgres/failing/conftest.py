"""A server on a PostgreSQL of its own, which may be restarted, stopped and killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.postgres.conftest import signed_in
from tests.support import postgres
from tests.support.client import Client
from tests.support.postgres import Cluster
from tests.support.server import Server


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """The PostgreSQL of a file of tests."""
    cluster = Cluster()
    yield cluster
    cluster.remove()


@pytest.fixture
def url(cluster: Cluster) -> str:
    return postgres.new_database(cluster.url)


@pytest.fixture
def served(url: str, tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path, CLOSUM_DATABASE=url) as server:
        yield server


@pytest.fixture
def api(served: Server, url: str) -> Iterator[Client]:
    with signed_in(served, url) as client:
        yield client
