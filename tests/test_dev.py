"""`make dev` in a copy of the checkout, with the environment that runs the tests."""

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from tests.support.patience import PATIENCE, wait_until
from tests.support.server import clean_environment

ROOT = Path(__file__).parents[1]
VERSION = Path("src/closum/__init__.py")
OF_MAKE = ("MAKEFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "MFLAGS", "GNUMAKEFLAGS", "PYTHON", "ARGS")
UNSEEN_SECONDS = 20.0  # after which a file is written again: the watch of files begins after the server


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What `make dev` uses of a clean clone."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    for name in ("src", "tools"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, folder / name)
    return folder


class Dev:
    """A running `make dev` with a terminal of its own, as it were: Ctrl-C reaches each of its processes."""

    def __init__(self, command: list[str], checkout: Path) -> None:
        bin_folder = Path(sys.executable).parent
        environment = {name: value for name, value in clean_environment().items() if name not in OF_MAKE}
        self.process = subprocess.Popen(
            [*command, "--old-file=.venv/installed-dev", "dev", f"BIN={bin_folder}", "ARGS=--port 0"],
            cwd=checkout,
            env=environment | {"PYTHONPATH": "src"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.printed: list[str] = []
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def until(self, pattern: str, seconds: float = PATIENCE) -> re.Match[str]:
        """The next line that matches. Raises queue.Empty when none comes in time."""
        while line := self._lines.get(timeout=seconds):
            self.printed.append(line)
            if found := re.search(pattern, line):
                return found
        raise AssertionError("".join(self.printed))

    def after(self, write: Callable[[], object], pattern: str) -> re.Match[str]:
        """The next line that matches after a file was written."""
        for _ in range(int(PATIENCE / UNSEEN_SECONDS)):
            write()
            try:
                return self.until(pattern, UNSEEN_SECONDS)
            except queue.Empty:
                continue
        raise AssertionError(f"{pattern} was not printed: {''.join(self.printed)}")

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """As Ctrl-C does; returns when no process of it is left."""
        os.killpg(self.process.pid, number)
        self.process.wait(timeout=PATIENCE)
        wait_until(lambda: not alive(self.process.pid))
        self._reader.join(PATIENCE)


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def dev(checkout: Path, program: Callable[..., str]) -> Iterator[Callable[..., Dev]]:
    """Starts `make dev` in the copy, by another program where one is named."""
    started: list[Dev] = []

    def start(*by: str) -> Dev:
        started.append(Dev([*by, program("make", package="make")], checkout))
        return started[-1]

    yield start
    for one in started:
        if alive(one.process.pid):
            os.killpg(one.process.pid, signal.SIGKILL)
        one.process.wait(timeout=PATIENCE)
        assert one.process.stdout
        one.process.stdout.close()


def count_of_leads(address: str, email: str, password: str) -> int:
    with httpx2.Client(base_url=address, trust_env=False, timeout=PATIENCE) as client:
        signed_in = client.post("/api/token", json={"email": email, "password": password})
        client.headers["Authorization"] = f"Bearer {signed_in.json()['data']['token']}"
        count: int = client.get("/api/lead?limit=1").json()["pagination"]["count"]
        return count


def test_dev_serves_demo_data_follows_changes_and_starts_again(
    checkout: Path, dev: Callable[..., Dev]
) -> None:
    (checkout / "closum.db").write_text("the data of a user")
    first = dev()
    email, password = (first.until(rf"{name}: +(\S+)")[1] for name in ("E-mail", "Password"))
    address = first.until(r"closum serves on (\S+)")[1]
    assert count_of_leads(address, email, password) == 1000

    file = checkout / VERSION
    text = file.read_text(encoding="utf-8")
    first.after(lambda: file.write_text(f"{text}("), "SyntaxError")
    changed = re.sub(r'__version__ = ".*"', '__version__ = "98.7.6"', text)
    first.after(lambda: file.write_text(changed), r"^closum 98\.7\.6,")
    address = first.until(r"closum serves on (\S+)")[1]
    assert count_of_leads(address, email, password) == 1000
    first.stop()

    second = dev()
    assert second.until(r"Password: +(\S+)")[1] == password
    address = second.until(r"closum serves on (\S+)")[1]
    assert count_of_leads(address, email, password) == 1000
    second.stop(signal.SIGTERM)

    assert sorted(path.name for path in checkout.glob("*.db*")) == ["closum.db"]
    assert (checkout / "closum.db").read_text() == "the data of a user"
    assert (checkout / ".cache/dev/password").stat().st_mode & 0o077 == 0


def test_ctrl_c_stops_it_also_where_a_shell_has_it_ignored(dev: Callable[..., Dev]) -> None:
    """As one does that starts it with `&`."""
    one = dev("sh", "-c", 'trap "" INT; exec "$@"', "sh")
    one.until("closum serves on ")
    one.stop()


def run_dev(checkout: Path, *options: str, code: str = "") -> "subprocess.CompletedProcess[str]":
    """The program behind `make dev`, after some code."""
    return subprocess.run(
        [sys.executable, "-c", f"from tools import dev\n{code}\ndev.main({list(options)})"],
        cwd=checkout,
        env=clean_environment() | {"PYTHONPATH": f"{checkout}{os.pathsep}{checkout / 'src'}"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize("options", [["--database", "sqlite:///mine.db"], ["--database=sqlite:///mine.db"]])
def test_dev_takes_no_other_database(checkout: Path, options: list[str]) -> None:
    done = run_dev(checkout, *options)
    assert (done.returncode, "make run ARGS=" in done.stderr) == (1, True)
    assert not (checkout / ".cache").exists()


def test_a_database_of_newer_code_is_refused_with_what_to_do(checkout: Path) -> None:
    """As after a change of branches."""
    folder = checkout / ".cache/dev"
    folder.mkdir(parents=True)
    (folder / "closum.db").write_text("no database of this version")
    done = run_dev(checkout)
    assert (done.returncode, f"rm -r {folder}" in done.stderr) == (1, True)


NOT_SERVED = "dev.run_process = lambda *paths, target, **options: print(target)"


def test_what_is_missing_is_added(checkout: Path) -> None:
    """After an interruption, a lost password file, and leads that were not all written."""
    assert "Added 10 leads" in run_dev(checkout, code=f"{NOT_SERVED}\ndev.LEADS = 10").stdout
    old = (checkout / ".cache/dev/password").read_text()
    (checkout / ".cache/dev/password").unlink()
    check = f"""{NOT_SERVED}
dev.LEADS = 15
dev.main([])
from closum.accounts import passwords
with dev.open_session(dev.DATABASE) as session, session.read() as unit:
    (user,) = dev.identity.users(unit)
    print([passwords.matches(one, user.password_hash) for one in ({old!r}, dev.kept_password())])
"""
    done = run_dev(checkout, code=check)
    assert "Added 5 leads" in done.stdout, done.stderr
    assert "[False, True]" in done.stdout
    assert done.stdout.count("Added") == 1  # and the second time nothing


def test_the_log_has_everything_and_options_are_handed_on(checkout: Path) -> None:
    done = run_dev(checkout, "--port", "9000", code=f"{NOT_SERVED}\ndev.LEADS = 1")
    assert "closum serve --log-level debug --port 9000 --database " in done.stdout
