"""closum person erase --record and --from: to erase again whom a restore has brought back."""

import fcntl
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from closum.accounts import users
from closum.operations import erasures
from closum.resources.lead import LEAD
from closum.store.identity import Account
from closum.store.session import Session
from tests.support import stored
from tests.support.patience import PATIENCE
from tests.support.people import ANA, PHONE_OF_ANA, counts, told
from tests.support.writing import filled

Command = Callable[..., "subprocess.CompletedProcess[str]"]

BOTH = ANA | {"name": "Ana", "phone": PHONE_OF_ANA}
NOTED = ("person", "erase", "ana@example.com", "--account", "Acme", "--yes", "--record", "erased")
AGAIN = ("person", "erase", "--from", "erased", "--yes")


def test_the_file_names_nobody_and_only_its_owner_reads_it(
    command: Command, session: Session, account: Account, folder: Path
) -> None:
    filled(session, account, BOTH)
    assert command(*NOTED).returncode == 0
    head, *lines = (folder / "erased").read_text().splitlines()
    assert re.fullmatch(r"# closum: erased persons, with the key [0-9a-f]{16}", head)
    assert [line.split()[1:3] for line in lines] == [["1", "person"], ["1", "record"]]
    for name in ("erased", "erased.key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
        text = (folder / name).read_text()
        assert not any(word in text for word in ("ana", "example", "913333333", "Acme"))


def test_who_comes_back_with_a_restore_is_erased_again(
    command: Command, session: Session, account: Account, folder: Path
) -> None:
    filled(session, account, BOTH, BOTH, {"name": "Rui", "phone": PHONE_OF_ANA})
    before = counts(session, account.id)
    assert command(*NOTED).returncode == 0
    gone = counts(session, account.id)
    filled(session, account, BOTH, BOTH)  # as a restore would have it
    age(session, account)
    shown = command("person", "erase", "--from", "erased", "--dry-run").stdout
    assert "lead 4" in shown
    assert counts(session, account.id) == before
    asked = command("person", "erase", "--from", "erased")
    assert (asked.returncode, "--yes erases them" in asked.stderr) == (1, True)
    done = command(*AGAIN)
    assert told(done.stdout) == "Erased 2 leads and 1 e-mail or phone record; backups keep theirs.\n"
    assert counts(session, account.id) == gone
    again = command(*AGAIN)
    assert (again.returncode, told(again.stdout)) == (0, "Nobody who was erased before is there.\n")
    assert command("check").returncode == 0


def age(session: Session, account: Account) -> None:
    """Make all records older than any erasure."""
    with session.write(account.id) as unit:
        for table, column in (("email", "register_date"), ("phone", "date_add")):
            sql = f"UPDATE {table} SET {column} = '2018-01-01T10:00:00+00:00' WHERE account_id = ?"
            unit.run(sql, (account.id,))


def test_who_has_come_again_by_themselves_stays(
    command: Command, session: Session, account: Account, folder: Path
) -> None:
    filled(session, account, BOTH)
    assert command(*NOTED).returncode == 0
    text = (folder / "erased").read_text()
    (folder / "erased").write_text(re.sub(r"^\d{4}-", "2019-", text, flags=re.MULTILINE))
    filled(session, account, BOTH)
    done = command(*AGAIN)
    assert told(done.stdout) == "Nobody who was erased before is there.\n"
    assert counts(session, account.id) == {"lead": 1, "email": 1, "phone": 1}


def test_the_same_person_in_another_account_stays(
    command: Command, session: Session, account: Account
) -> None:
    with session.write() as unit:
        other = users.add_account(unit, "Beta")
    filled(session, account, BOTH)
    assert command(*NOTED).returncode == 0
    filled(session, account, BOTH)
    filled(session, other, BOTH)
    age(session, account)
    age(session, other)
    assert "Nobody who was erased before is there" in command(*AGAIN, "--account", "Beta").stdout
    assert command(*AGAIN).stdout.startswith("Erased 1 lead and 2 ")
    assert counts(session, account.id) == {"lead": 0, "email": 0, "phone": 0}
    assert counts(session, other.id) == {"lead": 1, "email": 1, "phone": 1}


def test_a_record_that_went_along_takes_no_lead_of_another_with_it(
    command: Command, session: Session, account: Account
) -> None:
    """The number was Ana's alone when she was erased; in the backup Rui has it too."""
    filled(session, account, BOTH)
    assert command(*NOTED).returncode == 0
    filled(session, account, BOTH, {"name": "Rui", "phone": PHONE_OF_ANA})
    age(session, account)
    assert command(*AGAIN).stdout.startswith("Erased 1 lead and 1 ")
    assert counts(session, account.id) == {"lead": 1, "email": 0, "phone": 1}


def test_a_record_that_went_along_goes_again_where_no_lead_shows_it(
    command: Command, session: Session, account: Account
) -> None:
    filled(session, account, BOTH)
    assert command(*NOTED).returncode == 0
    (lead,) = filled(session, account, {"name": "x", "phone": PHONE_OF_ANA})
    with session.write(account.id) as unit:
        stored.erase(unit.of(account.id), LEAD, [lead])
    age(session, account)
    assert command(*AGAIN).stdout.startswith("Erased 0 leads and 1 ")
    assert counts(session, account.id)["phone"] == 0


def test_who_is_only_in_backups_is_noted_too(
    command: Command, session: Session, account: Account, folder: Path
) -> None:
    assert command(*NOTED).returncode == 1
    filled(session, account, BOTH)
    age(session, account)
    assert command(*AGAIN).stdout.startswith("Erased 1 lead and 2 ")


def test_further_erasures_are_added(
    command: Command, session: Session, account: Account, folder: Path
) -> None:
    filled(session, account, BOTH, {"email": {"email": "eva@example.com"}})
    assert command(*NOTED).returncode == 0
    first = (folder / "erased").read_text()
    words = [word.replace("ana@", "eva@") for word in NOTED]
    assert command(*words).returncode == 0
    assert (folder / "erased").read_text().startswith(first)
    assert len((folder / "erased").read_text().splitlines()) == 4


def test_a_dry_run_notes_nothing(command: Command, session: Session, account: Account, folder: Path) -> None:
    filled(session, account, BOTH)
    words = [word.replace("--yes", "--dry-run") for word in NOTED]
    assert command(*words).returncode == 0
    assert not (folder / "erased").exists()
    assert not (folder / "erased.key").exists()


def first_line(folder: Path) -> str:
    return (folder / "erased").read_text().splitlines(keepends=True)[0]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda folder: (folder / "erased.key").unlink(), "erased.key is not there: "),
        (lambda folder: (folder / "erased").unlink(), "erased is not there: "),
        (lambda folder: os.chmod(folder / "erased.key", 0o644), "can be read by others"),
        (lambda folder: (folder / "erased.key").write_text("0" * 64), "was not made with the key in "),
        (lambda folder: (folder / "erased").write_text(first_line(folder) + "nonsense\n"), "Line 2 of "),
        (lambda folder: (folder / "erased").write_bytes(b"\xff\n"), "cannot be read: "),
    ],
    ids=["no key", "no file", "open key", "other key", "nonsense", "no text"],
)
def test_a_file_that_cannot_be_trusted_erases_nothing(
    command: Command,
    session: Session,
    account: Account,
    folder: Path,
    harm: Callable[[Path], object],
    said: str,
) -> None:
    filled(session, account, BOTH)
    assert command(*NOTED).returncode == 0
    filled(session, account, BOTH)
    age(session, account)
    harm(folder)
    done = command(*AGAIN)
    assert (done.returncode, done.stdout, said in done.stderr) == (1, "", True), done.stderr
    assert counts(session, account.id)["lead"] == 1


