"""docs/deploy/closum.service, and the guide that shows it."""

import shlex
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from closum import settings
from closum.cli.serve import GRACE, serve
from closum.store.place import path_of

DOCS = Path(__file__).parents[2] / "docs"


def unit() -> ConfigParser:
    parser = ConfigParser(strict=False, interpolation=None)  # some keys of a unit may be repeated
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DOCS / "deploy/closum.service", encoding="utf-8")
    return parser


def in_force() -> settings.Settings:
    """The settings of a server that the unit starts."""
    service = unit()["Service"]
    program, command, *options = shlex.split(service["ExecStart"])
    assert (program, command) == ("/opt/closum/.venv/bin/closum", "serve")
    environ = dict(word.split("=", 1) for word in shlex.split(service["Environment"]))
    assert settings.unknown_variables(environ) == []
    return settings.load(serve.make_context("serve", options).params, environ)


def test_the_server_keeps_to_the_folders_that_it_gets() -> None:
    service, values = unit()["Service"], in_force()
    assert path_of(values.database).parent == Path("/var/lib", service["StateDirectory"])
    assert Path(values.uds).parent == Path("/run", service["RuntimeDirectory"])
    assert values.trusted_proxy == ("unix",)
    assert (service["StateDirectoryMode"], service["UMask"]) == ("0700", "0077")
    assert service["RuntimeDirectoryMode"] == "0750"


def test_requests_under_way_may_end() -> None:
    assert int(unit()["Service"]["TimeoutStopSec"]) > GRACE


def test_systemd_understands_it(tmp_path: Path) -> None:
    """Asked where it is; elsewhere the file is read by the other tests alone."""
    analyze = shutil.which("systemd-analyze")
    if analyze:
        text = (DOCS / "deploy/closum.service").read_text(encoding="utf-8")
        there = text.replace("/opt/closum/.venv/bin/closum", "/bin/sh")  # the program has to be there
        assert there != text
        (tmp_path / "closum.service").write_text(there, encoding="utf-8")
        asked = [analyze, "verify", "--man=no", str(tmp_path / "closum.service")]
        done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=60)
        # It also tells of other units of the machine, and of an unknown key without an exit code.
        told = [line for line in done.stderr.splitlines() if "closum.service" in line]
        assert (done.returncode, told) == (0, [])
    assert {"Unit", "Service", "Install"} == set(unit().sections())


@pytest.mark.parametrize("name", ["NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices"])
def test_it_is_hardened(name: str) -> None:
    service = unit()["Service"]
    assert (service[name], service["ProtectSystem"]) == ("yes", "strict")


def test_the_guide_shows_the_files_as_they_are() -> None:
    guide = (DOCS / "guide/service.md").read_text(encoding="utf-8")
    for language, name in (("ini", "closum.service"), ("nginx", "nginx.conf")):
        text = (DOCS / "deploy" / name).read_text(encoding="utf-8")
        assert f"```{language}\n{text}```" in guide
    assert guide.index("closum user add") < guide.index("systemctl enable")
