"""SQLite reads lists in the order of an index, and no table of account data whole."""

import re
from typing import Any

import apsw
import pytest

from closum.model.query import DEFAULT_LIMIT, Page, Query
from closum.model.resource import Resource
from closum.operations import demo, records
from closum.resources.lead import LEAD
from closum.store import duplicates, identity, pages, statements, using
from closum.store.identity import Account
from closum.store.sqlite.session import SQLiteSession
from tests.support.every_operation import ACCOUNT_TABLES, OWNED, across_accounts, orders, skipping_orders

DEEP = pages.FAR["sqlite"] // DEFAULT_LIMIT + 2


def plan(session: SQLiteSession, sql: str) -> list[tuple[int, int, str]]:
    """Number, parent and text of each step."""
    values = (None,) * sql.count("?")
    return [
        (row[0], row[1], row[3]) for row in session.connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)
    ]


@pytest.mark.parametrize(("resource", "query"), list(orders()))
def test_each_sort_picks_its_keys_on_an_index(
    session: SQLiteSession, resource: Resource, query: Query
) -> None:
    column = resource.listing.sorts[query.sort]
    columns = ("id", column) if column == resource.dated else (column,)
    for (text, _), order in zip(pages.statements(resource, query, 1, "sqlite"), columns, strict=True):
        reads_in_order(plan(session, text), resource, order)


def reads_in_order(steps: list[tuple[int, int, str]], resource: Resource, column: str) -> None:
    picked = [number for number, _, text in steps if text.endswith(" keys") and "SCAN" not in text]
    texts = [text for _, parent, text in steps if not picked or parent in picked]
    assert not [text for text in texts if "TEMP B-TREE" in text]
    assert not [text for _, _, text in steps if re.search(rf"SCAN ({ACCOUNT_TABLES}|record)\b", text)]
    read = next(text for text in texts if re.search(rf"\b{resource.name} USING", text))
    if resource.shared:  # in the order of an index, until the page is full
        assert read.startswith(f"SCAN {resource.name} USING COVERING INDEX")
    elif column == "id":
        assert f"{resource.name} USING PRIMARY KEY (account_id=?" in read
    else:
        assert read.startswith(f"SEARCH {resource.name} USING COVERING INDEX")
        assert read.endswith("(account_id=?)")


@pytest.mark.parametrize(("resource", "query"), list(skipping_orders(DEEP)))
def test_a_deep_page_picks_its_keys_from_either_end(
    session: SQLiteSession, resource: Resource, query: Query
) -> None:
    *_, (text, _) = pages.statements(resource, query, 1, "sqlite")
    steps = plan(session, text)
    read = [text for _, _, text in steps if re.search(rf"\b{resource.name} USING", text)]
    assert len(read) == 2
    assert all(
        re.match(rf"SEARCH {resource.name} USING COVERING .*\(account_id[<>]\?\)$", text) for text in read
    )
    arms = [number for number, _, text in steps if text.endswith(" arm") and "SCAN" not in text]
    assert not [text for _, parent, text in steps if parent in arms and "TEMP B-TREE" in text]
    assert not [text for _, _, text in steps if re.search(rf"SCAN ({ACCOUNT_TABLES}|record)\b", text)]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("resource", OWNED, ids=lambda one: one.name)
