"""PgBouncer before a server of PostgreSQL."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg

from tests.support.distribution import owner
from tests.support.patience import PATIENCE

FIXED = {"auth_type": "trust", "max_client_conn": 500, "listen_addr": "", "logfile": ""}


class Pooler:
    """A process that listens in a folder of its own. A context manager that stops it."""

    def __init__(self, program: str, url: str, **settings: object) -> None:
        """`settings` are PgBouncer's own, such as `pool_mode`."""
        self._folder = Path(tempfile.mkdtemp(prefix="closum-pooler-"))
        there = urlsplit(url)
        target = f"* = host={parse_qs(there.query)['host'][0]}"
        users = self._folder / "users.txt"
        users.write_text('"postgres" ""\n"few" ""\n', encoding="utf-8")
        given = FIXED | {"unix_socket_dir": self._folder, "auth_file": users, "listen_port": 5432} | settings
        lines = [
            "[databases]",
            target,
            "[pgbouncer]",
            *(f"{name} = {value}" for name, value in given.items()),
        ]
        (self._folder / "pgbouncer.ini").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if owner() is not None:
            os.chown(self._folder, owner() or 0, -1)
        self._folder.chmod(0o755)
        self.process = subprocess.Popen(
            [program, self._folder / "pgbouncer.ini"],
            user=owner(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.url = there._replace(query=f"host={self._folder}").geturl()

    def __enter__(self) -> "Pooler":
        """Waits until it listens."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(self.url).close()
                return self
            except psycopg.OperationalError:
                if time.monotonic() > end or self.process.poll() is not None:
                    self.__exit__()
                    raise
                time.sleep(0.02)

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        shutil.rmtree(self._folder)
