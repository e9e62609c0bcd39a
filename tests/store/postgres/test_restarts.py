"""Servers on one database behind nginx, one of them told to stop and started again under load."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Programs
from tests.store.postgres.conftest import Servers, sound
from tests.support.load import Load
from tests.support.nginx import Proxy, free_port, swapped
from tests.support.server import Server

GUIDE = Path(__file__).parents[3] / "docs/guide/scaling.md"
ROUNDS = 2  # each server is started again once


def documented(*addresses: str) -> str:
    """The upstream of the guide with these servers."""
    found = re.search(r"  ```nginx\n(  upstream closum .*?\n)  ```\n", GUIDE.read_text("utf-8"), re.DOTALL)
    assert found
    names = re.findall(r"server (\S+) ", found[1])
    return swapped(found[1].replace("\n  ", "\n").strip() + "\n", *zip(names, addresses, strict=True))


@pytest.fixture
def folder_of_nginx() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="closum-"))
    yield folder
    shutil.rmtree(folder)


def restart(server: Server) -> None:
    """Stop it and start it again where it was."""
    assert server.stop() == 0
    server.start()


@pytest.mark.parametrize("options", [(), ("--workers", "2")], ids=["one process", "workers"])
def test_a_restart_of_one_of_two_servers_loses_no_request(
    options: tuple[str, ...], servers: Servers, folder_of_nginx: Path, program: Programs
) -> None:
    both = [servers.start("--port", str(port), *options) for port in (free_port(), free_port())]
    names = [server.address.removeprefix("http://") for server in both]
    api = servers.client(both[0])
    proxy = Proxy(program("nginx", package="nginx-light"), folder_of_nginx, documented(*names))
    try:
        with Load([f"http://127.0.0.1:{proxy.port}"], str(api.token)) as load:
            for number in range(ROUNDS):
                load.wait_for(30)
                restart(both[number % 2])
            load.wait_for(30)
    finally:
        proxy.stop()
    assert set(load.statuses) == {200, 201}, load.statuses
    load.check(api)
    sound(servers.url)
    for server in both:
        assert "Traceback" not in server.log.read_text()
