"""What is erased is nowhere in the file, the history included."""

from closum.model import draft
from closum.operations import person, records
from closum.resources.lead import LEAD
from closum.store.identity import Account
from closum.store.sqlite.session import SQLiteSession
from tests.support.stored import create


def test_the_bytes_of_the_file_have_nothing(session: SQLiteSession, account: Account) -> None:
    changes = (
        {"name": "Ana Findme-Costa"},
        {"custom_data": {"note": "findme"}},
        {"custom_data": None},
        {"name": "Rui", "email": {"email": "rui@example.com"}},
    )
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": "Ana Findme", "email": {"email": "findme@example.com"}}])
    for body in changes:
        with session.write(account.id) as unit:
            records.update(unit, LEAD, 1, draft.parse(LEAD, body))
    session.fold()
    assert b"findme" in session.path.read_bytes().lower()
    with session.read() as unit:
        erasure = person.Erasure(person.look(unit.of(account.id), "findme@example.com"))
    session.write_steps(erasure.steps(), account.id)
    session.fold()
    assert b"findme" not in session.path.read_bytes().lower()
