"""No word of an erased person stays in an index, nor, once the tables are compacted, in any file of a table."""

import pytest

from closum.resources import RESOURCES
from closum.resources.lead import LEAD
from closum.store import search, tally
from closum.store.identity import Account
from closum.store.postgres.session import PostgresSession
from tests.support.every_operation import erase
from tests.support.stored import create

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)

PERSON = {
    "name": "Zyxwv Qponm",
    "email": {"email": "hgfed@plover.example"},
    "phone": {"number": "+351 912 340 999"},
    "custom_data": {"color": "vermilion"},
}
WORDS = [b"zyxwv", b"qponm", b"hgfed", b"plover", b"vermilion", b"r999043219153", b"912 340 999"]
_FILES = """
SELECT relname, pg_read_binary_file(pg_relation_filepath(CAST(oid AS regclass)), 0, 100000000, true) FROM pg_class
WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relkind IN ('r', 'i') AND relname LIKE ?
"""


def holding(session: PostgresSession, tables: str) -> dict[str, list[bytes]]:
    """The words that are in the files of tables and indexes, by name."""
    session.connection.execute("CHECKPOINT")
    with session.read() as unit:
        files = [(name, bytes(found or b"").lower()) for name, found in unit.all(_FILES, (tables,))]
    return {name: found for name, text in files if (found := [word for word in WORDS if word in text])}


def test_nothing_of_a_person_stays(session: PostgresSession, account: Account) -> None:
    """Also what REINDEX has left that was interrupted before its end, or behind it."""
    for number in range(12):
        with session.write(account.id) as unit:
            create(unit, LEAD, [{"name": f"Ana {number} {each}"} for each in range(20)])
            if number == 6:
                create(unit, LEAD, [PERSON])
    for ending in ("_ccnew", "_ccold", "_ccnew1"):
        session.connection.execute(f"CREATE INDEX lead_term_terms{ending} ON lead_term USING gin (terms)")
    assert {"lead_term_terms", "lead_term_terms_ccold", "lead_term", "lead"} <= holding(
        session, "lead%"
    ).keys()
    with session.write(account.id) as unit:
        assert erase(unit, account.id, "hgfed@plover.example").showing == 1
    assert "lead_term_terms" in holding(session, "lead_term_terms%")
    session.fold()
    assert holding(session, "lead_term_terms%") == {}
    with session.read() as unit:
        assert [row[0] for row in unit.all(_FILES, ("lead_term_terms%",))] == ["lead_term_terms"]
    tables = [resource.name for resource in RESOURCES if not (resource.shared or resource.singleton)]
    session.compact([*tables, *search.tables(RESOURCES), tally.CHANGE])
    assert holding(session, "%") == {}
