"""closum user …"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from closum.accounts import users
from closum.store.sqlite.session import SQLiteSession
from tests.clients.cli.processes import terminal
from tests.conftest import sign_up
from tests.support import engine as engines
from tests.support.engine import session_of
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import Server, clean_environment

PASSWORD = "correct horse"


Command = Callable[..., "subprocess.CompletedProcess[str]"]
Run = Callable[..., str]


@pytest.fixture
def run(command: Command) -> Run:
    """What `closum user …` prints, which has to succeed."""

    def succeed(*arguments: str, stdin: str = "", **where: Path) -> str:
        done = command("user", *arguments, stdin=stdin, **where)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return succeed


@pytest.fixture
def refused(command: Command) -> Run:
    """The one line of `closum user …`, which has to fail."""

    def fail(*arguments: str, stdin: str = "") -> str:
        done = command("user", *arguments, stdin=stdin)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        return done.stderr

    return fail


def sign_in(server: Server, email: str, password: str) -> int:
    body = {"email": email, "password": password}
    return httpx2.post(
        f"{server.address}/api/token", json=body, trust_env=False, timeout=PATIENCE
    ).status_code


def test_the_first_user_makes_database_and_account(run: Run, folder: Path) -> None:
    printed = run("add", " Ana@Example.com ")
    with session_of(folder) as session:
        place = str(folder.resolve() / "closum.db") if isinstance(session, SQLiteSession) else session.name
    assert printed.startswith(
        f"Made the database {place}.\nAdded the user Ana@Example.com to the new account 'My company'.\nPassword: "
    )
    assert "Made" not in run("add", "eva@example.com", "--account", "My company")
    assert run("remove", "eva@example.com")
    assert len(printed.split("Password: ")[1].strip()) == 20
    assert run("list") == "Ana@Example.com\tMy company\tenabled\t1\towner\t\n"
    with session_of(folder) as session, session.read() as unit:
        assert unit.one("SELECT COUNT(*) FROM city") == (308,)


def test_a_named_account_is_made_when_it_is_not_there(run: Run) -> None:
    run("add", "ana@example.com", "--account", "Acme")
    run("add", "rui@example.com", "--account", "ACME ")
    run("add", "eva@example.com", "--account", "Beta")
    assert run("list", "--account", "acme") == (
        "ana@example.com\tAcme\tenabled\t1\towner\t\nrui@example.com\tAcme\tenabled\t2\towner\t\n"
    )


def test_without_a_name_it_is_the_only_account_or_an_error_that_names_them(
    run: Run, command: Command, refused: Run
) -> None:
    command("account", "add", "Acme")
    assert "account 'Acme'" in run("add", "ana@example.com")
    command("account", "add", "Beta")
    error = refused("add", "rui@example.com")
    assert error == "closum: Say which account with --account NAME: 'Acme', 'Beta'\n"
    taken = command("user", "add", "ana@example.com").stderr
    assert taken.startswith("closum: There is a user 'ana@example.com' already: ")


def test_a_password_from_standard_input_is_not_printed_and_lets_in(run: Run, tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        printed = run("add", "ana@example.com", "--password-stdin", stdin=f"{PASSWORD}\r\n")
        assert PASSWORD not in printed
        assert sign_in(server, "ANA@example.com", PASSWORD) == 200
        assert sign_in(server, "ana@example.com", f"{PASSWORD}\r") == 401


def test_a_generated_password_lets_in(run: Run, tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        printed = run("add", "ana@example.com")
        assert sign_in(server, "ana@example.com", printed.split("Password: ")[1].strip()) == 200
        printed = run("password", "ana@example.com")
        assert sign_in(server, "ana@example.com", printed.split("Password: ")[1].strip()) == 200


@pytest.mark.parametrize("verb", ["password", "disable", "sign-out", "remove"])
def test_it_ends_the_users_tokens_at_once_and_nobody_elses(
    run: Run, server: Server, shut_out_within: float, verb: str
) -> None:
    with sign_up(server) as client, sign_up(server) as other:
        assert client.get("/api/lead").status_code == 200
        sign_up(server, client.account).close()  # so that an owner is left
        run(verb, client.email, folder=server.folder)
        wait_until(lambda: client.get("/api/lead").status_code == 401)
        assert client.post("/api/lead", json={"name": "Ana"}).status_code == 401
        assert other.get("/api/lead").status_code == 200


def test_a_disabled_user_stays_out_until_enabled_and_old_tokens_stay_void(run: Run, tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        run("add", "ana@example.com", "--password-stdin", stdin=PASSWORD)
        with sign_up(server) as client:
            for account in ("My company", client.account):
                sign_up(server, account).close()  # so that an owner is left
            for email in ("ana@example.com", client.email):
                run("disable", email)
            assert "ana@example.com\tMy company\tdisabled\t" in run("list")
            assert sign_in(server, "ana@example.com", PASSWORD) == 401
            for email in ("ana@example.com", client.email):
                run("enable", email)
            assert sign_in(server, "ana@example.com", PASSWORD) == 200
            assert client.get("/api/lead").status_code == 401


@pytest.mark.parametrize("arguments", [("disable",), ("remove",), ("role", "member"), ("role", "reader")])
def test_the_last_owner_who_is_enabled_stays_one(
    arguments: tuple[str, ...], run: Run, refused: Run, command: Command
) -> None:
    verb, *rest = arguments
    run("add", "ana@example.com", "--account", "Acme")
    run("add", "rui@example.com", "--account", "Acme", "--role", "member")
    run("add", "eva@example.com", "--account", "Acme")
    run("disable", "eva@example.com")
    run("add", "bia@example.com", "--account", "Beta")
    before = run("list"), command("ledger", "list").stdout
    assert refused(verb, "ana@example.com", *rest) == (
        "closum: ana@example.com is the only owner of their account who is enabled: make another user an owner first\n"
    )
    assert (run("list"), command("ledger", "list").stdout) == before
    run("role", "rui@example.com", "owner")
    run(verb, "ana@example.com", *rest)


def test_roles_and_names_are_set_and_listed(run: Run, refused: Run, command: Command) -> None:
    run("add", "ana@example.com", "--name", " Ana Silva ")
    run("add", "rui@example.com", "--role", "member")
    assert run("role", "rui@example.com", "reader") == "The user rui@example.com is a reader now.\n"
    assert run("name", "rui@example.com", "Rui Costa") == "The user rui@example.com is called Rui Costa.\n"
    assert run("name", "ana@example.com") == "The user ana@example.com is called nothing else.\n"
    assert [line.split("\t")[3:] for line in run("list").splitlines()] == [
        ["1", "owner", ""],
        ["2", "reader", "Rui Costa"],
    ]
    assert "1 to 255 printable characters" in refused("name", "rui@example.com", "Rui\nCosta")
    assert command("user", "role", "rui@example.com", "boss").returncode == 2
    events = [line.split("\t")[1] for line in command("ledger", "list").stdout.splitlines()]
    assert events[-3:] == ["role_changed", "user_renamed", "user_renamed"]


def test_a_removed_user_is_gone_and_the_records_stay(run: Run, command: Command, folder: Path) -> None:
    run("add", "ana@example.com")
    command("demo", "--leads", "3")
    run("add", "rui@example.com")
    run("remove", "ana@example.com")
    assert "ana@example.com" not in run("list")
    run("add", "ana@example.com")
    with session_of(folder) as session, session.read() as unit:
        assert unit.one("SELECT MAX(id) FROM account_user") == (3,)  # never used again
        assert unit.one("SELECT COUNT(*) FROM lead") == (3,)


def test_an_address_is_taken_in_the_whole_installation(run: Run, command: Command, refused: Run) -> None:
    run("add", "ana@example.com", "--account", "Acme")
    for spelling in ("ana@example.com", "ANA@EXAMPLE.com"):
        assert "already" in refused("add", spelling, "--account", "Beta")
    assert command("account", "list").stdout == "Acme\t1 user\tenabled\n"  # Beta was not made


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (("add", "nobody"), "", "'nobody' is not an e-mail address"),
        (("add", "ana@localhost"), "", "is not an e-mail address"),
        (("add", "rui@example.com", "--password-stdin"), "", "too short: at least 8"),
        (("add", "rui@example.com", "--password-stdin"), "1234567\n", "too short: at least 8"),
        (("add", "rui@example.com", "--password-stdin"), "é" * 513, "too long: at most 1024 bytes"),
        (("password", "ana@example.com", "--password-stdin"), "short", "too short: at least 8"),
        (("password", "ana@example.com", "--password-stdin"), "long enough\n\n", "takes one line"),
        (("password", "rui@example.com"), "", "There is no user 'rui@example.com'"),
        (("disable", "rui@example.com"), "", "There is no user"),
        (("enable", "rui@example.com"), "", "There is no user"),
        (("sign-out", "rui@example.com"), "", "There is no user"),
        (("remove", "rui@example.com"), "", "There is no user"),
        (("list", "--account", "Beta"), "", "There is no account 'Beta'; there are: 'Acme'"),
    ],
)
def test_refusals_change_nothing(
    run: Run, refused: Run, folder: Path, arguments: tuple[str, ...], stdin: str, words: str
) -> None:
    with session_of(folder, create=True) as session, session.write() as unit:
        users.add_user(unit, users.add_account(unit, "Acme"), "ana@example.com", "hash")
    assert words in refused(*arguments, stdin=stdin)
    assert run("list") == "ana@example.com\tAcme\tenabled\t1\towner\t\n"


def test_a_new_password_also_ends_the_lock_after_wrong_ones(run: Run, server: Server) -> None:
    with sign_up(server) as client:
        assert [sign_in(server, client.email, "wrong password") for _ in range(11)] == [401] * 10 + [429]
        run("password", client.email, "--password-stdin", stdin="a new password\n", folder=server.folder)
        assert sign_in(server, client.email, "a new password") == 200


def test_a_new_account_gets_its_country_and_one_that_is_there_keeps_its_own(
    run: Run, command: Command
) -> None:
    run("add", "ana@example.com", "--account", "Acme", "--country", "pt")
    assert "country\tPT\n" in command("account", "show").stdout
    told = run("add", "rui@example.com", "--account", "Acme", "--country", "ES")
    assert "keeps its country" in told
    wrong = command("user", "add", "eva@example.com", "--account", "Other", "--country", "XX")
    assert wrong.returncode == 2
    assert "country\tPT\n" in command("account", "show").stdout


COUNTRY = "Country of phone numbers without a country code, such as PT (Enter for none): "


@pytest.mark.parametrize(("typed", "kept"), [(["Portugal", "XX", " pt "], "PT"), ([""], "")])
def test_a_terminal_is_asked_for_the_country_of_a_new_account(
    run: Run, command: Command, folder: Path, typed: list[str], kept: str
) -> None:
    with_terminal = [sys.executable, "-m", "closum", "user", "add"]
    environ = clean_environment() | {"CLOSUM_DATABASE": engines.current.url(folder)}
    with terminal([*with_terminal, "ana@example.com"], environ, 200) as shown:
        for text in typed:
            shown.read_until(COUNTRY)
            shown.shown = ""
            shown.write(f"{text}\n")
            if text != typed[-1]:
                shown.read_until(
                    "Error: This value must be two letters of ISO 3166 for a country, such as PT\n"
                )
        assert shown.end() == 0
        assert "Added the user ana@example.com to the new account 'My company'." in shown.shown
    assert f"country\t{kept}\n" in command("account", "show").stdout
    for not_asked in (["rui@example.com"], ["eva@example.com", "--account", "Acme", "--country", ""]):
        with terminal([*with_terminal, *not_asked], environ, 200) as shown:
            assert shown.end() == 0
            assert COUNTRY not in shown.shown


def test_who_leaves_the_question_for_the_country_adds_nobody(run: Run, folder: Path) -> None:
    environ = clean_environment() | {"CLOSUM_DATABASE": engines.current.url(folder)}
    with terminal([sys.executable, "-m", "closum", "user", "add", "ana@example.com"], environ, 200) as shown:
        shown.read_until(COUNTRY)
        shown.write("\x04")
        assert shown.end() == 130
    assert run("list") == ""
