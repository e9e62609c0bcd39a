"""What a restore must not revive: tokens, users and ids. `closum restore`, `pg_restore` and `closum user sign-out --all`."""

import contextlib
import re
import shlex
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from closum.accounts import users
from closum.accounts.keys import signing_key
from closum.accounts.tokens import Tokens
from closum.errors import NotFound
from closum.model import draft
from closum.operations import records, replaced, undo
from closum.resources.lead import LEAD
from closum.store import history, identity
from closum.store.opening import open_session
from tests.conftest import sign_up
from tests.support import engine
from tests.support.client import Client
from tests.support.engine import ON_SQLITE
from tests.support.load import every
from tests.support.patience import wait_until
from tests.support.server import Server, closum
from tests.support.writing import filled

Command = Callable[..., "subprocess.CompletedProcess[str]"]
NEW = {
    "phone": {"extension": "351", "number": "219999999"},
    "email": {"email": "given.since@example.com"},
}
FIRST = "closum.db is what ours.bak was. Every token has ended. Persons who were erased since then are back: erase them again, with 'closum person erase --from FILE' if they were recorded."
LET_IN = "The restore has undone what happened to these since the backup; decide on each:"


@pytest.fixture
def backed_up(command: Command, folder: Path) -> Path:
    """A database with users of two accounts, and a backup of it."""
    for name in ("ana", "rui", "eva", "o'neill"):
        command("user", "add", f"{name}@example.com", "--account", "Acme")
    command("user", "add", "zoe@example.com", "--account", "Beta & Co")
    command("key", "add", "Web form", "--kind", "create", "--account", "Beta & Co")
    assert command("backup", "ours.bak").returncode == 0
    return folder / "closum.db"


def restored(command: Command) -> list[str]:
    """What `closum restore` prints from the line on that says what is there now."""
    done = command("restore", "ours.bak", "--overwrite")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    return lines[lines.index(FIRST) :]


CHANGES = {
    "removed": (
        ("user", "remove", "rui@example.com"),
        "  rui@example.com was removed: closum user remove rui@example.com",
    ),
    "disabled": (
        ("user", "disable", "rui@example.com"),
        "  rui@example.com was disabled: closum user disable rui@example.com",
    ),
    "password": (
        ("user", "password", "o'neill@example.com"),
        "  o'neill@example.com got another password: closum user password 'o'\"'\"'neill@example.com'",
    ),
    "added with a role": (
        ("user", "add", "new@example.com", "--account", "Beta & Co", "--role", "member"),
        "  new@example.com was added, and is gone: closum user add new@example.com --account 'Beta & Co' --role member",
    ),
    "key revoked": (
        ("key", "revoke", "Web form", "--account", "Beta & Co"),
        "  the key 'Web form' was revoked: closum key revoke 'Web form' --account 'Beta & Co'",
    ),
    "key added": (
        ("key", "add", "ERP", "--kind", "read", "--account", "Acme"),
        "  the key 'ERP' was added, and is gone: closum key add ERP --account Acme --kind read",
    ),
    "account": (
        ("account", "disable", "Beta & Co"),
        "  the account 'Beta & Co' was disabled: closum account disable 'Beta & Co'",
    ),
    "renamed": (
        ("account", "rename", "Beta & Co", "Gamma"),
        "  the account 'Beta & Co' was renamed: closum account rename 'Beta & Co' Gamma",
    ),
    "added": (
        ("user", "add", "new@example.com", "--account", "Beta & Co"),
        "  new@example.com was added, and is gone: closum user add new@example.com --account 'Beta & Co'",
    ),
    "added account": (
        ("account", "add", "Gamma"),
        "  the account 'Gamma' was added, and is gone with its records: closum account add Gamma",
    ),
}


@ON_SQLITE
@pytest.mark.usefixtures("backed_up")
@pytest.mark.parametrize("name", CHANGES)
def test_what_was_done_to_users_and_accounts_since_the_backup_is_named(command: Command, name: str) -> None:
    words, line = CHANGES[name]
    assert command(*words).returncode == 0
    assert restored(command) == [FIRST, LET_IN, line]