def test_where_it_cannot_be_noted_nothing_is_erased(
    command: Command, session: Session, account: Account, folder: Path
) -> None:
    filled(session, account, BOTH)
    words = [word.replace("erased", "gone/erased") for word in NOTED]
    done = command(*words)
    told = "The folder gone does not exist: make it first; nothing was erased"
    assert (done.returncode, done.stderr) == (1, f"closum: {told}\n")
    assert counts(session, account.id)["lead"] == 1


def test_accounts_are_read_from_the_file(folder: Path) -> None:
    made = erasures.Record(folder / "erased", make=True)
    assert made.accounts() == {}


def test_hashes_do_not_tell_that_two_accounts_had_the_same_person(
    command: Command, session: Session, account: Account, folder: Path
) -> None:
    with session.write() as unit:
        other = users.add_account(unit, "Beta")
    for one in (account, other):
        filled(session, one, ANA)
        assert command(*[word.replace("Acme", one.name) for word in NOTED]).returncode == 0
    lines = (folder / "erased").read_text().splitlines()[1:]
    assert len(lines) == len({line.split()[3] for line in lines}) == 2


AT_ONCE = """
import sys
from pathlib import Path
from closum.operations import erasures

sys.stdin.read(1)
erasures.Record(Path(sys.argv[1]), make=True)
"""


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_commands_that_begin_a_file_at_once_make_one_key(folder: Path) -> None:
    file = folder / "erased"
    begun = [
        subprocess.Popen([sys.executable, "-c", AT_ONCE, str(file)], stdin=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    with open(file, "ab") as held:  # they all come to wait for it
        fcntl.flock(held, fcntl.LOCK_EX)
        for one in begun:
            assert one.stdin
            one.stdin.write(".")
            one.stdin.flush()
        key = folder / "erased.key"
        with pytest.raises(subprocess.TimeoutExpired):
            begun[0].wait(1)
        assert not key.exists()
    assert [one.wait(PATIENCE) for one in begun] == [0, 0, 0, 0]
    for one in begun:
        assert one.stdin
        one.stdin.close()
    assert len(key.read_bytes().strip()) == 64
