"""The Makefile and .ci/run, with programs that only pretend."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "Makefile").read_text(encoding="utf-8")
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
OF_MAKE = ("MAKEFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "MFLAGS", "GNUMAKEFLAGS", "PYTHON", "ARGS")

Make = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(**more: str) -> dict[str, str]:
    """Without what a `make test` around this hands on."""
    return {name: value for name, value in os.environ.items() if name not in OF_MAKE} | more


@pytest.fixture
def make(program: Callable[..., str], tmp_path: Path) -> Make:
    """Runs make in a folder that has the Makefile and what it reads."""
    (tmp_path / "clients/python").mkdir(parents=True)
    (tmp_path / "tests/contract/generated").mkdir(parents=True)
    for name in (
        "Makefile",
        "pyproject.toml",
        "clients/python/pyproject.toml",
        "requirements.lock",
        "requirements-dev.lock",
        "tests/contract/generated/package.json",
        "tests/contract/generated/package-lock.json",
    ):
        shutil.copy(ROOT / name, tmp_path / name)
    command = program("make", package="make")

    def make(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [command, *arguments],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    return make


def test_without_npm_the_tests_can_be_run(make: Make, tmp_path: Path) -> None:
    """And with it what makes a TypeScript client is installed by its lock file."""
    done = make("-n", ".cache/typescript/installed")
    assert "npm ci --prefix .cache/typescript" in done.stdout
    bare = tmp_path / "bin"
    bare.mkdir()
    for name in ("sh", "mkdir", "cp"):
        (bare / name).symlink_to(str(shutil.which(name)))
    done = make(".cache/typescript/installed", f"PATH={bare}", "SHELL=/bin/sh")
    assert (done.returncode, "There is no npm" in done.stdout) == (0, True), done.stderr
    assert not (tmp_path / ".cache/typescript/installed").exists()


def script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def stub(folder: Path, code: str) -> str:
    """A Python of which this is the case, and which cannot do anything but answer questions."""
    return script(
        folder / "stub", f'[ "$1" = -c ] && exec {sys.executable} -c "{code}\n$2"\nmkdir .venv; exit 3'
    )


def test_help_lists_every_target(make: Make) -> None:
    phony = re.search(r"^\.PHONY: (.+)$", TEXT, re.MULTILINE)
    assert phony
    for arguments in ((), ("help",)):
        done = make(*arguments)
        listed = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
        assert [words[:2] for words in listed] == [["make", name] for name in phony[1].split()]
        assert all(len(words) == 3 for words in listed)


def test_run_installs_and_then_serves(make: Make, tmp_path: Path) -> None:
    done = make("-n", "run", "ARGS=--port 9000")
    assert done.returncode == 0, done.stderr
    steps = [
        "-m venv",
        "--require-hashes -r requirements.lock",
        "--editable ./clients/python --editable .\n",
        "closum serve --port 9000",
    ]
    places = [done.stdout.find(step) for step in steps]
    assert -1 not in places
    assert places == sorted(places)
    assert "requirements-dev" not in done.stdout
    assert not (tmp_path / ".venv").exists()


def test_without_a_program_for_gems_the_wheels_are_made_and_it_is_said(make: Make, tmp_path: Path) -> None:
    stub = script(tmp_path / "python", 'echo "$@"')
    options = ("--old-file=.venv/installed-dev", "wheel", f"BIN={Path(stub).parent}")
    done = make(*options, "GEM=/none/gem")
    assert (done.returncode, "apt-get install ruby; or leave it out: make wheel GEM=" in done.stdout) == (
        2,
        True,
    )
    assert (
        done.stdout.count("-m build --wheel --no-isolation --outdir dist") == 4
    )  # the commands, and the echoes
    done = make(*options, "GEM=")
    assert (done.returncode, done.stderr) == (0, "")


def test_each_long_step_of_the_installation_is_said_before_it_begins(make: Make) -> None:
    lines = make("-n", "run").stdout.splitlines()
    said = [line.partition(" ")[2].strip("'\"") for line in lines if line.startswith("echo")]
    assert [line.split(",")[0].split(" that ")[0] for line in said] == [
        "Making .venv",
        "Installing the $(grep -c '^[^# ].*==' requirements.lock) libraries",
        "Installing closum into .venv",
    ]
    steps = [number for number, line in enumerate(lines) if "-m venv" in line or "-m pip install" in line]
    assert len(steps) == len(said)
    assert all(lines[number - 1].startswith("echo") for number in steps)


def test_the_libraries_are_counted(make: Make, tmp_path: Path) -> None:
    """By a Python whose pip does nothing, so that the words are seen as they are printed."""
    fake = (
        'if [ "$2" = venv ]; then mkdir -p .venv/bin; cp "$0" .venv/bin/python; fi; [ "$1" = -c ] || exit 0'
    )
    done = make("install", f"PYTHON={script(tmp_path / 'fake', fake)}")
    assert (done.returncode, done.stderr) == (0, "")
    count = len(re.findall(r"^[a-z0-9_.-]+==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    assert [line.split(":")[0] for line in done.stdout.splitlines()][:3] == [
        f"Making .venv, an environment for Python, with {tmp_path}/fake",
        f"Installing the {count} libraries that closum uses into .venv",
        "Installing closum into .venv",
    ]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import sys; sys.modules['venv'] = None", f"apt-get install python{VERSION}-venv"),
        ("import sys; sys.modules['ensurepip'] = None", f"apt-get install python{VERSION}-venv"),
        ("import sys; sys.version_info = (3, 10, 2)", "name another with: make PYTHON="),
        ("", ""),  # the making itself fails
    ],
    ids=["venv", "ensurepip", "old", "broken"],
)
def test_a_python_that_cannot_do_it_leaves_nothing(make: Make, tmp_path: Path, code: str, said: str) -> None:
    done = make("run", f"PYTHON={stub(tmp_path, code)}")
    assert done.returncode == 2
    assert said in done.stderr
    assert len(re.findall(r"\bpython\S+-venv\b", done.stderr)) == said.count("-venv")
    assert not (tmp_path / ".venv").exists()


def test_a_python_that_is_not_there(make: Make, tmp_path: Path) -> None:
    done = make("run", "PYTHON=/none/python3")
    assert (done.returncode, "there is no /none/python3; name another" in done.stdout) == (2, True)
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("python", "there", "missing"),
    [
        ("python3", True, "python3-venv"),
        ("python3.12", True, "python3.12-venv"),
        ("python3.12", False, "python3.12 python3.12-venv"),
    ],
)
def test_ci_installs_the_packages_of_the_python_that_it_is_given(
    tmp_path: Path, python: str, there: bool, missing: str
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", tmp_path / ".ci")
    there_already = (
        "make",
        "curl",
        "git",
        "nginx",
        "nc",
        "pgrep",
        "chromium",
        "fc-list",
        "ruby",
        "php",
        "npm",
        "zsh",
        "pgbouncer",
        "pg_ctlcluster",
    )
    for name in there_already:
        script(programs / name, f'echo {name} "$@"')
    for name in ("apt-get", "sudo", "env"):
        script(programs / name, f'echo {name} "$@"')
    for name in ("bash", "dirname", "id"):
        (programs / name).symlink_to(str(shutil.which(name)))
    if there:
        script(programs / python, "exit 1")  # has no venv
    done = subprocess.run(
        [programs / "bash", tmp_path / ".ci/run"],
        env=environment(PATH=str(programs), PYTHON=python),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    *_, install, last = done.stdout.splitlines()
    assert install.endswith(f" --no-install-recommends {missing}"), done.stderr
    assert last == "make test"


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that every user of the machine can enter, with the work of `make install` in it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for one in (
            "python/bin/python",
            "python/lib/os.py",
            "src/closum.py",
            "lib/starlette.py",
            ".venv/bin/closum",
        ):
            (folder / one).parent.mkdir(parents=True, exist_ok=True)
            (folder / one).touch(mode=0o755)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755)
        yield folder


def check_shared(folder: Path, user: int = 0) -> "subprocess.CompletedProcess[str]":
    """The check of the Makefile, as this user, with a Python and packages that only pretend."""
    (code,) = re.findall(r"^define CHECK_SHARED\n(.*?)^endef$", TEXT, re.DOTALL | re.MULTILINE)
    pretend = (
        f"import os, sys, types; os.geteuid = lambda: {user}; sys.executable = '{folder}/python/bin/python'\n"
        f"os.__file__ = '{folder}/python/lib/os.py'\n"
        "for name, file in (('closum', 'src/closum.py'), ('starlette', 'lib/starlette.py')):\n"
        f"    sys.modules[name] = types.ModuleType(name); sys.modules[name].__file__ = '{folder}/' + file\n"
    )
    command = [sys.executable, "-c", pretend + code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_what_every_user_can_start_is_accepted(shared: Path) -> None:
    done = check_shared(shared)
    assert (done.returncode, done.stderr) == (0, "")


REMEDY = "rm -rf '{0}/.venv' && make -C '{0}' install PYTHON=/usr/bin/python3"


def test_the_guide_has_the_remedy_too() -> None:
    """Make keeps an environment that is there, whatever Python is named."""
    guide = (ROOT / "docs/guide/service.md").read_text(encoding="utf-8")
    assert REMEDY.format("/opt/closum").replace("'", "").replace(" && ", "\n") in guide


@pytest.mark.parametrize(
    ("closed", "mode", "said"),
    [
        ("python", 0o700, REMEDY),
        ("python/bin/python", 0o750, REMEDY),
        ("python/lib", 0o700, REMEDY),
        ("src/closum.py", 0o600, "chmod -R a+rX"),
        ("lib", 0o700, "chmod -R a+rX"),
        (".venv", 0o700, "chmod -R a+rX"),
        (".venv/bin/closum", 0o744, "chmod -R a+rX"),
    ],
)
def test_what_another_user_cannot_start_is_refused(shared: Path, closed: str, mode: int, said: str) -> None:
    (shared / closed).chmod(mode)
    done = check_shared(shared)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        f"{shared / closed} is closed to other users: a service that runs as one of them cannot"
        in done.stderr
    )
    assert said.format(shared) in done.stderr
    assert check_shared(shared, user=1000).returncode == 0  # for that user's own use


def test_a_folder_that_only_root_can_enter_is_told_of(shared: Path) -> None:
    (shared / ".venv").chmod(0o700)
    shared.chmod(0o700)
    done = check_shared(shared)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(
        f"Only root can start it: {shared} is closed to other users. For a service "
    )
    assert (check_shared(shared, user=1000).returncode, check_shared(shared, user=1000).stdout) == (0, "")


def test_install_asks_it(make: Make) -> None:
    done = make("-n", "install")
    assert (
        done.stdout.index("--editable .") < done.stdout.index("CHECK_SHARED") < done.stdout.index("Installed")
    )
    assert "CHECK_SHARED" not in make("-n", "run").stdout


@pytest.mark.parametrize(
    "suffix",
    [
        *("", "-wal", "-shm", "-journal", ".key", ".setup", ".lock", ".backups", ".files", ".partial"),
        *(".restoring", ".before-0010", ".replaced-20260101T100000Z", ".saved-20260101T100000Z-2"),
    ],
)
def test_git_ignores_what_a_server_leaves_in_a_checkout(
    suffix: str, program: Callable[..., str], tmp_path: Path
) -> None:
    git = program("git", package="git")
    subprocess.run([git, "init", "--quiet", str(tmp_path)], check=True)
    shutil.copy(ROOT / ".gitignore", tmp_path)
    ignored = [git, "-C", str(tmp_path), "check-ignore", "--quiet", f"closum.db{suffix}"]
    assert subprocess.run(ignored, check=False).returncode == 0
