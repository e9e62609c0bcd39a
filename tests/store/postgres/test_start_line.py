"""What a server on PostgreSQL says at its start."""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from closum import __version__
from closum.store import migrate
from tests.support import engine
from tests.support.server import Server


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_the_database_is_named_without_its_password(folder: Path) -> None:
    """It goes into the journal. The server of the tests asks for no password, and takes any."""
    url = urlsplit(engine.current.url(folder))
    secret = urlunsplit(url._replace(netloc=url.netloc.replace("@", ":geheim@")))
    assert "geheim" in secret
    with Server(folder, CLOSUM_DATABASE=secret) as server:
        line = next(line for line in server.printed.splitlines() if line.startswith("closum "))
    assert line.startswith(f"closum {__version__}, schema {migrate.newest()}, database postgresql://")
    assert url.path in line
    assert "geheim" not in server.printed
