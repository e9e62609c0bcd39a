"""What the cells of a file mean as properties of a declared resource."""

from pathlib import Path

import pytest

from closum.model import number
from closum.operations.importing.files import Files
from closum.store import imports
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.import_jobs import counts, imported
from tests.support.writing import filled

pytestmark = pytest.mark.slow  # a process reads each file


def test_only_what_begins_as_a_number_is_looked_for_as_one(
    session: Session, account: Account, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a prefix or, as nobody says which one, under each there is."""
    filled(session, account, {"name": "Ana", "phone": {"number": "+351 912 345 678"}})
    looked_for, parse = list[str](), number.parse

    def counting(extension: str, text: str) -> tuple[str | None, int]:
        looked_for.append(text)
        return parse(extension, text)

    monkeypatch.setattr(number, "parse", counting)
    rows = b"lead,text\nana2018@example.com,One\nAtelier 1900,Two\n+351 912 345 678,Three\n(351) 912 345 678,Four\n"
    done = imported(session, account.id, Files(folder / "files"), rows, resource="note")
    with session.read() as unit:
        found = imports.find(unit.of(account.id), done)
    assert found
    assert (counts(found)["created"], counts(found)["faulty"]) == (2, 2)
    assert {*looked_for} <= {"+351 912 345 678", "(351) 912 345 678"}
