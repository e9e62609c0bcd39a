"""closum export --all, and closum import of what it writes: an account as a whole, there and back."""

import json
import subprocess
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from closum.accounts import users
from closum.accounts.roles import FULL, READER
from closum.model import draft
from closum.model.draft import Draft
from closum.operations import archive, merging, past, records, undoing
from closum.operations.merging import IDS, PROPERTIES
from closum.resources import RESOURCES
from closum.resources.lead import LEAD
from closum.store import api_keys, catalogue, identity, search
from closum.store import archive as stored
from closum.store.identity import Account
from closum.store.session import Session
from tests.support import engine as engines
from tests.support.engine import session_of
from tests.support.writing import filled

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def lived_in(session: Session, account: Account) -> Account:
    """An account with all kinds of data, most of which have a history."""
    ana = {"email": {"email": "ana@example.com"}, "phone": {"number": "+351 912 345 678"}, "city_id": 40}
    filled(
        session,
        account,
        {"name": "Águeda", "custom_data": {"a": [1, "=1\n"]}, **ana},
        *({"name": name, **ana} for name in ("Ana", "Rui", "Eva")),
    )
    with session.write() as unit:
        user_id = users.add_user(unit, account, "user@example.com", "a secret hash", role=READER, name="Uma")
        key_id = api_keys.add(unit, account.id, "ERP", FULL, "another secret hash")
        identity.change_account(unit, account.id, {"country": "PT", "zone": "Europe/Lisbon"})
    with session.write(account.id) as unit:
        own = unit.of(account.id, unit.by._replace(user_id=user_id, cause="api"))
        records.update(own, LEAD, 1, draft.parse(LEAD, {"name": "Ana Silva"}))
        records.delete(own, LEAD, 2)
        merging.write(own, LEAD, 1, Draft({IDS: [3], PROPERTIES: {}}, {}, {}))
        by_key = unit.of(account.id, unit.by._replace(key_id=key_id, cause="api"))
        records.update(by_key, LEAD, 4, draft.parse(LEAD, {"custom_data": {"b": 1}}))
    return account


def parts(file: Path) -> dict[str, Any]:
    """The content of an archive, but for when it was made and of what account."""
    with zipfile.ZipFile(file) as opened:
        found = {name: opened.read(name).decode() for name in opened.namelist()}
    manifest = json.loads(found.pop(archive.MANIFEST))
    return found | {"manifest": manifest | {"made": "", "account": ""}}


