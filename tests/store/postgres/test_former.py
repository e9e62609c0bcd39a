"""What is erased is in no index, and after `--compact` in no table."""

import pytest

from closum.accounts import users
from closum.resources.lead import LEAD
from closum.store import search
from closum.store.postgres.session import PostgresSession
from closum.store.session import Session
from tests.support.every_operation import erase
from tests.support.stored import create

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)
WORDS = (b"zyxwv", b"qponm", b"hgfed", b"plover", b"vermilion", b"999043219153")


def held(session: PostgresSession, relation: str) -> list[bytes]:
    """Words of the person in the file of a table or an index."""
    session.connection.execute("CHECKPOINT")
    row = session.connection.execute(
        f"SELECT pg_read_binary_file(pg_relation_filepath('{relation}'))"
    ).fetchone()
    assert row
    return [word for word in WORDS if word in bytes(row[0])]


def test_nothing_of_a_person_stays(session: Session) -> None:
    assert isinstance(session, PostgresSession)
    person = {
        "name": "Zyxwv Qponm",
        "email": {"email": "hgfed@plover.example"},
        "phone": {"number": "+351 912 340 999"},
        "custom_data": {"color": "vermilion"},
    }
    with session.write() as unit:
        account_id = users.add_account(unit, "Acme").id
    with session.write(account_id) as unit:
        create(unit, LEAD, [{"name": f"Other {number}"} for number in range(40)])
        create(unit, LEAD, [person])
    assert held(session, "lead_term_terms") == list(WORDS)
    with session.write(account_id) as unit:
        assert erase(unit, account_id, "hgfed@plover.example").showing == 1
    session.connection.execute("VACUUM lead_term")
    assert held(session, "lead_term_terms") != []
    session.fold()
    assert held(session, "lead_term_terms") == []
    session.compact(search.tables([LEAD]))
    assert held(session, "lead_term") == []
