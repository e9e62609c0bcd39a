"""What `make wheel` builds holds all that is needed, and the server and its client share no file."""

import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from closum import __version__
from tests.conftest import Programs
from tests.support.packages import ROOT, Environment, make_wheel, refused, run
from tests.support.patience import PATIENCE
from tests.support.server import Server
from tools import generate

SERVER, CLIENT = (f"{name}-{__version__}-py3-none-any.whl" for name in ("closum", "closum_client"))
GEM = f"closum-{__version__}.gem"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for name in ("gem", "make"):
        program = Programs()(name, package={"gem": "ruby"}.get(name, name))
    return make_wheel(tmp_path_factory.mktemp("source"), program)


@pytest.fixture(scope="module")
def prepared(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return Environment(tmp_path_factory.mktemp("environments") / "both", dist)


@pytest.fixture
def both(prepared: Environment) -> Iterator[Environment]:
    """An environment with the server, and with its client, which comes with it."""
    prepared.install("closum")
    yield prepared
    for name in ("closum", "closum-client"):
        prepared.take_away(name)


def held(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as opened:
        return {name for name in opened.namelist() if ".dist-info/" not in name}


def files(package: Path) -> set[str]:
    return {
        file.relative_to(package).as_posix()
        for file in package.rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    }


def metadata(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as opened:
        (name,) = [name for name in opened.namelist() if name.endswith(".dist-info/METADATA")]
        return opened.read(name).decode()


def test_both_wheels_and_the_gem_are_built(dist: Path) -> None:
    assert {file.name for file in dist.iterdir()} == {SERVER, CLIENT, GEM}


def test_each_wheel_holds_every_file_of_its_own_package_alone(dist: Path) -> None:
    server, client = held(dist / SERVER), held(dist / CLIENT)
    assert {"closum/py.typed", "closum/resources/data/municipalities.csv"} <= server
    assert "closum_client/py.typed" in client
    assert server == files(ROOT / "src")
    assert client == files(ROOT / "clients/python/src")
    assert not server & client
    with zipfile.ZipFile(dist / SERVER) as opened:
        licenses = {name.rpartition("/")[2] for name in opened.namelist() if "/licenses/" in name}
    assert licenses == {"LICENSE", "NOTICE"}


def test_the_server_needs_the_client_of_its_own_version(dist: Path) -> None:
    text = metadata(dist / SERVER)
    assert f"\nRequires-Dist: closum-client[cli]=={__version__}\n" in text
    assert f"\nVersion: {__version__}\n" in text
    assert f"\nVersion: {__version__}\n" in metadata(dist / CLIENT)


@pytest.mark.parametrize(
    "name", ["client's version", "gem's version", "version of the client that the server needs"]
)
def test_the_version_stands_in_one_place(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are written from it, by `make generate`."""
    file, fill = generate.PARTS[name]
    text = (ROOT / file).read_text(encoding="utf-8")
    assert fill(text) == text
    monkeypatch.setattr(generate, "__version__", "7.8.9")
    changed = fill(text)
    assert [new for new in changed.splitlines() if new not in text.splitlines()] == [
        line.replace(__version__, "7.8.9")
        for line in text.splitlines()
        if re.search(r'^(__version__|  VERSION) = |"closum-client\[cli\]==', line)
    ]
    with pytest.raises(ValueError, match="there is no version after"):
        fill("")


def test_what_is_installed_serves(both: Environment, tmp_path: Path) -> None:
    place = run(both.python, "-c", "import closum; print(closum.__file__)", folder=tmp_path)
    assert place.strip() == str(both.packages / "closum/__init__.py")
    with Server(tmp_path, python=str(both.python)) as server:
        answer = httpx2.get(f"{server.address}/health", trust_env=False, timeout=PATIENCE)
        assert (answer.status_code, answer.json()["success"]) == (200, True)
        page = httpx2.get(f"{server.address}/docs", trust_env=False, timeout=PATIENCE)
        assert (page.status_code, "<title>Closum API Documentation</title>" in page.text) == (200, True)
        _has_pages(server)
        assert "--password-stdin" in both.command("closum", "login", "--help")
        assert server.stop() == 0


def _has_pages(server: Server) -> None:
    """Templates, words, styles, scripts and pictures are installed with it."""
    with httpx2.Client(base_url=server.address, trust_env=False, timeout=PATIENCE) as client:
        page = client.get("/welcome")
        assert (page.status_code, "<h1" in page.text) == (200, True)
        files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
        assert {name.rsplit(".", 1)[1] for name in files} >= {"css", "js", "svg"}
        assert {name: client.get(name).status_code for name in files} == dict.fromkeys(files, 200)


def test_the_client_stays_when_the_server_is_taken_away(both: Environment, tmp_path: Path) -> None:
    both.take_away("closum")
    assert (both.has("closum"), both.has("closum-client")) == (False, True)
    assert both.command("closum-client", "--version") == f"closum-client {__version__}\n"
    assert "--sort" in both.command("closum-client", "lead", "list", "--help")
    with Server(tmp_path) as server:
        who = f"email='admin@example.com', password={server.password!r}"
        program = (
            f"from closum_client import Client\nwith Client({server.address!r}, {who}) as client:\n"
            " print(client.leads.create(name='Ana'))"
        )
        assert run(both.python, "-W", "error", "-c", program, folder=tmp_path, NO_PROXY="*") == "1\n"


def test_the_server_stays_when_the_client_is_taken_away(both: Environment, tmp_path: Path) -> None:
    both.take_away("closum-client")
    command = both.folder / "bin/closum"
    for words in (("lead", "list"), ("city", "list"), ("login",), ("completion", "bash")):
        said = refused(command, *words, folder=tmp_path)
        assert said.count("\n") == 1
        assert said.startswith(f"closum: closum {words[0]} needs the package closum-client")
        assert f"install closum-client {__version__} beside closum" in said
    assert "  lead " in both.command("closum", "--help")
    with Server(tmp_path, python=str(both.python)) as server:
        assert httpx2.get(f"{server.address}/health", trust_env=False, timeout=PATIENCE).status_code == 200
        assert server.stop() == 0
    cities = tmp_path / "cities.csv"
    cities.write_text("id,city_name\n213,Abrantes\n", encoding="utf-8")
    run(command, "city", "load", cities, folder=tmp_path)


def test_what_is_taken_away_comes_back_with_the_server(both: Environment, tmp_path: Path) -> None:
    both.take_away("closum-client")
    both.install("closum")
    assert "--sort" in both.command("closum", "lead", "list", "--help")
    both.pip("check")


def test_another_version_of_the_client_does_not_do(prepared: Environment, dist: Path, tmp_path: Path) -> None:
    shutil.copy(dist / SERVER, tmp_path)
    command = ("-m", "pip", "install", "--quiet", "--no-index", "--find-links", tmp_path, "closum")
    said = refused(prepared.python, *command, folder=tmp_path)
    assert f"No matching distribution found for closum-client[cli]=={__version__}" in said
