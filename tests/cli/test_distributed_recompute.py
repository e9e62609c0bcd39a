"""Derived columns are made again where tables are spread over machines: by statements of one account, each on its machine."""

import re
from pathlib import Path

import pytest

from closum.store import migrate
from closum.store.opening import open_session
from tests.cli.conftest import Command
from tests.cli.test_database_distribute import Install, install
from tests.support import engine as engines
from tests.support.before import before, know
from tests.support.citus.limits import refusals
from tests.support.every_operation import ACCOUNT_TABLES
from tests.support.tracing import traced

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)
__all__ = ["install"]

VERSION = 10


@pytest.fixture
def url(folder: Path) -> str:
    """A database without tables."""
    return engines.current.url(folder)


def written(transaction: list[str]) -> set[str]:
    """Kinds of tables that a transaction writes rows of: shared, or of an account."""
    tables = [
        match[1]
        for sql in transaction
        if (match := re.match(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)", sql))
    ]
    return {"account" if re.fullmatch(ACCOUNT_TABLES, table) else "shared" for table in tables}


def transactions(statements: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for sql in statements:
        if sql.startswith("BEGIN"):
            found.append([])
        found[-1].append(sql)
    return found


def test_a_distributed_database_of_the_version_before(
    command: Command, url: str, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    before(url, VERSION, lambda unit: None)
    install()
    known = migrate.migrations()
    with monkeypatch.context() as patch:
        know(patch, known[: VERSION - 1])
        assert command("database", "distribute", CLOSUM_DATABASE=url).returncode == 0
    with traced() as found:
        done = command("check", CLOSUM_DATABASE=url)
    assert done.returncode == 0, done.stderr
    after = [
        one for one in transactions(found) if not any(re.match("(ALTER|CREATE) TABLE", sql) for sql in one)
    ]
    steps = [sql for one in after for sql in one]
    assert any(sql.startswith("SELECT id, extension, number, number_key") for sql in steps)
    assert {sql: why for sql in steps if (why := refusals(sql, ACCOUNT_TABLES))} == {}
    assert [one for one in after if len(written(one)) > 1] == []


def test_scrambled_columns_of_a_distributed_database(command: Command, url: str, install: Install) -> None:
    """Here each step has something to write."""
    before(url, VERSION, lambda unit: None)
    assert command("check", CLOSUM_DATABASE=url).returncode == 0
    install()
    assert command("database", "distribute", CLOSUM_DATABASE=url).returncode == 0
    with open_session(url) as session, session.write() as unit:
        for sql in (
            "UPDATE lead SET name_sort = 'old', phone_number_sort = 'old' WHERE account_id > 0",
            "UPDATE phone SET number_sort = 'old', number_key = 'old' || id WHERE account_id > 0",
            "UPDATE email SET email_key = 'old' || id WHERE account_id > 0",
        ):
            unit.run(sql)
    with open_session(url) as session, session.write() as unit:
        unit.run("UPDATE city SET city_name_sort = 'old'")
        unit.run("UPDATE account_user SET email_key = 'old' || id")
        unit.run("UPDATE schema_version SET applied = ? WHERE version = ?", (migrate.UNFINISHED, VERSION))
    with traced() as found:
        done = command("check", CLOSUM_DATABASE=url)
    assert done.returncode == 0, done.stderr
    updates = [sql for sql in found if re.match("UPDATE (lead|phone|email)", sql)]
    assert len(updates) > 20
    assert {sql: why for sql in found if (why := refusals(sql, ACCOUNT_TABLES))} == {}
    assert [one for one in transactions(found) if len(written(one)) > 1] == []