@ON_SQLITE
@pytest.mark.usefixtures("backed_up")
def test_nobody_is_named_for_what_the_backup_has_too(command: Command) -> None:
    command("user", "disable", "rui@example.com")
    command("account", "disable", "Beta & Co")
    command("backup", "ours.bak", "--overwrite")
    command("user", "sign-out", "ana@example.com")
    assert restored(command) == [FIRST]


@ON_SQLITE
@pytest.mark.usefixtures("backed_up")
def test_what_is_enabled_again_since_the_backup_is_named(command: Command) -> None:
    command("user", "disable", "rui@example.com")
    command("account", "disable", "Beta & Co")
    command("backup", "ours.bak", "--overwrite")
    command("user", "enable", "rui@example.com")
    command("account", "enable", "Beta & Co")
    assert restored(command) == [
        FIRST,
        LET_IN,
        "  rui@example.com was enabled: closum user enable rui@example.com",
        "  the account 'Beta & Co' was enabled: closum account enable 'Beta & Co'",
    ]


def states(command: Command) -> tuple[list[str], list[str]]:
    """What the lists of users and of accounts show, without the ids, which are others when they are added again."""
    rows = [line.split("\t") for line in command("user", "list").stdout.splitlines()]
    people = ["\t".join((*row[:3], *row[4:])) for row in rows]
    return sorted(people), sorted(command("account", "list").stdout.splitlines())


@ON_SQLITE
@pytest.mark.usefixtures("backed_up")
def test_who_is_an_owner_since_is_named_before_who_is_none(command: Command) -> None:
    """An account has an owner after each of the commands."""
    command("user", "add", "bet@example.com", "--account", "Beta & Co")
    command("user", "remove", "zoe@example.com")
    for email in ("rui@example.com", "eva@example.com", "o'neill@example.com"):
        command("user", "role", email, "member")
    command("backup", "ours.bak", "--overwrite")
    command("user", "role", "eva@example.com", "owner")
    command("user", "disable", "ana@example.com")
    before = states(command)
    for line in restored(command)[2:]:
        words = shlex.split(line.partition(": closum ")[2])
        assert command(*words).returncode == 0, line
    assert states(command) == before


@ON_SQLITE
@pytest.mark.usefixtures("backed_up")
def test_the_commands_that_are_named_do_it_again_in_their_order(command: Command) -> None:
    for name in ("Beta & Co", "New & Co"):
        command("user", "add", f"{name[:3].lower()}@example.com", "--account", name)
    command("user", "disable", "rui@example.com")
    command("account", "disable", "Beta & Co")
    command("account", "rename", "Beta & Co", "Gamma")
    before = states(command)
    lines = restored(command)[2:]
    assert len(lines) == 6
    for line in lines:
        words = shlex.split(line.partition(": closum ")[2])
        assert command(*words).returncode == 0, line
    assert states(command) == before


@ON_SQLITE
def test_a_database_of_a_newer_version_is_compared_too(command: Command, backed_up: Path) -> None:
    """Going back to the version before is what a restore is often for."""
    command("user", "remove", "rui@example.com")
    with contextlib.closing(apsw.Connection(str(backed_up))) as file:
        file.execute("INSERT INTO schema_version VALUES (99, 'later', '9.9.9', '2030-01-01T00:00:00+00:00')")
    assert restored(command) == [FIRST, LET_IN, CHANGES["removed"][1]]


def lose(path: Path) -> None:
    path.unlink()


def damage(path: Path) -> None:
    path.write_bytes(b"x" * path.stat().st_size)


def exchange(path: Path) -> None:
    """For the database of a program that has taken closum's tables for its own."""
    with contextlib.closing(apsw.Connection(str(path))) as file:
        file.execute("ALTER TABLE account_user RENAME TO person")


def begin_again(path: Path) -> None:
    """As a first start on a lost file does it: its users say nothing about those of the backup."""
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    with (
        open_session(f"sqlite:///{path}", create=True, clock=lambda: 1_700_000_000) as session,
        session.write() as unit,
    ):
        users.add_user(unit, users.add_account(unit, "Another"), "admin@example.com", "hash")


UNREADABLE: dict[Callable[[Path], None], str] = {
    lose: "There was no database at closum.db to compare with: ids ",
    damage: "The replaced database could not be read (closum.db is not a database: ",
    exchange: "The replaced database could not be read (closum.db cannot be used: ",
    begin_again: "The replaced database is another one than that of the backup, ",
}


