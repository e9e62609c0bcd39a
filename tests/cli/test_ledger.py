"""closum ledger list, and what commands note."""

import json
import os
import re
from pathlib import Path

import pytest

from closum.cli import operator
from closum.store import catalogue, ledger
from closum.store.ledger import Entry
from tests.cli.conftest import Command
from tests.support.engine import ON_SQLITE, session_of
from tests.support.server import Server
from tests.support.tracing import traced

CHANGING = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM) (\w+)")
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("account", "add", "Acme"),
    ("user", "add", "ana@example.com"),
    ("user", "add", "eva@example.com", "--role", "member"),
    ("user", "role", "eva@example.com", "owner"),
    ("user", "name", "eva@example.com", "Eva"),
    ("key", "add", "ERP", "--kind", "full"),
    ("key", "revoke", "ERP"),
    ("user", "password", "ana@example.com"),
    ("user", "sign-out", "ana@example.com"),
    ("user", "disable", "ana@example.com"),
    ("user", "enable", "ana@example.com"),
    ("user", "unlock", "ana@example.com"),
    ("user", "unlock", "203.0.113.21"),
    ("user", "sign-out", "--all"),
    ("demo", "--leads", "3"),
    ("export", "leads.ndjson", "--account", "Acme", "--filter", "id>1", "--q", "zz"),
    ("export", "all.zip", "--all"),
    ("person", "export", "PERSON", "person.json"),
    ("city", "load", "cities.csv"),
    ("city", "load", "cities.csv"),
    ("person", "erase", "PERSON", "--account", "Acme", "--yes"),
    ("database", "recompute"),
    ("account", "rename", "Acme", "Beta"),
    ("account", "disable", "Beta"),
    ("account", "enable", "Beta"),
    ("user", "remove", "ana@example.com"),
)
NOTED = """
account_added Beta - -
user_added Beta user 1 role owner
user_added Beta eva@example.com role member
role_changed Beta eva@example.com role owner
user_renamed Beta eva@example.com -
key_added Beta - key 1, kind full
key_revoked Beta - key 1
password_changed Beta user 1 -
tokens_ended Beta user 1 -
user_disabled Beta user 1 -
user_enabled Beta user 1 -
sign_in_unlocked Beta user 1 limit e-mail address
sign_in_unlocked - - limit client address
all_tokens_ended - - -
demo_started Beta - leads 3
demo_done Beta - leads 3
exported Beta - resource lead, records 0, format ndjson, filters id, q
account_exported Beta - -
person_exported Beta - records 3
cities_loaded - - added 1, renamed 1
person_erase_started Beta - leads 1, records 2, former 0
person_erase_done Beta - leads 1, records 2, former 0
database_recompute_started - - -
database_recompute_done - - -
account_renamed Beta - -
account_disabled Beta - -
account_enabled Beta - -
user_removed Beta user 1 -
"""


def entries(folder: Path) -> list[Entry]:
    with session_of(folder) as session, session.read() as unit:
        return list(ledger.entries(unit))


def person_of(folder: Path) -> str:
    """An address that a lead shows."""
    with session_of(folder) as session, session.read() as unit:
        found = unit.one("SELECT email FROM email WHERE account_id = 1 ORDER BY id LIMIT 1")
    assert found
    return str(found[0])


