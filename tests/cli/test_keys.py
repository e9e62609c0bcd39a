"""closum key …"""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import sign_up
from tests.support.client import Client
from tests.support.patience import wait_until
from tests.support.server import Server

Command = Callable[..., "subprocess.CompletedProcess[str]"]
Run = Callable[..., str]


@pytest.fixture
def run(command: Command) -> Run:
    """What `closum key …` prints, which has to succeed."""

    def succeed(*arguments: str, **where: Path) -> str:
        done = command("key", *arguments, **where)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return succeed


@pytest.fixture
def refused(command: Command) -> Run:
    """The one line of `closum key …`, which has to fail."""

    def fail(*arguments: str) -> str:
        done = command("key", *arguments)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        return done.stderr

    return fail


def test_a_key_works_from_its_command_until_it_is_revoked(run: Run, server: Server) -> None:
    with sign_up(server) as api:
        of = ("--account", api.account)
        printed = run("add", "Web form", "--kind", "create", *of, folder=server.folder)
        head, text = printed.split("Key: ")
        assert head == f"Added the key 'Web form' (create) to the account '{api.account}'.\n"
        with Client(server.address, text.strip()) as form:
            assert form.new("lead", {"name": "Ana"}) == 1
            told = run("revoke", "Web form", *of, folder=server.folder)
            assert told == f"The key 'Web form' of the account '{api.account}' is revoked.\n"
            wait_until(lambda: form.post("/api/lead", json={"name": "Ana"}).status_code == 401)


def test_keys_are_listed_without_what_they_are(run: Run, command: Command) -> None:
    command("account", "add", "Acme")
    command("account", "add", "Beta")
    texts = [
        run("add", name, "--kind", kind, "--account", account).split("_")[-1].strip()
        for name, kind, account in (
            ("Web form", "create", "Acme"),
            ("ERP", "full", "Acme"),
            ("ERP", "read", "Beta"),
        )
    ]
    run("revoke", "Web form", "--account", "Acme")
    run("add", "Web form", "--kind", "read", "--account", "Acme")
    listed = run("list")
    columns = [line.split("\t") for line in listed.splitlines()]
    assert [[*one[:4], *one[5:]] for one in columns] == [
        ["Web form", "Acme", "create", "revoked", "-", "1"],
        ["ERP", "Acme", "full", "valid", "-", "2"],
        ["Web form", "Acme", "read", "valid", "-", "4"],
        ["ERP", "Beta", "read", "valid", "-", "3"],
    ]
    assert run("list", "--account", "Beta").count("\n") == 1
    ledger = command("ledger", "list").stdout
    assert "key_revoked\tAcme\t-" in ledger
    assert "key 2, kind full" in ledger
    assert not [text for text in texts if text in listed + ledger]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "ERP", "--kind", "read"), "There is a key 'ERP' already"),
        (("add", " ", "--kind", "read"), "The name of a key has 1 to 255 printable characters"),
        (("add", "E\nRP", "--kind", "read"), "The name of a key has 1 to 255 printable characters"),
        (("revoke", "Old"), "There is no key 'Old' that works; there are: 'ERP'"),
        (("revoke", "Other"), "There is no key 'Other' that works; there are: 'ERP'"),
        (("add", "New", "--kind", "read", "--account", "Beta"), "There is no account 'Beta'"),
    ],
)
def test_what_is_refused_changes_nothing(
    arguments: tuple[str, ...], words: str, run: Run, refused: Run, command: Command
) -> None:
    command("account", "add", "Acme")
    for name in ("ERP", "Old"):
        run("add", name, "--kind", "full")
    run("revoke", "Old")
    before = run("list")
    assert words in refused(*arguments)
    assert run("list") == before


def test_a_kind_has_to_be_given(command: Command) -> None:
    command("account", "add", "Acme")
    for kind in ((), ("--kind", "all")):
        done = command("key", "add", "ERP", *kind)
        assert (done.returncode, "--kind" in done.stderr) == (2, True)
