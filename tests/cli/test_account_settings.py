"""closum account show and set, and what keeps an account's settings."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.engine import ENGINES, ON_SQLITE

Command = Callable[..., "subprocess.CompletedProcess[str]"]

ALL = ("--zone", "europe/lisbon", "--country", "pt", "--language", "PT", "--revision", "later")
SET = "name\tAcme\nzone\tEurope/Lisbon\ncountry\tPT\nlanguage\tpt\nrevision\tlater\n"
UNSET = "name\tAcme\nzone\tUTC\ncountry\t\nlanguage\ten\nrevision\tfirst\n"


@pytest.fixture
def _acme(command: Command) -> None:
    command("account", "add", "Acme")


def shown(command: Command, *arguments: str) -> str:
    done = command("account", "show", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def refusal(command: Command, *arguments: str, **variables: str) -> str:
    done = command("account", "set", *arguments, **variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.usefixtures("_acme")
def test_a_new_account_has_the_defaults(command: Command) -> None:
    assert shown(command) == UNSET


@pytest.mark.usefixtures("_acme")
def test_what_is_set_is_shown_and_the_rest_stays(command: Command) -> None:
    command("account", "add", "Beta")
    done = command("account", "set", "--account", "acme", *ALL)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "The account 'Acme' has zone Europe/Lisbon.\nThe account 'Acme' has country PT.\n"
        "The account 'Acme' has language pt.\nThe account 'Acme' has revision later.\n"
    )
    assert shown(command, "--account", "Acme") == SET
    assert shown(command, "--account", "Beta") == UNSET.replace("Acme", "Beta")
    assert command("account", "set", "--account", "Acme", "--country", "").returncode == 0
    assert shown(command, "--account", "Acme") == SET.replace("PT", "")
    assert command("account", "set", "--account", "Acme", "--name", " ACME ").returncode == 0
    assert command("account", "list").stdout == "ACME\t0 users\tenabled\nBeta\t0 users\tenabled\n"


@pytest.mark.usefixtures("_acme")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--zone", "WET+1"), "'--zone': This value must be a time zone of the IANA database"),
        (("--zone", ""), "'--zone': This field cannot be left empty"),
        (("--country", "UK"), "'--country': This value must be two letters of ISO 3166"),
        (("--language", "fr"), "'--language': This value must be one of en, pt"),
        (("--revision", "2"), "'--revision': This value must be one of first, later"),
        (("--name", "a\tb"), "'--name': This value must be printable characters on one line"),
        (("--name", "x" * 256), "'--name': This value is too long: at most 255 characters"),
        (("--name", " "), "'--name': This field cannot be left empty"),
    ],
)
def test_a_value_that_breaks_a_rule_changes_nothing(
    command: Command, arguments: tuple[str, str], message: str
) -> None:
    assert refusal(command, "--language", "pt", *arguments).startswith(f"closum: Invalid value for {message}")
    assert shown(command) == UNSET


@pytest.mark.usefixtures("_acme")
def test_nothing_to_change_and_a_name_that_is_taken(command: Command) -> None:
    assert refusal(command) == (
        "closum: There is nothing to change: give --name, --zone, --country, --language or --revision\n"
    )
    command("account", "add", "Beta")
    for account in ("--account=Beta", "--account=Gamma"):
        done = command("account", "set", account, "--name", "acme", "--zone", "WET")
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert shown(command, "--account=Beta") == UNSET.replace("Acme", "Beta")


@pytest.mark.usefixtures("_acme")
def test_an_option_may_be_a_variable(command: Command) -> None:
    assert command("account", "set", CLOSUM_ZONE="WET").stdout == "The account 'Acme' has zone WET.\n"
    assert "(env var: 'CLOSUM_COUNTRY')" in refusal(command, CLOSUM_COUNTRY="Portugal")


@pytest.mark.usefixtures("_acme")
def test_a_check_leaves_them(command: Command) -> None:
    command("account", "set", *ALL)
    assert command("check").returncode == 0
    assert shown(command) == SET


@pytest.mark.parametrize(("source", "target"), [(one, other) for one in ENGINES for other in ENGINES])
@ON_SQLITE  # each names its engines
def test_a_copy_of_a_database_has_them(command: Command, folder: Path, source: str, target: str) -> None:
    urls = []
    for name, kind in (("first", source), ("second", target)):
        (folder / name).mkdir()
        urls.append(ENGINES[kind].url(folder / name))
    try:
        command("account", "add", "Acme", "--database", urls[0])
        command("account", "set", *ALL, "--database", urls[0])
        done = command("database", "copy", "--from", urls[0], "--to", urls[1])
        assert (done.returncode, done.stderr) == (0, "")
        assert shown(command, "--database", urls[1]) == SET
        assert command("check", "--database", urls[1]).returncode == 0
    finally:
        for one in ENGINES.values():
            one.forget(folder)


@ON_SQLITE
@pytest.mark.usefixtures("_acme")
def test_a_restore_brings_back_those_of_the_backup(command: Command) -> None:
    command("account", "set", *ALL)
    assert command("backup", "ours.bak").returncode == 0
    command("account", "set", "--zone", "WET", "--country", "", "--revision", "first")
    assert command("restore", "ours.bak", "--overwrite").returncode == 0
    assert shown(command) == SET
