"""closum person export: everything of a person in one document."""

import json
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from closum.accounts import users
from closum.model import draft
from closum.model.draft import Draft
from closum.operations import merging, records
from closum.operations.importing import job
from closum.operations.importing.files import Files
from closum.operations.merging import IDS, PROPERTIES
from closum.resources.lead import LEAD
from closum.store import duplicates
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.import_jobs import add, carry_out, imported
from tests.support.writing import filled

Command = Callable[..., "subprocess.CompletedProcess[str]"]
ANA = "ana@example.com"


def test_everything_of_a_person(command: Command, session: Session, account: Account, folder: Path) -> None:
    ana = {"email": {"email": ANA}, "phone": {"number": "+351 912 345 678"}}
    filled(
        session,
        account,
        {"name": "Ana", "custom_data": {"a": "é"}, **ana},
        {"name": "Ana S", **ana},
        {"name": "Ana", **ana},
        {"name": "Rui"},
    )
    with session.write() as unit:
        users.add_user(unit, account, ANA, "a secret hash")
    with session.write(account.id) as unit:
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"name": "Ana Silva"}))
        merging.write(unit, LEAD, 1, Draft({IDS: [2], PROPERTIES: {}}, {}, {}))
        records.delete(unit, LEAD, 3)
        duplicates.put(unit, [(1, 4, duplicates.PAIR, 1, True)], 1)
    done = command("person", "export", " ANA@example.com", "ana.json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert stat.S_IMODE(os.stat(folder / "ana.json").st_mode) == 0o600
    text = (folder / "ana.json").read_text(encoding="utf-8")
    assert "secret" not in text
    assert "Rui" not in text
    found = json.loads(text)
    assert list(found) == [
        "closum_person",
        "leads",
        "unqualified_leads",
        "emails",
        "phones",
        "notes",
        "tasks",
        "lead_audience_lists",
        "consents",
        "unqualified_lead_consents",
        "history",
        "changes",
        "bin",
        "merged",
        "stages",
        "duplicates",
        "imports",
        "user",
    ]
    assert found["closum_person"] | {"made": ""} == {
        "version": 1,
        "made": "",
        "account": "Acme",
        "asked_for": "ANA@example.com",
    }
    assert [(one["id"], one["name"], one["custom_data"]) for one in found["leads"]] == [
        (1, "Ana Silva", '{"a":"é"}')
    ]
    assert [one["email"] for one in found["emails"]] == [ANA]
    assert {(one["record_id"], one["verb"]) for one in found["changes"] if one["resource"] == "lead"} == {
        (1, "create"),
        (1, "update"),
    }
    assert [(one["record_id"], one["record"]["name"]) for one in found["bin"]] == [(3, "Ana")]
    assert found["merged"] == [{"resource": "lead", "id": 2, "merged_into": [1]}]
    assert [one["leads"] for one in found["duplicates"]] == [[1, 4]]
    assert (found["user"]["email"], found["user"]["enabled"]) == (ANA, True)
    assert [one["event"] for one in found["user"]["ledger"]] == ["user_added"]


def test_it_is_printed_without_a_file(
    command: Command, session: Session, account: Account, folder: Path
) -> None:
    filled(session, account, {"name": "Rui", "phone": {"number": "+351 912 345 678"}})
    (folder / "mine.json").write_text("mine")
    refused = command("person", "export", "+351912345678", "mine.json")
    assert (refused.returncode, (folder / "mine.json").read_text()) == (1, "mine")
    nobody = command("person", "export", "eva@example.com", "eva.json")
    assert (nobody.returncode, (folder / "eva.json").exists()) == (1, False)


def test_a_user_of_another_account_is_not_in_it(
    command: Command, session: Session, account: Account, folder: Path
) -> None:
    with session.write() as unit:
        other = users.add_account(unit, "Other")
        users.add_user(unit, other, ANA, "none")
    refused = command("person", "export", ANA, "ana.json", "--account", "Acme")
    assert refused.returncode == 1
    assert command("person", "export", ANA, "ana.json", "--account", "Other").returncode == 0
    assert json.loads((folder / "ana.json").read_text())["user"]["email"] == ANA


REFUSED = b"Nome;E-mail;Telefone\nAna;ana@@;912 345 678\nEva;eva@example.com ana@example.com;\nRui;rui@example.com;\n"


@pytest.mark.parametrize(
    ("asked", "kind", "lines"),
    [
        (ANA, "refused", [(2, 3), (1, 3)]),
        ("+351 912 345 678", "refused", [(2, 2), (1, 2)]),
        ("00351912345678", "refused", [(2, 2), (1, 2)]),
        ("rui@example.com", "preview", [(1, 4)]),
    ],
)
def test_rows_of_imports_are_in_it(
    asked: str,
    kind: str,
    lines: list[tuple[int, int]],
    command: Command,
    session: Session,
    account: Account,
    folder: Path,
) -> None:
    """Those that a check has refused, those that an import has, and those that a check has shown."""
    files = Files(folder / "files")
    number = add(session, account.id, files, REFUSED, country="PT")
    with session.write(account.id) as unit:
        job.start(unit, number, True, None)
    carry_out(session, account.id, files, number)
    imported(session, account.id, files, REFUSED, country="PT")
    done = command("person", "export", asked, "ana.json")
    assert done.returncode == 0, done.stderr
    found = json.loads((folder / "ana.json").read_text(encoding="utf-8"))["imports"]
    assert [(one["import"], one["line"]) for one in found if kind in one] == lines


def test_a_row_that_a_check_of_other_records_shows_is_in_it(
    command: Command, session: Session, account: Account, folder: Path
) -> None:
    files, content = Files(folder / "files"), b"name\nFriends of rui@example.com\nOthers\n"
    number = add(session, account.id, files, content, "audience_list")
    with session.write(account.id) as unit:
        job.start(unit, number, True, None)
    carry_out(session, account.id, files, number)
    done = command("person", "export", "rui@example.com", "rui.json")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads((folder / "rui.json").read_text(encoding="utf-8"))["imports"]
    assert found["preview"] == {"name": "Friends of rui@example.com"}
