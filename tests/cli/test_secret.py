"""How commands read a password: one line of standard input, or asked for twice and hidden on a terminal."""

import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from closum.accounts import passwords, users
from closum.store.session import Session
from tests.clients.cli.processes import Terminal, call, environment, terminal
from tests.support import engine as engines
from tests.support.engine import ON_SQLITE, session_of
from tests.support.patience import PATIENCE
from tests.support.server import clean_environment

PASSWORD = "corr\u00e9ct horse"
DECOMPOSED = unicodedata.normalize("NFD", PASSWORD)
EMAIL = "ana@example.com"
ADD = ("user", "add", EMAIL, "--password-stdin")

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def hash_of(session: Session) -> str:
    with session.read() as unit:
        return users.user_named(unit, EMAIL).password_hash


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_one_line_end_is_left_out(command: Command, folder: Path, end: str) -> None:
    assert command(*ADD, stdin=f" {PASSWORD} {end}").returncode == 0
    with session_of(folder) as session:
        assert passwords.matches(f" {PASSWORD} ", hash_of(session))


@ON_SQLITE
@pytest.mark.parametrize(
    ("stdin", "words"),
    [
        ("correct\0horse", "control character (U+0000)"),
        ("correct\thorse", "control character (U+0009)"),
        ("correct\x85horse", "control character (U+0085)"),
        ("correct horse\nsecond", "takes one line, and standard input has more"),
        ("correct horse\n\n", "takes one line"),
        ("correct horse\r\n\r\n", "takes one line"),
        ("\ncorrect horse", "takes one line"),
        ("correct horse\r\r\n", "control character (U+000D)"),
        ("x" * 1_025, "too long: at most 1024 bytes"),
        ("x" * 1_000_000, "too long: at most 1024 bytes"),
        ("\ufeffcorrect horse", "byte-order mark"),
        ("", "too short: at least 8 characters"),
    ],
)
def test_what_is_not_one_line_of_text_is_refused(
    command: Command, folder: Path, stdin: str, words: str
) -> None:
    done = command(*ADD, stdin=stdin)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert not (folder / "closum.db").exists()


@ON_SQLITE
@pytest.mark.parametrize("data", [b"correct \xff horse", b"correct \xed\xa0\x80 horse"])
@pytest.mark.parametrize("locale", ["C.UTF-8", "POSIX"])
def test_bytes_that_are_no_text_are_refused(folder: Path, data: bytes, locale: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "closum", *ADD],
        cwd=folder,
        env=clean_environment() | {"LC_ALL": locale},
        input=data,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"closum: The password on standard input is not text in UTF-8\n"


def _type(shown: Terminal, question: str, typed: str) -> None:
    """Answer a question; neither it nor the answer is shown any more."""
    shown.read_until(question)
    assert not {"tiny", "horse", "something"} & set(re.split(r"\W+", shown.shown))
    shown.shown = ""
    shown.write(f"{typed}\n")


def test_on_a_terminal_it_is_asked_for_twice_and_not_shown(folder: Path) -> None:
    environ = clean_environment() | {"CLOSUM_DATABASE": engines.current.url(folder)}
    with terminal([sys.executable, "-m", "closum", *ADD, "--country", ""], environ) as shown:
        _type(shown, "Password: ", "tiny")
        _type(shown, "too short: at least 8 characters\nPassword: ", PASSWORD)
        _type(shown, "Repeat for confirmation: ", "something else")
        _type(shown, "do not match.\nPassword: ", DECOMPOSED)
        _type(shown, "Repeat for confirmation: ", DECOMPOSED)
        assert shown.end() == 0
        assert shown.shown.endswith(f"\nAdded the user {EMAIL} to the new account 'My company'.\n")
    with session_of(folder) as session:
        assert passwords.matches(PASSWORD, hash_of(session))


@pytest.mark.parametrize(
    ("stdin", "words"),
    [
        ("one\ntwo\n", "takes one line"),
        ("one\0", "NUL byte"),
        ("x" * 10_000, "takes one line of at most 8192 characters"),
        ("\n", "no password on standard input"),
    ],
)
@pytest.mark.parametrize("entry_point", ["closum-client", "closum"])
def test_a_sign_in_reads_one_line_too(tmp_path: Path, stdin: str, words: str, entry_point: str) -> None:
    arguments = ("login", "--url", "http://127.0.0.1:9", "--email", EMAIL, "--password-stdin")
    done = subprocess.run(
        call(entry_point, *arguments),
        env=environment(tmp_path),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 2
    assert words in done.stderr


def test_a_sign_in_on_a_terminal_does_not_show_the_password(tmp_path: Path) -> None:
    arguments = ("login", "--url", "http://127.0.0.1:9", "--email", EMAIL, "--password-stdin")
    with terminal(call("closum-client", *arguments), environment(tmp_path)) as shown:
        shown.read_until("Password: ")
        shown.write(f"{PASSWORD}\n")
        shown.end()
        assert "horse" not in shown.shown