def rewritten(file: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """A copy with another content of one part."""
    made = file.with_name("changed.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w") as new:
        for one in old.namelist():
            content = old.read(one)
            new.writestr(one, change(content) if one == name else content)
    return made


def test_what_is_in_it(command: Command, lived_in: Account, folder: Path) -> None:
    done = command("export", "all.zip", "--all")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("Exported everything of the account 'Acme', ")
    assert (folder / "all.zip").stat().st_mode & 0o777 == 0o600
    found = parts(folder / "all.zip")
    assert "closum import" in found["README.txt"]
    assert json.loads(found["settings.ndjson"])["country"] == "PT"
    assert [json.loads(line)["email"] for line in found["users.ndjson"].splitlines()] == ["user@example.com"]
    assert "secret" not in "".join(map(str, found.values()))
    leads = [json.loads(line) for line in found["tables/lead.ndjson"].splitlines()]
    assert [(one["id"], one["name"]) for one in leads] == [(1, "Ana Silva"), (4, "Eva")]
    counts = {one["name"]: one["count"] for one in found["manifest"]["parts"]}
    assert (counts["tables/bin.ndjson"], counts["tables/merged.ndjson"], counts["cities.ndjson"]) == (1, 1, 1)


def test_there_and_back(
    command: Command, session: Session, lived_in: Account, folder: Path, tmp_path: Path
) -> None:
    """In another database all is as it was, its user included; in the same one the user is another account's."""
    command("export", "all.zip", "--all")
    command("account", "add", "Second")
    done = command("import", "all.zip", "--account", "Second")
    assert done.returncode == 0, done.stderr
    assert "Left out the user user@example.com" in done.stdout
    command("export", "second.zip", "--all", "--account", "Second")
    first, second = parts(folder / "all.zip"), parts(folder / "second.zip")
    for name in (
        "tables/lead.ndjson",
        "tables/email.ndjson",
        "tables/bin.ndjson",
        "tables/tally.ndjson",
        "settings.ndjson",
    ):
        assert first[name] == second[name], name
    assert command("check").returncode == 0
    other = tmp_path / "other"
    other.mkdir()
    engines.current.fill(other)
    command("account", "add", "Third", folder=other)
    done = command("import", str(folder / "all.zip"), "--account", "Third", folder=other)
    assert "Made the user user@example.com, disabled" in done.stdout
    command("export", "third.zip", "--all", "--account", "Third", folder=other)
    assert parts(other / "third.zip") == first
    assert command("check", folder=other).returncode == 0
    with session_of(other) as another, another.read() as unit:
        (user,), (key,) = identity.users(unit), api_keys.keys(unit)
        assert (user.email, user.enabled, user.role, user.name) == ("user@example.com", 0, READER, "Uma")
        assert (key.name, key.kind, key.revoked is None) == ("ERP", FULL, False)
        assert past.read(unit.of(1), LEAD, 4, 9).changes[0]["key"] == {"id": key.id, "name": "ERP"}


def test_life_goes_on_in_it(command: Command, session: Session, lived_in: Account, folder: Path) -> None:
    """Ids go on, it can be searched, and what was done before can be undone."""
    command("export", "all.zip", "--all")
    command("account", "add", "Second")
    assert command("import", "all.zip", "--account", "Second").returncode == 0
    with session.read() as unit:
        second = users.account_named(unit, "Second").id
    with session.write(second) as unit:
        assert records.create_many(unit, LEAD, [draft.parse(LEAD, {"name": "Zoé"})])[0].id == 5  # type: ignore[union-attr]
        renamed = unit.one(
            "SELECT operation FROM change WHERE account_id = ? AND resource = 'lead' AND verb = 'update' ORDER BY position",
            (second,),
        )
        undoing.begin(unit, renamed[0] if renamed else 0, 30, {})
    assert (
        command(
            "export", "found.csv", "--account", "Second", "--q", "agueda", "--fields", "id,name"
        ).returncode
        == 0
    )
    assert (folder / "found.csv").read_text("utf-8-sig") == "id,name\n1,Águeda\n"
    restored = command("bin", "list", "--account", "Second").stdout.split("\t")[0]
    assert command("bin", "restore", restored, "--account", "Second").returncode == 0
    assert command("check").returncode == 0


def test_an_account_that_has_something_stays(command: Command, lived_in: Account, folder: Path) -> None:
    command("export", "all.zip", "--all")
    refused = command("import", "all.zip", "--account", "Acme")
    assert (refused.returncode, "closum account add" in refused.stderr) == (1, True)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("tables/lead.ndjson", lambda content: content.replace(b"Eva", b"Ava"), "not what the manifest says"),
        ("tables/lead.ndjson", lambda content: content[:-20], "cannot be read"),
        ("tables/change.ndjson", lambda content: b"", "not what the manifest says"),
        (
            "tables/phone.ndjson",
            lambda content: content.replace(b'"number"', b'"nummer"'),
            "not what the manifest says",
        ),
        ("users.ndjson", lambda content: b"[]\n", "cannot be read"),
        (
            "cities.ndjson",
            lambda content: content.replace(b'"id":40', b'"id":41'),
            "not what the manifest says",
        ),
        (archive.MANIFEST, lambda content: b"{", "cannot be read"),
        (archive.MANIFEST, lambda content: content.replace(b'"schema": ', b'"schema": 9'), "that version"),
        (
            archive.MANIFEST,
            lambda content: content.replace(b"tables/bin", b"tables/bun"),
            "tables/bin.ndjson is missing",
        ),
    ],
)
def test_nothing_is_stored_of_what_is_damaged(
    name: str,
    change: Callable[[bytes], bytes],
    said: str,
    command: Command,
    lived_in: Account,
    session: Session,
    folder: Path,
) -> None:
    command("export", "all.zip", "--all")
    command("account", "add", "Second")
    made = rewritten(folder / "all.zip", name, change)
    refused = command("import", made.name, "--account", "Second")
    assert (refused.returncode, said in refused.stderr) == (1, True), refused.stderr
    with session.read() as unit:
        second = users.account_named(unit, "Second").id
        assert stored.is_empty(unit.of(second), RESOURCES)
        assert (identity.account_row(unit, second) or {})["country"] is None


def test_a_part_with_other_columns_is_refused(
    command: Command, lived_in: Account, session: Session, folder: Path
) -> None:
    """Whoever made it: its digest is right."""
    command("export", "all.zip", "--all")
    command("account", "add", "Second")
    with zipfile.ZipFile(folder / "all.zip") as opened:
        phones = opened.read("tables/phone.ndjson")
    others = phones.replace(b'"number"', b'"nummer"')
    made = rewritten(folder / "all.zip", "tables/phone.ndjson", lambda content: others)
    old, new = (sha256(one).hexdigest().encode() for one in (phones, others))
    made = rewritten(
        made.rename(folder / "other.zip"), archive.MANIFEST, lambda content: content.replace(old, new)
    )
    refused = command("import", made.name, "--account", "Second")
    assert (refused.returncode, "other columns" in refused.stderr) == (1, True), refused.stderr
    with session.read() as unit:
        assert stored.is_empty(unit.of(users.account_named(unit, "Second").id), RESOURCES)