@ON_SQLITE
@pytest.mark.parametrize("change", UNREADABLE, ids=lambda one: one.__name__)
def test_where_the_replaced_database_cannot_be_read_it_says_what_it_cannot_know(
    command: Command, backed_up: Path, change: Callable[[Path], None]
) -> None:
    change(backed_up)
    first, told = restored(command)
    assert first == FIRST
    assert re.sub(r"\.replaced-\w+", "", told).startswith(UNREADABLE[change])
    assert "may be given again, and users who were removed or disabled since" in told
    assert command("check").returncode == 0


def status(address: str, token: str | None) -> int:
    with Client(address, token) as client:
        return client.get("/api/lead").status_code


def token_of(server: Server, email: str) -> str:
    """One that is valid now."""
    with server.session() as session, session.read() as unit:
        user = users.user_named(unit, email)
        return Tokens(signing_key(None, server.url)).issue(user.id, user.token_number, unit.now)


@ON_SQLITE
def test_ids_go_on_behind_those_that_were_given_since(folder: Path) -> None:
    lead = {"name": "Ana", "email": {"email": "ana@example.com"}}
    with Server(folder) as server, sign_up(server) as client:
        client.new("lead", lead)
        assert closum("backup", "ours.bak", folder=folder).returncode == 0
        closum(
            "demo", "--leads", "1005", "--account", client.account, folder=folder
        )  # more than a block of ids
        (numbers, addresses) = [client.new(name, new) for name, new in NEW.items()]
        late = sign_up(server)
        server.stop()
        assert closum("restore", "ours.bak", "--overwrite", folder=folder).returncode == 0
        server.start()
        assert [status(server.address, old.token) for old in (client, late)] == [401, 401]
        with sign_up(server) as newest, server.session() as session, session.read() as unit:
            assert users.user_named(unit, newest.email).id == 3
            assert users.account_named(unit, newest.account).id == 3
        with Client(server.address, token_of(server, client.email)) as again:
            assert [again.new("lead", lead) for _ in range(3)] == [1_007, 1_008, 1_009]
            assert [again.new(name, new) for name, new in NEW.items()] == [numbers + 1, addresses + 1]
            assert [one["id"] for one in every(again, "lead")] == [1, 1_007, 1_008, 1_009]
            for page, shown in ((1, [1, 1_007]), (2, [1_008, 1_009])):
                found = again.get(f"/api/lead?limit=2&page={page}").json()
                assert ([one["id"] for one in found["data"]], found["pagination"]["count"]) == (shown, 4)
    assert closum("check", folder=folder).returncode == 0


def operations(url: str, *names: str) -> list[int]:
    """The ids of the operations that create leads with these names in the account Acme."""
    with open_session(url) as session:
        with session.read() as unit:
            acme = users.account_named(unit, "Acme").id
        found = []
        for name in names:
            with session.write(acme) as unit:
                (written,) = records.create_many(unit, LEAD, [draft.parse(LEAD, {"name": name})])
                assert isinstance(written, records.Written)
                found.append(written.operation or 0)
        return found


@ON_SQLITE
def test_an_operation_that_was_answered_since_the_backup_is_nobody_elses(
    command: Command, backed_up: Path
) -> None:
    """Its id is not given again, and a reader of the changes does not miss those after the restore."""
    url = f"sqlite:///{backed_up}"
    assert operations(url, "Ana", "Rui", "Eva") == [1, 2, 3]
    restored(command)
    assert operations(url, "Ida") == [5]
    with open_session(url) as session:
        for stale in range(1, 5):
            with pytest.raises(NotFound, match="no such operation"), session.write(1) as unit:
                undo.undo(unit.of(users.account_named(unit, "Acme").id), stale)
        with session.read() as reading:
            unit = reading.of(users.account_named(reading, "Acme").id)
            found = [(one.position, one.verb, one.id) for one in history.since(unit, 3, 10)]
            assert found == [(4, "restore", 1), (5, "create", 4)]
    assert command("check").returncode == 0
    assert restored(command) == [FIRST]  # another time
    assert operations(url, "Ada") == [7]
    assert command("check").returncode == 0


