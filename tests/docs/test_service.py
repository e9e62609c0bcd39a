"""docs/deploy/closum.service, and the guide that shows it."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from configparser import ConfigParser
from pathlib import Path

import pytest

from closum import settings
from closum.cli.serve import GRACE, serve
from closum.store.place import path_of
from closum.store.sqlite import backup
from tests.support.patience import PATIENCE
from tests.support.server import clean_environment, closum

DOCS = Path(__file__).parents[2] / "docs"
DAY = 24 * 3600
CRON_PATH = "/usr/bin:/bin"


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


def test_it_makes_no_database() -> None:
    assert in_force().must_exist is True


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
        done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=PATIENCE)
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


def blocks(language: str) -> list[str]:
    guide = (DOCS / "guide/service.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)


class Nightly:
    """The guide's script, with the paths of a test in it."""

    def __init__(self, folder: Path) -> None:
        self.data, self.backups = folder / "data", folder / "backups"
        self.data.mkdir()
        self.backups.mkdir()
        program = folder / "closum"
        program.write_text(f'#!/bin/sh\ncd {self.data}\nexec {sys.executable} -m closum "$@"\n')
        program.chmod(0o755)
        script = next(block for block in blocks("sh") if "find" in block and block.startswith("#!/bin/sh"))
        self._script = script.replace("/var/backups/closum", str(self.backups))
        self._script = self._script.replace("/usr/local/bin/closum", str(program))
        assert "/usr/local" not in self._script

    def run(self) -> "subprocess.CompletedProcess[str]":
        command = ["/bin/sh", "-c", self._script]
        return subprocess.run(
            command,
            env={**clean_environment(), "PATH": CRON_PATH},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def names(self) -> list[str]:
        return sorted(os.listdir(self.backups))

    def age(self, name: str, days: int) -> None:
        """Make the backup of today one of earlier, under a name of its own."""
        for today in list(self.backups.glob("closum-2*.db*")):
            old = today.with_name(f"{name}{today.name[today.name.index('.db') :]}")
            os.utime(today.rename(old), (time.time() - days * DAY,) * 2)


def test_the_nightly_backup_never_replaces_its_only_one(tmp_path: Path) -> None:
    nightly = Nightly(tmp_path)
    closum("user", "add", "ana@example.com", folder=nightly.data)
    (nightly.data / "closum.db.key").write_text("0123456789abcdef" * 4 + "\n")
    (nightly.data / "closum.db.key").chmod(0o600)
    assert (done := nightly.run()).returncode == 0, done.stderr
    assert (done.stdout, done.stderr) == ("", "")  # else cron would mail it
    first, key = nightly.names()
    assert re.fullmatch(r"closum-\d{8}T\d{6}Z\.db", first)
    assert key == f"{first}.key"
    backup.verify(nightly.backups / first)
    nightly.age("closum-old", 40)
    (nightly.data / "closum.db").rename(nightly.data / "away.db")
    failed = nightly.run()
    assert failed.returncode != 0
    assert failed.stderr.startswith("closum: There is no database")  # which cron mails
    assert nightly.names() == ["closum-old.db", "closum-old.db.key"], "the only backup has gone"
    (nightly.data / "away.db").rename(nightly.data / "closum.db")
    assert nightly.run().returncode == 0
    assert len(nightly.names()) == 2
    assert "closum-old.db" not in nightly.names()
    nightly.age("closum-young", 20)
    assert nightly.run().returncode == 0
    assert {"closum-young.db", "closum-young.db.key"} < set(nightly.names())


def test_cron_finds_what_the_command_starts() -> None:
    """Its path has no folder `sbin`, where runuser is. Root's home is closed to the service's user."""
    scripts = [block for block in blocks("sh") if "runuser" in block]
    assert len(scripts) == 2
    for script in scripts:
        assert re.search(
            r"^exec /usr/sbin/runuser -u closum -- env HOME=/var/lib/closum ", script, re.MULTILINE
        )


@pytest.mark.parametrize(("age", "code"), [(0, 0), (2, 1)])
def test_monitoring_sees_that_there_is_no_backup(tmp_path: Path, age: int, code: int) -> None:
    (tmp_path / "closum-1.db").touch()
    os.utime(tmp_path / "closum-1.db", (time.time() - age * DAY,) * 2)
    asked = next(block for block in blocks("sh") if "-mmin" in block)
    asked = asked.replace("/var/backups/closum", str(tmp_path))
    done = subprocess.run(["/bin/sh", "-c", asked], check=False, timeout=PATIENCE)
    assert done.returncode == code
