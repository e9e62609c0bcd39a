"""closum account …"""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import sign_up
from tests.support.patience import wait_until
from tests.support.server import Server

Command = Callable[..., "subprocess.CompletedProcess[str]"]
Run = Callable[..., str]


@pytest.fixture
def run(command: Command) -> Run:
    """What `closum account …` prints, which has to succeed."""

    def succeed(*arguments: str, **where: Path) -> str:
        done = command("account", *arguments, **where)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return succeed


@pytest.fixture
def acme(run: Run) -> None:
    """There is an account Acme."""
    run("add", "Acme")


@pytest.mark.usefixtures("acme")
def test_add_makes_the_database_and_keeps_the_name_as_given(run: Run) -> None:
    run("add", "  Águas & Filhos, Lda.  ")
    assert run("list") == "Acme\t0 users\tenabled\nÁguas & Filhos, Lda.\t0 users\tenabled\n"


@pytest.mark.usefixtures("acme")
def test_a_renamed_account_is_found_by_its_new_name_alone(run: Run, command: Command) -> None:
    run("rename", "ACME", "Beta")
    run("rename", "Beta", "BETA")  # its own name, spelled differently
    assert run("list") == "BETA\t0 users\tenabled\n"
    assert command("account", "disable", "Acme").returncode == 1


@pytest.mark.parametrize("name", ["", "  ", "a\tb", "x" * 256, "acme", "ＡＣＭＥ"])
@pytest.mark.usefixtures("acme")
def test_a_name_that_is_none_or_taken_is_refused(run: Run, command: Command, name: str) -> None:
    run("add", "Beta")
    for arguments in (("add", name), ("rename", "Beta", name)):
        refused = command("account", *arguments)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert run("list") == "Acme\t0 users\tenabled\nBeta\t0 users\tenabled\n"


@pytest.mark.usefixtures("acme")
def test_an_unknown_account_is_refused_with_the_names_of_those_there(command: Command) -> None:
    for arguments in (("rename", "Beta", "Gamma"), ("disable", "Beta"), ("enable", "Beta")):
        refused = command("account", *arguments)
        assert refused.stderr == "closum: There is no account 'Beta'; there are: 'Acme'\n"
        assert refused.returncode == 1


def test_the_users_of_a_disabled_account_are_shut_out_at_once(
    run: Run, server: Server, shut_out_within: float
) -> None:
    with sign_up(server) as client, sign_up(server) as other:
        lead = client.new("lead", {"name": "Ana"})
        run("disable", client.account, folder=server.folder)
        wait_until(lambda: client.get(f"/api/lead/{lead}").status_code == 401)
        assert client.put(f"/api/lead/{lead}", json={"name": "Eva"}).status_code == 401
        assert other.get("/api/lead").status_code == 200
        assert f"{client.account}\t1 user\tdisabled\n" in run("list", folder=server.folder)
        run("enable", client.account, folder=server.folder)
        assert client.get(f"/api/lead/{lead}").status_code == 401  # a token that has ended stays so
        with server.session() as session, session.read() as unit:
            sql = "SELECT lead.name FROM lead JOIN account ON account.id = account_id WHERE account.name = ?"
            assert unit.one(sql, (client.account,)) == ("Ana",)
