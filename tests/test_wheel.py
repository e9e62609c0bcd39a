"""The wheel holds all that the program needs, also where neither the checkout nor git is."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx2
import pytest

from tests.support.patience import PATIENCE
from tests.support.server import Server, clean_environment

ROOT = Path(__file__).parents[1]
CLIENT = "clients/python/src"
CACHES = ("__pycache__", "*.py[co]")


def python(*arguments: str | Path, folder: Path, **environment: str) -> str:
    """What a run of Python printed; it has to end well."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=clean_environment() | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"} | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source")
    for part in ("src", CLIENT):
        shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns(*CACHES))
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, source)
    python("-m", "build", "--wheel", "--no-isolation", folder=source)
    (built,) = (source / "dist").iterdir()
    return built


def test_it_holds_every_file_of_the_package(wheel: Path) -> None:
    files = {
        file.relative_to(package).as_posix()
        for package in (wheel.parents[1] / "src", wheel.parents[1] / CLIENT)
        for file in package.rglob("*")
        if file.is_file()
    }
    with zipfile.ZipFile(wheel) as opened:
        held = {name for name in opened.namelist() if ".dist-info/" not in name}
        licenses = {name.rpartition("/")[2] for name in opened.namelist() if "/licenses/" in name}
    assert {"closum/py.typed", "closum/resources/data/municipalities.csv", "closum_client/py.typed"} <= files
    assert (held, licenses) == (files, {"LICENSE", "NOTICE"})


def test_what_is_installed_from_it_serves(wheel: Path, tmp_path: Path) -> None:
    target, empty = tmp_path / "target", tmp_path / "empty"
    empty.mkdir()
    python(
        "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", target, wheel, folder=empty
    )
    place = python("-c", "import closum; print(closum.__file__)", folder=empty, PYTHONPATH=str(target))
    assert place.strip() == str(target / "closum/__init__.py")
    assert (target / "bin/closum").is_file()
    with Server(empty, PYTHONPATH=str(target)) as server:
        assert len(server.password) == 20
        answer = httpx2.get(f"{server.address}/health", trust_env=False, timeout=PATIENCE)
        assert (answer.status_code, answer.json()["success"]) == (200, True)
        page = httpx2.get(f"{server.address}/docs", trust_env=False, timeout=PATIENCE)
        assert (page.status_code, "<title>Closum API Documentation</title>" in page.text) == (200, True)
        told = python("-m", "closum", "login", "--help", folder=empty, PYTHONPATH=str(target))
        assert "--password-stdin" in told
        assert server.stop() == 0
