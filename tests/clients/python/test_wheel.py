"""The wheel of closum-client is all that a program needs beside httpx2."""

import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from closum_client import __version__
from tests.conftest import sign_up
from tests.support.engine import ON_SQLITE
from tests.support.packages import CACHES, ROOT, run
from tests.support.server import Server

PROGRAM = """
import sys
import closum_client

with closum_client.Client(sys.argv[1], token=sys.argv[2]) as client:
    id = client.leads.create(name="Sylvia L. Hook")
    print(closum_client.__file__, closum_client.__version__, client.leads.retrieve(id).name)
assert not [name for name in sys.modules if name.partition(".")[0] == "closum"]
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source") / "python"
    shutil.copytree(ROOT / "clients/python", source, ignore=shutil.ignore_patterns(*CACHES, "dist"))
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", folder=source)
    (built,) = (source / "dist").iterdir()
    return built


def test_it_holds_every_file_of_the_package(wheel: Path) -> None:
    package = wheel.parents[1] / "src"
    files = {file.relative_to(package).as_posix() for file in package.rglob("*") if file.is_file()}
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
        (metadata,) = [name for name in names if name.endswith(".dist-info/METADATA")]
        text = opened.read(metadata).decode()
    assert {name for name in names if ".dist-info/" not in name} == files
    assert {"closum_client/py.typed", "closum_client/records/lead.py"} <= files
    assert f"\nVersion: {__version__}\n" in text
    assert "# First steps" in text
    needed = [
        line for line in text.splitlines() if line.startswith("Requires-Dist:") and "extra ==" not in line
    ]
    assert [line.split()[1].partition(">")[0] for line in needed] == ["httpx2"]


@ON_SQLITE
def test_what_is_installed_from_it_works(wheel: Path, server: Server, tmp_path: Path) -> None:
    target, empty = tmp_path / "target", tmp_path / "empty"
    empty.mkdir()
    install = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", target, wheel)
    run(sys.executable, *install, folder=empty)
    with sign_up(server) as user:
        assert user.token
        printed = run(
            sys.executable,
            "-W",
            "error",
            "-c",
            PROGRAM,
            server.address,
            user.token,
            folder=empty,
            PYTHONPATH=str(target),
            NO_PROXY="*",
        )
    assert printed.strip() == f"{target}/closum_client/__init__.py {__version__} Sylvia L. Hook"
