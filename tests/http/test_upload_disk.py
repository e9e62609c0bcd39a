"""A file that does not fit on the disk is refused whole, and the server goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import sign_up
from tests.support.answers import failure
from tests.support.client import Client
from tests.support.disk import Disk, mounted
from tests.support.import_calls import leads
from tests.support.server import Server

FILE = "Nome,E-mail\nAna,ana@example.pt\n"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with mounted(tmp_path / "disk") as disk:
        yield disk


@pytest.fixture
def api(disk: Disk, folder: Path) -> Iterator[Client]:
    """Of a server whose files of imports are on a small disk."""
    with Server(folder, CLOSUM_FILES_FOLDER=str(disk.folder)) as server, sign_up(server) as client:
        yield client


def test_a_file_that_does_not_fit_is_refused(api: Client, disk: Disk) -> None:
    told = failure(api.post("/api/import", content=FILE), 503)
    assert "the server's disk is full or damaged" in told["message"]
    assert [*disk.folder.iterdir()] == []
    assert api.get("/api/import").json()["data"] == []
    api.new("lead", {"name": "Ana"})
    assert len(leads(api)) == 1
