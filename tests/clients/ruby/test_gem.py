"""The Ruby client: its own tests, run by Ruby with every warning an error, and the gem as people install it."""

import itertools
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from closum.accounts import passwords, users
from tests.conftest import Programs
from tests.support.engine import ON_SQLITE
from tests.support.patience import PATIENCE
from tests.support.server import Server, clean_environment

ROOT = Path(__file__).parents[3]
GEM = ROOT / "clients/ruby"
FILES = sorted((GEM / "test").glob("test_*.rb"))
WITH_SERVER = [file for file in FILES if "real_server" in file.read_text(encoding="utf-8")]
ALONE = [file for file in FILES if file not in WITH_SERVER]
PASSWORD = "a known password"
_numbers = itertools.count(1)

Run = Callable[..., str]


@pytest.fixture
def ruby(program: Programs) -> str:
    return program("ruby", package="ruby")


@pytest.fixture
def minitest(ruby: str) -> str:
    """Ruby, where it has minitest."""
    if subprocess.run([ruby, "-e", 'require "minitest"'], capture_output=True, check=False).returncode:
        pytest.skip("minitest is not installed: apt-get install ruby-minitest")
    return ruby


@pytest.fixture
def user(server: Server) -> dict[str, str]:
    """What the tests in Ruby are told: the server, and a new user of a new account."""
    number = next(_numbers)
    email = f"ruby{number}@example.com"
    with server.session() as session, session.write() as unit:
        account = users.add_account(unit, f"Ruby {number}")
        users.add_user(unit, account, email, passwords.hashed(PASSWORD))
    return {
        "CLOSUM_TEST_URL": server.address,
        "CLOSUM_TEST_EMAIL": email,
        "CLOSUM_TEST_PASSWORD": PASSWORD,
    }


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """What a program printed, errors included; it has to end well."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=_environment() | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def _environment() -> dict[str, str]:
    """Without what would load other gems, add options to Ruby, or send requests elsewhere."""
    ours = re.compile(r"RUBY|GEM_|BUNDLE|MINITEST|TESTOPTS|(https?|no|all)_proxy$", re.IGNORECASE)
    return {name: value for name, value in clean_environment().items() if not ours.match(name)}


def run_file(ruby: str, file: Path, folder: Path, **environment: str) -> None:
    printed = run(
        ruby, "-w", "-I", GEM / "lib", "-I", GEM / "test", file, "--verbose", folder=folder, **environment
    )
    assert re.search(r"^[1-9]\d* runs, .* 0 failures, 0 errors, 0 skips$", printed, re.MULTILINE), printed
    assert not re.findall(rf"^{re.escape(str(GEM))}/.*warning:.*", printed, re.MULTILINE), printed


@pytest.mark.parametrize("file", ALONE, ids=lambda file: file.stem)
def test_a_file_of_minitest_passes(file: Path, minitest: str, tmp_path: Path) -> None:
    run_file(minitest, file, tmp_path)


@pytest.mark.parametrize("file", WITH_SERVER, ids=lambda file: file.stem)
def test_a_file_of_minitest_passes_with_a_server(
    file: Path, minitest: str, user: dict[str, str], tmp_path: Path
) -> None:
    run_file(minitest, file, tmp_path, **user)


EXAMPLE = """
require "closum"

client = Closum::Client.new(
  ENV.fetch("CLOSUM_TEST_URL"), email: ENV.fetch("CLOSUM_TEST_EMAIL"), password: ENV.fetch("CLOSUM_TEST_PASSWORD")
)
id = client.leads.create(name: "Sylvia")
puts client.leads.retrieve(id).name, Gem.loaded_specs.fetch("closum").full_gem_path, Closum::VERSION
"""


@ON_SQLITE
def test_the_gem_is_built_and_works_where_it_is_alone(
    ruby: str, program: Programs, user: dict[str, str], tmp_path: Path
) -> None:
    gem = program("gem", package="ruby")
    source, target, home, empty = (tmp_path / name for name in ("source", "target", "home", "empty"))
    shutil.copytree(GEM, source)
    for folder in (home, empty):
        folder.mkdir()
    alone = {"HOME": str(home), "GEM_HOME": str(target), "GEM_PATH": str(target)}
    printed = run(
        gem, "build", "--strict", "closum.gemspec", "--output", "closum.gem", folder=source, **alone
    )
    assert "WARNING" not in printed
    install = ("install", "--local", "--no-document", "--install-dir", target, source / "closum.gem")
    assert "1 gem installed" in run(gem, *install, folder=empty, **alone)
    name, place, version = run(ruby, "-w", "-e", EXAMPLE, folder=empty, **alone, **user).splitlines()
    assert (name, Path(place)) == ("Sylvia", target / f"gems/closum-{version}")
    installed = {file.relative_to(place).as_posix() for file in Path(place).rglob("*") if file.is_file()}
    library = {file.relative_to(GEM).as_posix() for file in (GEM / "lib").rglob("*.rb")}
    assert installed == library | {"README.md", "LICENSE"}


def test_the_license_is_the_projects() -> None:
    assert (GEM / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