def test_cities_have_to_be_the_same(
    command: Command, lived_in: Account, session: Session, folder: Path
) -> None:
    command("export", "all.zip", "--all")
    command("account", "add", "Second")
    with session.setup() as unit:
        unit.run("UPDATE city SET city_name = 'Elsewhere' WHERE id = 40")
    refused = command("import", "all.zip", "--account", "Second")
    assert (refused.returncode, "closum city load" in refused.stderr) == (1, True)


def test_it_is_taken_as_a_whole(command: Command, lived_in: Account, folder: Path) -> None:
    assert command("export", "all.zip", "--all", "--q", "ana").returncode == 2
    command("export", "all.zip", "--all")
    assert command("import", "all.zip", "--dry-run").returncode == 2


def test_every_table_of_an_account_is_in_it_or_left_out(session: Session) -> None:
    with session.read() as unit:
        own = {one.name for one in catalogue.tables(unit) if not one.shared}
        kept = {one.name for one in stored.tables(unit, RESOURCES)}
    assert own - kept == {*stored.LEFT_OUT, *filter(search.is_index, own)}
    assert kept == {
        *(
            "bin",
            "change",
            "duplicate",
            "duplicate_dismissed",
            "duplicate_key",
            "duplicate_place",
            "email",
            "import",
        ),
        *("import_fault", "import_mapping", "lead", "merged", "phone", "saved_view", "tally", "tally_span"),
        *("audience_list", "contact_type", "lead_audience_list", "note", "task"),
        *(
            "assignment_rule",
            "consent",
            "contact_lifecycle_stage",
            "lead_stage",
            "unqualified_lead",
            "unqualified_lead_consent",
        ),
    }


def test_whatever_byte_is_changed_nothing_is_stored_or_all(
    command: Command, lived_in: Account, session: Session, folder: Path
) -> None:
    command("export", "all.zip", "--all")
    whole = (folder / "all.zip").read_bytes()
    refusals = 0
    with zipfile.ZipFile(folder / "all.zip") as opened:
        end = opened.start_dir  # behind it, it is no archive any more
    for place in range(60, end, end // 25):
        changed = bytes([whole[place] ^ 255])
        (folder / "changed.zip").write_bytes(whole[:place] + changed + whole[place + 1 :])
        command("account", "add", f"Account {place}")
        done = command("import", "changed.zip", "--account", f"Account {place}")
        with session.read() as unit:
            is_empty = stored.is_empty(unit.of(users.account_named(unit, f"Account {place}").id), RESOURCES)
        assert "Traceback" not in done.stderr
        assert is_empty == bool(done.returncode)
        refusals += done.returncode
    assert refusals > 10


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (archive.SETTINGS, b'{"zone":"Nope/Zone","country":null,"language":"en"}\n'),
        (archive.SETTINGS, b"{}\n"),
        (archive.SETTINGS, b""),
        (archive.CITIES, b'{"id":"x"}\n'),
        (archive.USERS, b'{"id":1}\n'),
        (archive.USERS, b'{"id":[],"email":"ana@example.com"}\n'),
        (archive.USERS, b'{"id":1,"email":"no address"}\n'),
    ],
)
def test_a_part_that_makes_no_sense_is_refused(
    name: str, content: bytes, command: Command, lived_in: Account, session: Session, folder: Path
) -> None:
    """Whoever made it: its digest is right."""
    command("export", "all.zip", "--all")
    command("account", "add", "Second")
    made = rewritten(folder / "all.zip", name, lambda _: content).rename(folder / "other.zip")

    def manifest(text: bytes) -> bytes:
        found = json.loads(text)
        for part in found["parts"]:
            if part["name"] == name:
                part |= {"sha256": sha256(content).hexdigest(), "count": content.count(b"\n")}
        return json.dumps(found).encode()

    made = rewritten(made, archive.MANIFEST, manifest)
    refused = command("import", made.name, "--account", "Second")
    assert (refused.returncode, f"{name} cannot be read" in refused.stderr) == (1, True), refused.stderr
    with session.read() as unit:
        second = users.account_named(unit, "Second").id
        assert stored.is_empty(unit.of(second), RESOURCES)
        assert identity.users(unit, second) == []


@pytest.mark.parametrize(
    "change", [{"count": "1"}, {"name": []}, {"sha256": None}, {"count": None, "name": None, "sha256": None}]
)
def test_a_manifest_that_makes_no_sense_is_refused(
    change: dict[str, Any], command: Command, lived_in: Account, folder: Path
) -> None:
    command("export", "all.zip", "--all")
    command("account", "add", "Second")

    def manifest(text: bytes) -> bytes:
        found = json.loads(text)
        found["parts"][0] |= change
        return json.dumps(found).encode()

    made = rewritten(folder / "all.zip", archive.MANIFEST, manifest)
    refused = command("import", made.name, "--account", "Second")
    assert (refused.returncode, "cannot be read" in refused.stderr) == (1, True), refused.stderr
