"""A closum server in a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache, cached_property
from pathlib import Path
from typing import Self

from closum.accounts import passwords, users
from closum.accounts.keys import signing_key
from closum.errors import Refusal
from closum.store import identity
from closum.store.opening import open_session
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support import engine, plain
from tests.support.patience import PATIENCE

PASSWORD = "nobody guesses this"
UNHURRIED = f"from closum.store.postgres import database; database.PATIENCE = {PATIENCE}"
EAGER = "from closum.operations import runner; runner.LOOK = 0.05"


@cache
def _hashed() -> str:
    return passwords.hashed(PASSWORD)


class Server:
    """`closum serve` on a free port, with its database in `folder`. A context manager that stops it.

    `python` is the interpreter, of an environment that has closum. One that is `unhurried` waits for a busy database as
    long as tests do, and answers no 503 before. One that is `eager` looks for background work all the time.
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        log: Path | None = None,
        python: str = sys.executable,
        unhurried: bool = False,
        eager: bool = False,
        **environment: str,
    ) -> None:
        self.folder, self.path = folder, folder / "closum.db"
        self.engine = engine.current
        self._kept: Session | None = None
        self.log = log or folder / "log.txt"
        self._environment = clean_environment(folder) | environment
        before = [UNHURRIED] if unhurried and "CLOSUM_DATABASE" in self._environment else []
        before += [EAGER] if eager else []
        self._command = [*plain.command(python, *before), "serve", "--port", "0", *options]
        self.start()

    def start(self) -> None:
        """Start it and wait until it listens; what it printed is `printed`, where it listens `address`."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                cwd=self.folder,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.printed = self._read_until("closum serves on ")
        self.__dict__.pop("key", None)
        if "unix:" not in self.printed:
            self.address = self.printed.rsplit("closum serves on ", 1)[1].strip()

    def _read_until(self, text: str) -> str:
        assert self.process.stdout
        printed = ""
        for line in self.process.stdout:
            printed += line
            if line.startswith(text):
                return printed
        raise AssertionError(f"the server ended: {printed}{self.log.read_text()}")

    @property
    def url(self) -> str:
        """Of its database."""
        return self._environment.get("CLOSUM_DATABASE") or self.engine.url(self.folder)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Its database, as a command opens it."""
        if self._kept is None:
            with open_session(self.url) as session:
                yield session
        else:
            yield self._kept
            with suppress(Refusal):  # as at the end of any session
                self._kept.settle()

    @contextmanager
    def keeping_its_session(self) -> Iterator[Self]:
        """Meanwhile `session` gives the same one again and again, which takes a tenth of the time on PostgreSQL."""
        with self.session() as session:
            self._kept = session
            try:
                yield self
            finally:
                self._kept = None

    @cached_property
    def key(self) -> bytes:
        """Of its tokens, as long as it runs."""
        return signing_key(None, self.url)

    @property
    def password(self) -> str:
        """The password of admin@example.com, who is added where nobody has the address."""
        with self.session() as session, session.write() as unit:
            admin(unit)
        return PASSWORD

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self._wait()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._wait()

    def _wait(self) -> int:
        code = self.process.wait(timeout=PATIENCE)
        if self.process.stdout:
            self.process.stdout.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()


def admin(unit: Unit) -> identity.User:
    """admin@example.com, who is added to the first account where nobody has the address."""
    key = users.email_key("admin@example.com")
    if identity.user_by_key(unit, key) is None:
        there = identity.accounts(unit)
        account = there[0] if there else users.add_account(unit, users.FIRST_ACCOUNT)
        users.add_user(unit, account, "admin@example.com", _hashed())
    found = identity.user_by_key(unit, key)
    assert found
    return found


def clean_environment(folder: Path | None = None) -> dict[str, str]:
    """The environment without what would change closum's settings, but with the folder's database on PostgreSQL."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CLOSUM_")}
    if folder and engine.current.name == "postgres":
        clean["CLOSUM_DATABASE"] = engine.current.url(folder)
    return clean


def closum(
    *arguments: str, folder: Path, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder; its exit code and what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "closum", *arguments],
        cwd=folder,
        env=clean_environment(folder) | environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
