"""Lists of commands: tables with headings on a terminal, bare lines with tabs for scripts."""

import re
import sys
from pathlib import Path

import pytest

from closum.cli import table
from tests.cli.conftest import Command
from tests.clients.cli.processes import environment, terminal
from tests.support import engine

SHOWN = {
    "user list": "E-MAIL           ACCOUNT    STATE    ID  ROLE   NAME\n"
    "ana@example.com  Acme, Lda  enabled  1   owner\nb@example.com    B          enabled  2   owner\n",
    "account list": "ACCOUNT    USERS   STATE\nAcme, Lda  1 user  enabled\nB          1 user  enabled\n",
}
BARE = {
    "user list": "ana@example.com\tAcme, Lda\tenabled\t1\towner\t\nb@example.com\tB\tenabled\t2\towner\t\n",
    "account list": "Acme, Lda\t1 user\tenabled\nB\t1 user\tenabled\n",
}
HEADINGS = {
    "ledger list": "TIME  EVENT  ACCOUNT  USER  BY  DETAILS  REQUEST ID",
    "key list": "KEY  ACCOUNT  KIND  STATE  ADDED  LAST USED  ID",
    "job list --all": "ACCOUNT  KIND  STATE  DONE  LAST STEP  NEXT",
}


@pytest.fixture
def two(command: Command, folder: Path) -> Path:
    """A database with a user of each of two accounts."""
    for email, account in (("ana@example.com", "Acme, Lda"), ("b@example.com", "B")):
        assert command("user", "add", email, "--account", account).returncode == 0
    return folder


def on_terminal(folder: Path, words: str) -> str:
    """What a command shows there."""
    environ = environment(folder, CLOSUM_DATABASE=engine.current.url(folder))
    with terminal([sys.executable, "-m", "closum", *words.split()], environ, 200) as running:
        assert running.end() == 0, running.shown
        return running.shown


@pytest.mark.parametrize("words", SHOWN)
def test_a_terminal_gets_headings(two: Path, words: str) -> None:
    assert on_terminal(two, words) == SHOWN[words]


@pytest.mark.parametrize("words", HEADINGS)
def test_every_list_has_them(two: Path, words: str) -> None:
    heading = on_terminal(two, words).splitlines()[0]
    assert re.split(" {2,}", heading) == HEADINGS[words].split("  ")


def test_the_settings_of_an_account_are_aligned(two: Path) -> None:
    shown = on_terminal(two, "account show --account B")
    assert shown == "name      B\nzone      UTC\ncountry\nlanguage  en\nrevision  first\n"


@pytest.mark.parametrize("words", BARE)
def test_a_script_gets_none(command: Command, two: Path, words: str) -> None:
    assert command(*words.split()).stdout == BARE[words]


def test_a_long_list_is_shown_as_it_comes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its first rows determine the widths; a control character of a value is shown and not obeyed."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr(table, "AT_ONCE", 2)
    table.show(("name", "state"), iter([("Ana", "on"), ("E\x1bva", "off"), ("Longer than any", "on")]))
    assert capsys.readouterr().out == "NAME     STATE\nAna      on\nE\\x1bva  off\nLonger than any  on\n"


def test_settings_on_a_terminal_say_whose_they_are(folder: Path) -> None:
    assert "A running server has those of its own start." in on_terminal(folder, "settings")
