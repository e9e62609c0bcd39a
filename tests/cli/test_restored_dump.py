"""What a dump and a copy bring back."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.test_restore import status
from tests.conftest import sign_up
from tests.support import engine, postgres
from tests.support.client import Client
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import Server, closum

Command = Callable[..., "subprocess.CompletedProcess[str]"]
ON_POSTGRES = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


def dumped(url: str, file: Path, *options: str) -> None:
    arguments = ("--format=custom", f"--file={file}", *options, url)
    subprocess.run([postgres.binary("pg_dump"), *arguments], check=True, timeout=PATIENCE)


def put_back(url: str, file: Path) -> None:
    """Into the same database, under its servers. A newer pg_restore sets what an older server does not know."""
    arguments = ("--clean", "--if-exists", "--no-owner", f"--dbname={url}", str(file))
    subprocess.run(
        [postgres.binary("pg_restore"), *arguments], check=False, timeout=PATIENCE, capture_output=True
    )


@pytest.fixture
def own(folder: Path) -> Iterator[Server]:
    with Server(folder) as server:
        yield server


@ON_POSTGRES
def test_after_pg_restore_signing_everybody_out_ends_what_it_revived(
    own: Server, folder: Path, shut_out_within: float
) -> None:
    """In the server that ran all the time, too, and for a user whom the dump does not know."""
    dump = folder / "closum.dump"
    with sign_up(own) as client:
        dumped(own.url, dump)
        late = sign_up(own)
        assert status(own.address, late.token) == 200
        closum("user", "sign-out", client.email, folder=folder)
        wait_until(lambda: status(own.address, client.token) == 401)
        put_back(own.url, dump)
        wait_until(lambda: status(own.address, client.token) == 200)  # what the command is for
        assert closum("user", "sign-out", "--all", folder=folder).returncode == 0
        wait_until(
            lambda: (status(own.address, client.token), status(own.address, late.token)) == (401, 401),
        )
    body = {"email": "admin@example.com", "password": own.password}
    with Client(own.address, None) as newest:
        token = newest.data("POST", "/api/token", body)["token"]
    assert status(own.address, token) == 200
    assert closum("check", folder=folder).returncode == 0


@ON_POSTGRES
def test_a_dump_without_the_key_signs_everybody_out(own: Server, folder: Path) -> None:
    with sign_up(own) as client:
        dumped(own.url, folder / "closum.dump", "--exclude-table-data=token_key")
        own.stop()
        put_back(own.url, folder / "closum.dump")
        own.start()
        assert status(own.address, client.token) == 401


def test_a_copy_that_is_put_back_says_that_it_can_compare_with_nothing(
    command: Command, folder: Path
) -> None:
    command("user", "add", "ana@example.com")
    words = ("database", "copy", "--from", engine.current.url(folder), "--to")
    moved = command(*words, f"sqlite:///{folder}/moved.db").stdout
    put_back = command(*words, f"sqlite:///{folder}/back.db", "--end-tokens").stdout
    assert ["nothing to compare with" in said for said in (moved, put_back)] == [False, True]
