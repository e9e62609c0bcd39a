"""A server of the protocol alone, that the tests of one file share."""

import asyncio
import logging
from collections.abc import Iterator

import pytest

from tests.support.served import Served, loopback


@pytest.fixture(scope="module", params=["uvloop", "asyncio", "uvloop tls", "asyncio tls"])
def running(request: pytest.FixtureRequest) -> Iterator[Served]:
    served = Served(loopback(), request.param)
    yield served
    served.stop()


@pytest.fixture
def served(running: Served, caplog: pytest.LogCaptureFixture) -> Iterator[Served]:
    """The server, which must not have logged anything of its own at the end, traceback or warning."""
    running.requests, running.events, running.refusals = [], [], []
    running.refused, running.released = asyncio.Event(), asyncio.Event()
    yield running
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
