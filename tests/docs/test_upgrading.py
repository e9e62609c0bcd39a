"""The commands of docs/guide/upgrading.md and rolling-back.md, run in their order with a real closum, git and database.

`systemctl` and `make` are stand-ins that note what they are told: the test has no system of its own to install into.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import apsw
import pytest

from closum.cli import COMMANDS
from closum.store import migrate
from tests.support import engine as engines
from tests.support.patience import PATIENCE
from tests.support.server import clean_environment

GUIDE = Path(__file__).parents[2] / "docs/guide"
UPGRADE = (GUIDE / "upgrading.md").read_text(encoding="utf-8")
BACK = (GUIDE / "rolling-back.md").read_text(encoding="utf-8")
SCHEMA_BEFORE = 9
OLDER = Path(__file__).with_name("closum-0.1.0.tar.xz")
"""The package `closum` of 0.1.0, without its HTTP: what a checkout of the tag v0.1.0 runs here."""


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package of the version before."""
    folder = tmp_path_factory.mktemp("older")
    with tarfile.open(OLDER) as archive:
        archive.extractall(folder, filter="data")
    return folder


def blocks(text: str, heading: str) -> list[str]:
    """The scripts of a section."""
    section = text.split(f"## {heading}\n")[1].split("\n## ", maxsplit=1)[0]
    return re.findall(r"^```sh\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)


class Machine:
    """A folder in place of the machine of the guide: /opt/closum, /var/lib/closum and what is in PATH."""

    def __init__(self, folder: Path, older: Path, git: str, database: str, copied: str = "") -> None:
        self.folder, self.data, self.opt = folder, folder / "data", folder / "opt"
        self.told = folder / "told"
        (folder / "bin").mkdir()
        for place in (self.data, folder / "backups"):
            place.mkdir(exist_ok=True)
        self._repository(git)
        self._database, self._copied = database, copied
        for name in ("make", "systemctl", "createdb"):
            self._program(name, f'echo {name} "$@" >> {self.told}')
        version = f"case $(cat {self.opt}/version) in 0.1.0) export PYTHONPATH={older};; esac"
        self._program("closum", f'cd {self.data}\n{version}\nexec {sys.executable} -m closum "$@"')

    def _program(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def _repository(self, git: str) -> None:
        origin = self.folder / "origin"
        options = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        subprocess.run([git, "init", "--quiet", origin], check=True)
        for version in ("0.1.0", "0.3.0"):
            (origin / "version").write_text(f"{version}\n")
            subprocess.run([git, "-C", origin, "add", "."], check=True)
            subprocess.run([git, *options, "-C", origin, "commit", "--quiet", "-m", version], check=True)
            subprocess.run([git, "-C", origin, "tag", f"v{version}"], check=True)
        subprocess.run([git, "clone", "--quiet", origin, self.opt], check=True)
        subprocess.run([git, "-C", self.opt, "checkout", "--quiet", "v0.1.0"], check=True)

    def run(self, script: str) -> "subprocess.CompletedProcess[str]":
        places = {
            "postgresql://closum@db.internal/closum": self._database,
            "postgresql://closum@db.internal/restored": self._copied,
            "/opt/closum": str(self.opt),
            "/var/lib/closum": str(self.data),
            "/var/backups/closum": str(self.folder / "backups"),
        }
        for name, place in places.items():
            script = script.replace(name, place)
        return subprocess.run(
            ["/bin/sh", "-e", "-c", script],
            cwd=self.folder,
            env={
                **clean_environment(),
                "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
                "CLOSUM_DATABASE": self._database,
            },
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def calls(self) -> list[str]:
        found = self.told.read_text().splitlines() if self.told.exists() else []
        return [line.replace(str(self.opt), "/opt/closum") for line in found]


@pytest.fixture
def git() -> str:
    found = shutil.which("git")
    if found is None:
        pytest.skip("git is not installed: apt-get install git")
    return found


def filled(machine: Machine) -> None:
    """Twelve leads, written by the older version."""
    done = machine.run("closum --version; closum account add Acme; closum demo --leads 12; closum check")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "closum 0.1.0"), done.stderr
    assert f"is sound (schema {SCHEMA_BEFORE})" in done.stdout


def leads(database: Path) -> list[tuple[Any, ...]]:
    with contextlib.closing(apsw.Connection(str(database))) as connection:
        return list(connection.execute("SELECT * FROM lead ORDER BY account_id, id"))


def test_on_sqlite_there_and_back(tmp_path: Path, older: Path, git: str) -> None:
    database = tmp_path / "data/closum.db"
    machine = Machine(tmp_path, older, git, f"sqlite:///{database}")
    filled(machine)
    written = leads(database)
    (upgrade,) = blocks(UPGRADE, "On SQLite")
    done = machine.run(upgrade)
    assert done.returncode == 0, done.stderr
    assert f"is sound (schema {migrate.newest()})" in done.stdout
    assert machine.calls() == ["make -C /opt/closum install", "systemctl restart closum"]
    assert (tmp_path / "data/closum.db.before-0010").exists()
    machine.told.unlink()
    (back,) = blocks(BACK, "On SQLite")
    refused = machine.run(back.replace("closum restore", "closum check; closum restore"))
    (shown,) = re.findall(r"^```text\n(.*?)\n```$", BACK, re.DOTALL | re.MULTILINE)
    assert refused.stderr.splitlines()[-1] == shown.replace("/var/lib/closum", str(tmp_path / "data"))
    machine.told.unlink()
    done = machine.run(back)
    assert done.returncode == 0, done.stderr
    assert f"is sound (schema {SCHEMA_BEFORE})" in done.stdout
    assert leads(database) == written
    assert len(written) == 12
    assert machine.calls() == [
        "systemctl stop closum",
        "make -C /opt/closum install",
        "systemctl start closum",
    ]
    assert [file.name for file in (tmp_path / "data").glob("closum.db.replaced-*")]


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_on_postgres_there_and_back(
    folder: Path, older: Path, git: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("restored")
    url = engines.current.url(folder)
    machine = Machine(tmp_path_factory.mktemp("machine"), older, git, url, engines.current.url(other))
    filled(machine)
    first, second, recompute = blocks(UPGRADE, "On PostgreSQL, with two servers")
    for script in (first, second, recompute):
        done = machine.run(script)
        assert done.returncode == 0, done.stderr
    install = "make -C /opt/closum install"
    assert machine.calls() == [install, "systemctl restart closum", install, "systemctl start closum"]
    (back,) = blocks(BACK, "On PostgreSQL")
    done = machine.run(back)
    assert done.returncode == 0, done.stderr
    assert "12 lead" in done.stdout
    engines.current.forget(other)


def test_a_third_number_is_rolled_back_by_the_files_alone() -> None:
    (script,) = re.findall(r"^```sh\n(.*?)^```$", BACK.split("\n## ")[0], re.DOTALL | re.MULTILINE)
    assert script.splitlines() == [
        "git -C /opt/closum checkout v0.3.0",
        "make -C /opt/closum install",
        "systemctl restart closum",
    ]


@pytest.mark.parametrize("text", [UPGRADE, BACK], ids=["upgrading", "rolling-back"])
def test_every_command_of_closum_is_one(text: str) -> None:
    named = set(re.findall(r"(?:^|`)closum ([a-z]+)", text, re.MULTILINE))
    assert named <= COMMANDS.keys() | {"--version"}
    assert len(named) > 2