@ON_SQLITE
@pytest.mark.parametrize("change", UNREADABLE, ids=lambda one: one.__name__)
def test_nor_where_the_replaced_database_cannot_tell_which_were(
    command: Command, backed_up: Path, change: Callable[[Path], None]
) -> None:
    operations(f"sqlite:///{backed_up}", "Ana", "Rui", "Eva")
    change(backed_up)
    restored(command)
    assert operations(f"sqlite:///{backed_up}", "Ida") == [replaced.PASSED + 2]
    assert command("check").returncode == 0


def test_nor_in_a_copy_that_is_put_back(command: Command, folder: Path) -> None:
    command("user", "add", "ana@example.com", "--account", "Acme")
    url, copied = engine.current.url(folder), f"sqlite:///{folder}/moved.db"
    operations(url, "Ana", "Rui")
    assert command("database", "copy", "--from", url, "--to", copied, "--end-tokens").returncode == 0
    assert operations(copied, "Ida") == [replaced.PASSED + 4]
    assert command("check", "--database", copied).returncode == 0


@ON_SQLITE
def test_ids_that_cannot_be_are_not_followed(command: Command, backed_up: Path) -> None:
    with open_session(f"sqlite:///{backed_up}") as session, session.read() as unit:
        acme = users.account_named(unit, "Acme")
    with open_session(f"sqlite:///{backed_up}") as session:
        filled(session, acme, {"name": "Ana"})
    with contextlib.closing(apsw.Connection(str(backed_up))) as file:
        file.execute(f"UPDATE tally SET last_id = {2**60}")
    told = restored(command)
    assert any("which cannot be" in line for line in told)
    assert operations(f"sqlite:///{backed_up}", "Ida") == [replaced.PASSED + 2]
    assert command("check").returncode == 0


@ON_SQLITE
def test_a_new_user_with_an_old_id_is_not_let_in_by_the_old_ones_token(
    command: Command, backed_up: Path
) -> None:
    """The replaced database is lost, so the id is given again."""
    url = f"sqlite:///{backed_up}"
    earlier = int(time.time()) - 60

    def add(email: str, now: int) -> identity.User:
        with open_session(url, clock=lambda: now) as session, session.write() as unit:
            users.add_user(unit, users.account_named(unit, "Acme"), email, "hash")
            return users.user_named(unit, email)

    old = add("old@example.com", earlier)
    lose(backed_up)
    restored(command)
    new = add("new@example.com", earlier + 60)
    assert (new.id, new.token_number > old.token_number) == (old.id, True)


@ON_SQLITE
@pytest.mark.parametrize("left", ["sound", "weak", "readable by others", "none"])
def test_a_sound_key_stays_and_any_other_gives_way_to_the_backups(
    command: Command, backed_up: Path, left: str
) -> None:
    key, kept = backed_up.with_name("closum.db.key"), "0123456789abcdef" * 4
    backed_up.with_name("ours.bak.key").write_text("fedcba9876543210" * 4)
    if left != "none":
        key.write_text(kept if left != "weak" else "x")
        key.chmod(0o644 if left == "readable by others" else 0o600)
    restored(command)
    assert key.read_text().strip() == (kept if left == "sound" else "fedcba9876543210" * 4)
    assert key.stat().st_mode & 0o777 == 0o600


def test_signing_everybody_out_ends_every_token_at_once(server: Server, shut_out_within: float) -> None:
    with sign_up(server) as client, sign_up(server) as other:
        both = (client, other)
        assert [one.get("/api/lead").status_code for one in both] == [200, 200]
        done = closum("user", "sign-out", "--all", folder=server.folder)
        assert done.stdout == "Every user is signed out: their tokens are revoked.\n"
        wait_until(lambda: [one.get("/api/lead").status_code for one in both] == [401, 401])
        assert client.post("/api/lead", json={"name": "Ana"}).status_code == 401
        with sign_up(server) as later:
            assert later.get("/api/lead").status_code == 200


@pytest.mark.parametrize("words", [(), ("ana@example.com", "--all")])
def test_whose_tokens_end_is_said_once(command: Command, words: tuple[str, ...]) -> None:
    done = command("user", "sign-out", *words, CLOSUM_ALL="1")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Name whose tokens to revoke" in done.stderr
