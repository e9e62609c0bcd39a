"""docs/deploy/closum.service, and the guide that shows it."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from configparser import ConfigParser
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from closum import settings
from closum.app import background_work
from closum.cli.serve import GRACE, serve
from closum.store.health import MOVED
from closum.store.place import path_of
from closum.store.sqlite import backup
from tests.support.documents import guide
from tests.support.patience import PATIENCE
from tests.support.server import closum

DOCS = Path(__file__).parents[2] / "docs"
CLOSUM = "/opt/closum/.venv/bin/closum"
DAY = 24 * 3600
CRON_PATH = "/usr/bin:/bin"


def unit(name: str = "closum.service") -> ConfigParser:
    parser = ConfigParser(strict=False, interpolation=None)  # some keys of a unit may be repeated
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DOCS / "deploy" / name, encoding="utf-8")
    return parser


def in_force() -> settings.Settings:
    """The settings of a server that the unit starts."""
    service = unit()["Service"]
    program, command, *options = shlex.split(service["ExecStart"])
    assert (program, command) == ("/opt/closum/.venv/bin/closum", "serve")
    environ = dict(word.split("=", 1) for word in shlex.split(service["Environment"]))
    assert settings.unknown_variables(environ) == []
    names = ["-h", "--help"]  # remembered for the whole process
    return settings.load(serve.make_context("serve", options, help_option_names=names).params, environ)


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


UNITS = {
    "closum.service": {"Unit", "Service", "Install"},
    "closum-backup.service": {"Unit", "Service"},
    "closum-backup.timer": {"Unit", "Timer", "Install"},
    "closum-failed@.service": {"Unit", "Service"},
}


@pytest.mark.parametrize("name", UNITS)
def test_systemd_understands_it(tmp_path: Path, name: str) -> None:
    """Asked where it is; elsewhere the files are read by the other tests alone."""
    analyze = shutil.which("systemd-analyze")
    if analyze:
        for one in UNITS:  # those that it names have to be there, and so has the program
            text = (DOCS / "deploy" / one).read_text(encoding="utf-8")
            (tmp_path / one).write_text(text.replace(CLOSUM, "/bin/sh"), encoding="utf-8")
        asked = [analyze, "verify", "--man=no", str(tmp_path / name)]
        done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=PATIENCE)
        # It also tells of other units of the machine, and of an unknown key without an exit code.
        told = [line for line in done.stderr.splitlines() if "closum" in line]
        assert (done.returncode, told) == (0, [])
    assert UNITS[name] == set(unit(name).sections())


def test_the_backup_is_made_with_the_servers_own_database_and_user() -> None:
    server, copying = unit()["Service"], unit("closum-backup.service")["Service"]
    for name in ("User", "Group", "Environment", "UMask"):
        assert server[name] == copying[name]
    assert set(copying["ReadWritePaths"].split()) == {"/var/lib/closum", "/var/backups/closum"}


def test_a_backup_that_fails_is_told_of() -> None:
    assert unit("closum-backup.service")["Unit"]["OnFailure"] == "closum-failed@%n.service"
    assert unit("closum-backup.timer")["Timer"]["Persistent"] == "yes"
    told = re.findall(r"^ExecStart=-?/bin/sh -c '(.+)'$", text_of("closum-failed@.service"), re.MULTILINE)
    assert len(told) == 2
    for line in told:
        script = line.replace("%i", "closum-backup.service").replace("%H", "machine")
        assert subprocess.run(["/bin/sh", "-n", "-c", script], check=False).returncode == 0


def text_of(name: str) -> str:
    return (DOCS / "deploy" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices"])
def test_it_is_hardened(name: str) -> None:
    service = unit()["Service"]
    assert (service[name], service["ProtectSystem"]) == ("yes", "strict")


def test_the_guide_shows_the_files_as_they_are() -> None:
    guide = (DOCS / "guide/service.md").read_text(encoding="utf-8")
    shown = (
        ("ini", "closum.service"),
        ("ini", "closum-backup.service"),
        ("text", "closum.cron"),
        ("nginx", "nginx.conf"),
    )
    for language, name in shown:
        text = text_of(name)
        assert f"```{language}\n{text}```" in guide
    assert guide.index("closum user add") < guide.index("systemctl enable")


def test_the_guide_names_every_kind_of_background_work() -> None:
    guide = (DOCS / "guide/service.md").read_text(encoding="utf-8")
    for kind in background_work(settings.load({}, {})):
        if not (kind.every or kind.behind):  # begun by calls alone
            continue
        assert f"\n| `{kind.name}` | " in guide
        assert f"\nclosum job run {kind.name}" in guide


def blocks(language: str) -> list[str]:
    guide = (DOCS / "guide/service.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)


def by_timer() -> tuple[str, dict[str, str]]:
    """What the unit runs, in which environment: systemd hands on nothing else."""
    service = unit("closum-backup.service")["Service"]
    return service["ExecStart"], dict([service["Environment"].split("=", 1)])


def by_cron() -> tuple[str, dict[str, str]]:
    lines = text_of("closum.cron").splitlines()
    *variables, line = [line for line in lines if not line.startswith("#")]
    *times, user, command = line.split(maxsplit=6)
    assert (times, user, "%" in command) == (["15", "3", "*", "*", "*"], "closum", False)
    environment = dict(one.split("=", 1) for one in variables)
    assert environment.pop("MAILTO")
    return command, environment


class Nightly:
    """The backup that a shipped file makes, with the paths of a test in it, and nothing else in its environment."""

    def __init__(self, folder: Path, shipped: tuple[str, dict[str, str]]) -> None:
        self.data, self.backups = folder / "data", folder / "backups"
        self.data.mkdir()
        self.backups.mkdir()
        command, environment = shipped
        assert command.startswith(f"{CLOSUM} backup ")
        self._command = command.replace(CLOSUM, f"{sys.executable} -m closum")
        self._command = self._command.replace("/var/backups/closum", str(self.backups))
        self._environment = {
            name: value.replace("/var/lib/closum", str(self.data)) for name, value in environment.items()
        }
        assert "/var/" not in f"{self._command} {self._environment}".replace(str(folder), "")

    def run(self) -> "subprocess.CompletedProcess[str]":
        command = ["/usr/bin/env", "-i", "/bin/sh", "-c", self._command]
        command[2:2] = [
            f"{name}={value}" for name, value in (self._environment | {"PATH": CRON_PATH}).items()
        ]
        return subprocess.run(
            command, cwd=self.data, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    def names(self) -> list[str]:
        return sorted(os.listdir(self.backups))

    def age(self, days: int) -> str:
        """Make the backups of today ones of earlier; the name that they have then, without its end."""
        then = datetime.now(UTC) - timedelta(days=days)
        stem = f"closum-{then:%Y%m%dT%H%M%SZ}"
        for file in list(self.backups.glob(f"closum-{datetime.now(UTC):%Y%m}*")):
            file.rename(file.with_name(f"{stem}{file.name[file.name.index('.db') :]}"))
        return stem


@pytest.mark.parametrize("shipped", [by_timer, by_cron])
def test_the_nightly_backup_never_removes_its_only_one(
    tmp_path: Path, shipped: Callable[[], tuple[str, dict[str, str]]]
) -> None:
    nightly = Nightly(tmp_path, shipped())
    closum("user", "add", "ana@example.com", folder=nightly.data)
    (nightly.data / "closum.db.key").write_text("0123456789abcdef" * 4 + "\n")
    (nightly.data / "closum.db.key").chmod(0o600)
    (nightly.backups / "closum-mine.db").touch()
    assert (done := nightly.run()).returncode == 0, done.stderr
    assert done.stderr == ""  # which cron would mail
    assert shipped is by_timer or done.stdout == ""
    first, key, _ = nightly.names()
    assert re.fullmatch(r"closum-\d{8}T\d{6}Z\.db", first)
    assert key == f"{first}.key"
    backup.verify(nightly.backups / first)
    old = nightly.age(40)
    (nightly.data / "closum.db").rename(nightly.data / "away.db")
    failed = nightly.run()
    assert failed.returncode != 0
    assert failed.stderr.startswith("closum: There is no database")  # which cron mails
    assert nightly.names() == [f"{old}.db", f"{old}.db.key", "closum-mine.db"], "the only backup has gone"
    (nightly.data / "away.db").rename(nightly.data / "closum.db")
    assert nightly.run().returncode == 0
    assert not [name for name in nightly.names() if name.startswith(old)]
    assert len(nightly.names()) == 3


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


def test_a_database_that_was_moved_is_put_back_with_the_files_beside_it() -> None:
    """So the answer of /ready says, and so does the guide: the last writes are in them."""
    (row,) = re.findall(rf"^\| {MOVED.what} \| (.*) \|$", guide("service"), re.MULTILINE)
    for text in (row, MOVED.advice):
        assert "same file" in text
        assert "-wal" in text
        assert "-shm" in text
