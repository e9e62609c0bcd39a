"""Standard streams that are closed, or on a full disk."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import clean_environment, closum

CLOSED = "closum: Standard output is closed, so nothing was done: send it to /dev/null if nobody reads it\n"


def redirected(folder: Path, how: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command with its streams as a shell's redirection makes them."""
    command = ["bash", "-c", f'exec "$@" {how}', "bash", sys.executable, "-m", "closum", *arguments]
    return subprocess.run(
        command, cwd=folder, env=clean_environment(folder), capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("words", ["user add ana@example.com", "settings", "serve --port 0", "--version"])
def test_closed_output_is_an_error_before_anything_is_done(tmp_path: Path, words: str) -> None:
    done = redirected(tmp_path, ">&-", *words.split())
    assert (done.returncode, done.stderr) == (1, CLOSED)
    assert list(tmp_path.iterdir()) == []
    assert redirected(tmp_path, ">&- 2>&-", *words.split()).returncode == 1


@pytest.mark.parametrize("words", ["user list", "settings", "routes", "check", "--help", "demo --leads 1"])
def test_an_output_on_a_full_disk_is_an_error(tmp_path: Path, words: str) -> None:
    assert closum("user", "add", "ana@example.com", folder=tmp_path).returncode == 0
    done = redirected(tmp_path, ">/dev/full", *words.split())
    said = "closum: The result could not be printed: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, said)


def test_closed_input_and_errors_are_no_error(tmp_path: Path) -> None:
    done = redirected(tmp_path, "<&- 2>&-", "account", "add", "Acme")
    assert (done.returncode, done.stdout) == (
        0,
        f"Made the database {tmp_path}/closum.db.\nAdded the account 'Acme'.\n",
    )


def test_a_password_that_could_not_be_printed_is_nobodys(tmp_path: Path) -> None:
    closum("account", "add", "Acme", folder=tmp_path)
    assert redirected(tmp_path, ">/dev/full", "user", "add", "ana@example.com").returncode == 1
    assert closum("user", "list", folder=tmp_path).stdout == ""