def listed(command: Command, *arguments: str) -> list[list[str]]:
    done = command("ledger", "list", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return [line.split("\t") for line in done.stdout.splitlines()]


@pytest.fixture
def everything(command: Command, folder: Path) -> list[str]:
    """Each command that changes something, run once; the statements of all but the first, which makes the tables."""
    (folder / "cities.csv").write_text("id,city_name\n213,Abrantes (Ribatejo)\n999,Nova\n", encoding="utf-8")
    assert command(*COMMANDS[0]).returncode == 0
    with traced() as executed:
        for words in COMMANDS[1:]:
            done = command(*(person_of(folder) if word == "PERSON" else word for word in words))
            assert done.returncode == 0, done.stderr
    return executed


@pytest.mark.usefixtures("everything")
def test_every_command_that_changes_something_is_noted(command: Command) -> None:
    found = listed(command)
    told = [
        " ".join(re.sub("subject .*", "", one).strip(", ") for one in (*line[1:4], line[5])) for line in found
    ]
    assert told == NOTED.strip().splitlines()
    assert {(line[4], line[6]) for line in found} == {(f"command of {operator.operator()}", "-")}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", line[0]) for line in found)
    assert sorted(line[0] for line in found) == [line[0] for line in found]


def test_a_transaction_writes_shared_data_or_an_accounts_and_none_changes_an_entry(
    everything: list[str], folder: Path
) -> None:
    with session_of(folder) as session, session.read() as unit:
        shared = {table.name for table in catalogue.tables(unit) if table.shared}
    kinds = list[set[bool]]()
    for sql in everything:
        if sql.startswith("BEGIN"):
            kinds.append(set())
        if match := CHANGING.match(sql):
            kinds[-1].add(match[2] in shared)
            assert match[2] != "ledger" or match[1] == "INSERT INTO"
    assert sum(kind == {True} for kind in kinds) > len(COMMANDS)
    assert sum(kind == {False} for kind in kinds) >= 2  # demo, person
    assert {True, False} not in kinds


@pytest.mark.slow
def test_what_a_server_does_by_itself_at_its_first_start(folder: Path) -> None:
    """And at no later one."""
    with Server(folder) as server:
        server.stop()
        server.start()
    found = entries(folder)
    assert [one.event for one in found] == ["signing_key_set"]
    assert {(one.cause, one.operator, one.actor_id) for one in found} == {("server", None, None)}


@pytest.mark.usefixtures("everything")
def test_what_only_reads_is_not_noted(command: Command, folder: Path) -> None:
    before = len(entries(folder))
    for words in (
        ("user", "list"),
        ("account", "list"),
        ("check",),
        ("ledger", "list"),
        ("user", "unlock", "203.0.113.21", "--dry-run"),
        ("person", "erase", person_of(folder), "--account", "Beta", "--dry-run"),
    ):
        command(*words)
    assert len(entries(folder)) == before


@pytest.mark.usefixtures("everything")
def test_nothing_of_an_erased_person_is_in_it(command: Command, folder: Path) -> None:
    person = person_of(folder)
    command("person", "erase", person, "--account", "Beta", "--yes")
    with session_of(folder) as session, session.read() as unit:
        rows = unit.all("SELECT * FROM ledger")
    assert rows
    assert person.partition("@")[0] not in str(rows)
    assert "ana@example.com" not in str(rows)
    assert {key for row in rows for key in json.loads(row[-1])} <= {
        *("added", "renamed"),
        *("leads", "records", "former"),
        *("limit", "subject"),
        *("role", "key", "kind"),
        *("resource", "format", "filters"),
    }


def test_names_are_those_of_today(command: Command) -> None:
    command("user", "add", "ana@example.com", "--account", "Acme")
    command("user", "add", "eva@example.com", "--account", "Acme")
    command("user", "disable", "ana@example.com")
    assert [line[1:4] for line in listed(command)] == [
        ["account_added", "Acme", "-"],
        ["user_added", "Acme", "ana@example.com"],
        ["user_added", "Acme", "eva@example.com"],
        ["user_disabled", "Acme", "ana@example.com"],
    ]
    command("account", "rename", "Acme", "Beta")
    command("user", "remove", "ana@example.com")
    assert [line[2:4] for line in listed(command)][:4] == [
        ["Beta", "-"],
        ["Beta", "user 1"],
        ["Beta", "eva@example.com"],
        ["Beta", "user 1"],
    ]


def test_of_one_account(command: Command) -> None:
    for name in ("Acme", "Beta"):
        command("user", "add", f"{name}@example.com", "--account", name)
    command("user", "sign-out", "--all")
    assert [line[1:3] for line in listed(command, "--account", "beta")] == [
        ["account_added", "Beta"],
        ["user_added", "Beta"],
    ]
    done = command("ledger", "list", "--account", "Gamma")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "There is no account 'Gamma'" in done.stderr


def test_since_a_moment(command: Command, folder: Path) -> None:
    command("account", "add", "Acme")
    with session_of(folder) as session, session.write() as unit:
        for moment in (1_800_000_000, 1_800_003_600, 1_800_090_000):  # 8:00, 9:00, 9:00 a day later
            unit.now = moment
            ledger.add(unit, "cities_loaded")

    def since(text: str) -> int:
        return len(listed(command, "--since", text))

    assert (since("2027-01-15"), since("2027-01-16"), since("2027-01-17")) == (3, 1, 0)
    assert (since("2027-01-15T09:00"), since("2027-01-15T09:00:01Z")) == (2, 1)
    assert (since("2027-01-15T10:00:00+01:00"), since("2027-01-15T10:30:00+01:00")) == (2, 1)
    assert since("0001-01-01") == since("1970-01-01") == 4


@ON_SQLITE
@pytest.mark.parametrize(
    "text", ["", "yesterday", "2027-13-01", "2027-01-15T25:00", "0001-01-01T00:00+01:00", "٢٠٢٧"]
)
def test_what_is_no_moment_is_refused(command: Command, text: str) -> None:
    command("account", "add", "Acme")
    done = command("ledger", "list", "--since", text)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"it must be such as 2026-01-31 or 2026-01-31T10:00:00+00:00, not '{text}'" in done.stderr


@ON_SQLITE
def test_without_a_database_it_says_so(command: Command) -> None:
    done = command("ledger", "list")
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no database" in done.stderr


@ON_SQLITE
def test_a_terminal_obeys_no_name_and_a_column_stays_one(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operator, "operator", lambda: "ana\x1b[31m\tb")
    command("account", "add", "Acme")
    (line,) = listed(command)
    assert line[4] == r"command of ana\x1b[31m\tb"


@ON_SQLITE
def test_an_entry_that_cannot_be_read_is_one_line(command: Command, folder: Path) -> None:
    command("account", "add", "Acme")
    with session_of(folder) as session, session.write() as unit:
        unit.run("UPDATE ledger SET detail = 'nonsense'")
    done = command("ledger", "list")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "closum: An entry of the ledger cannot be read: 'closum check' names it\n"
    checked = command("check")
    assert checked.returncode == 1
    assert "ledger: the entry 1 cannot be read" in checked.stderr


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("0", "root"),
        ("4294967295", None),
        ("", None),
        ("x", None),
        (None, None),
        ("3999999998", "3999999998"),
    ],
)
def test_an_operator_is_who_logged_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None, name: str | None
) -> None:
    """Else the user that the command runs as."""
    monkeypatch.setattr(operator, "LOGIN", tmp_path / "loginuid")
    monkeypatch.setattr(os, "getuid", lambda: 3_999_999_999)
    if content is not None:
        operator.LOGIN.write_text(content, encoding="ascii")
    assert operator.operator() == (name or "3999999999")
    assert operator.by_operator().operator == (name or "3999999999")