def test_a_later_page_by_id_without_gaps_is_a_range_of_the_key(
    session: SQLiteSession, resource: Resource, descending: bool
) -> None:
    query = Query("id", descending, Page(pages.NEAR // DEFAULT_LIMIT + 2))
    statement, _ = next(pages.statements(resource, query, 1, "sqlite", short=True))
    assert len(statement) < 700  # APSW hashes the text each time
    assert [text for _, _, text in plan(session, statement)] == [
        "SEARCH tally USING PRIMARY KEY (account_id=? AND resource=?)",
        f"SEARCH record USING PRIMARY KEY (account_id=? AND id{'<' if descending else '>'}?) LEFT-JOIN",
    ]


@pytest.mark.slow
def test_no_statement_scans(session: SQLiteSession, executed: list[str]) -> None:
    allowed = across_accounts("sqlite")
    verbs = "SELECT|INSERT|UPDATE|DELETE|WITH"
    data = [sql for sql in executed if re.match(verbs, sql.lstrip()) and sql not in allowed]
    assert len(data) > 40
    scans = rf"SCAN ({ACCOUNT_TABLES}|record|gap)\b(?! VIRTUAL TABLE INDEX \d+:\S)"
    assert [(sql, step) for sql in data for step in plan(session, sql) if re.search(scans, step[2])] == []


def test_the_planner_is_told_of_each_index_where_it_has_a_choice(session: SQLiteSession) -> None:
    """Else it takes the account alone for good enough, and reads all that it has for each value."""
    execute, untold = session.connection.execute, list[tuple[str, str]]()
    told = set(execute("SELECT tbl, idx FROM sqlite_stat1"))
    for (table,) in list(execute("SELECT name FROM sqlite_schema WHERE type = 'table'")):
        found = [
            (table if row[3] == "pk" else row[1], row[1]) for row in execute(f"PRAGMA index_list({table})")
        ]
        own = [
            name for name, index in found if next(execute(f"PRAGMA index_info({index})"))[2] == "account_id"
        ]
        untold += [(table, name) for name in own if len(own) > 1 and (table, name) not in told]
    assert untold == []


@pytest.mark.parametrize("resource", OWNED, ids=lambda one: one.name)
def test_a_look_up_reads_the_records_of_its_values_alone(session: SQLiteSession, resource: Resource) -> None:
    columns = {"id", *(column for _, column in resource.links), *(use.name for use in resource.uses)}
    columns |= {resource.unique.column} if resource.unique else set()
    for column in columns:
        statement, _ = statements.select_rows(resource, column, 4, "sqlite")(1, 1, 2, 3, 4)
        (step,) = [text for _, _, text in plan(session, statement) if " record " in text]
        assert step.startswith("SEARCH record USING ")
        assert step.endswith(f"(account_id=? AND {column}=?)")


def test_the_pairs_of_a_lead_that_goes_are_found_by_its_id(session: SQLiteSession) -> None:
    """Not among all pairs of the account."""
    assert [[step for _, _, step in plan(session, one)] for one in duplicates._DROP_PAIRS] == [
        ["SEARCH duplicate USING PRIMARY KEY (account_id=? AND first_id=?)"],
        ["SEARCH duplicate USING INDEX duplicate_second (account_id=? AND second_id=?)"],
    ]


@pytest.mark.parametrize("table", ["lead", "unqualified_lead"])
@pytest.mark.parametrize("link", ["email_id", "phone_id", "city_id"])
def test_who_uses_a_record_is_found_in_an_index(session: SQLiteSession, table: str, link: str) -> None:
    steps = [step for _, _, step in plan(session, using.statement(table, link, 3, has_first=True))]
    looks = [step for step in steps if re.search(rf"\b{table}\b", step)]
    assert len(looks) == 2
    for one in looks:
        assert re.match(rf"SEARCH {table} USING COVERING INDEX .*\(account_id=\? AND {link}=\?\)", one)
    assert not [step for step in steps if "TEMP B-TREE" in step]


def test_the_pairs_that_a_lead_is_in_are_found_by_its_id(session: SQLiteSession, account: Account) -> None:
    """The page of a lead looks for them."""
    read: list[str] = []

    def seen(_cursor: object, statement: str, _values: object) -> bool:
        read.append(statement)
        return True

    with session.read() as unit:
        session.connection.exec_trace = seen
        assert duplicates.pairs_of(unit.of(account.id), [1]) == []
        session.connection.exec_trace = None
    steps = [step for one in read for _, _, step in plan(session, one) if "record" in step]
    assert steps == [
        "SEARCH record USING PRIMARY KEY (account_id=? AND first_id=? AND second_id>?)",
        "SEARCH record USING INDEX duplicate_second (account_id=? AND second_id=?)",
    ]


def test_a_statement_is_planned_once_whatever_its_values(session: SQLiteSession, account: Account) -> None:
    planned: list[Any] = []

    def asked_for(*what: Any) -> int:
        """SQLite asks what a statement may do whenever it plans it."""
        planned.append(what)
        return apsw.SQLITE_OK

    def read(number: int) -> None:
        with session.read() as unit:
            identity.identity(unit, number)
            records.retrieve(unit.of(account.id), LEAD, number)
            for query in (
                Query("id", window=Page(number)),
                Query("name", window=Page(number)),
                Query("id", True, Page(number)),
            ):
                records.page(unit.of(account.id), LEAD, query)

    with session.write(account.id) as unit:
        for step in demo.steps(0, 100, lambda: 100, lambda done, total: None):
            step(unit)
    session.connection.authorizer = asked_for
    read(1)
    read(2)
    assert planned
    planned.clear()
    read(3)
    read(4)
    assert planned == []
