"""A server that finds leads which look alike as soon as they are there."""

from collections.abc import Iterator

import pytest

from tests.support import engine as engines
from tests.support.engine import Engine
from tests.support.server import Server


@pytest.fixture(scope="module")
def server(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    engines.current = engine
    started = Server(tmp_path_factory.mktemp("eager"), unhurried=True, eager=True)
    with started as server, server.keeping_its_session():
        yield server
