"""What `make wheel` builds, and an environment to install it into without a network."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.support.patience import PATIENCE
from tests.support.server import clean_environment

ROOT = Path(__file__).parents[2]
CACHES = ("__pycache__", "*.py[co]")
PARTS = ("src", "clients")
FILES = ("pyproject.toml", "Makefile", "README.md", "LICENSE", "NOTICE")


def source(folder: Path) -> Path:
    """A copy of what packages are built from, without git and without caches."""
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns(*CACHES, "dist", "*.gem"))
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    return folder


def make_wheel(folder: Path, make: str) -> Path:
    """The folder `dist` that `make wheel` fills in a copy of the source."""
    tools = str(Path(sys.executable).parent)
    run(make, "--old-file=.venv/installed-dev", "wheel", f"BIN={tools}", folder=source(folder))
    return folder / "dist"


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """What a program printed; it has to end well."""
    done = _done(*command, folder=folder, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def refused(*command: str | Path, folder: Path, **environment: str) -> str:
    """What a program printed as an error, with the exit code 1."""
    done = _done(*command, folder=folder, **environment)
    assert (done.returncode, done.stdout) == (1, ""), done.stdout + done.stderr
    return done.stderr


def _done(*command: str | Path, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    own = ("PIP_", "MAKE", "MFLAGS", "GNUMAKEFLAGS", "PYTHONPATH")
    clean = {name: value for name, value in clean_environment().items() if not name.startswith(own)}
    pip = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_CONFIG_FILE": os.devnull}
    return subprocess.run(
        command,
        cwd=folder,
        env=clean | pip | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


class Environment:
    """A virtual environment with all that is installed beside the tests, except closum and its client."""

    def __init__(self, folder: Path, dist: Path) -> None:
        self.folder, self.dist = folder, dist
        run(sys.executable, "-m", "venv", "--without-pip", folder, folder=folder.parent)
        self.packages = folder / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
        for entry in Path(sysconfig.get_path("purelib")).iterdir():
            if not entry.name.lstrip("_").startswith("closum") and entry.suffix != ".pth":
                (self.packages / entry.name).symlink_to(entry)

    @property
    def python(self) -> Path:
        return self.folder / "bin/python"

    def pip(self, *arguments: str) -> str:
        """What pip printed, without a network."""
        return run(self.python, "-m", "pip", *arguments, folder=self.folder)

    def install(self, *names: str) -> str:
        """Install packages of ours, and what they need."""
        return self.pip("install", "--no-index", "--find-links", str(self.dist), *names)

    def take_away(self, name: str) -> None:
        self.pip("uninstall", "--yes", name)

    def command(self, name: str, *arguments: str, **more: str) -> str:
        """What an installed command printed."""
        return run(self.folder / "bin" / name, *arguments, folder=self.folder, **more)

    def has(self, name: str) -> bool:
        return (self.folder / "bin" / name).exists()
