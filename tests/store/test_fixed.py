"""Records that every account has: an account that was there before them has the same as a new one."""

from pathlib import Path
from typing import Any

import pytest

from closum.accounts import users
from closum.operations import check, cities
from closum.resources import RESOURCES
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.store import migrate
from closum.store.opening import open_session
from closum.store.progress import no_progress
from closum.store.recompute import Rules
from closum.store.unit import Unit
from tests.support import engine
from tests.support.before import know

DATE = "2026-01-01T10:00:00+00:00"
STAGES = "_contact_lifecycle_stage.sql"
TABLES = {
    "contact_lifecycle_stage": "id, label, position, archived, label_sort, version",
    "tally": "resource, count, last_id, dated",
    "tally_span": "*",
}


def held(unit: Unit, account_id: int) -> dict[str, list[Any]]:
    """What an account has, but for the times at which that was written."""
    found = {}
    for table, columns in TABLES.items():
        rows = unit.all(f"SELECT {columns} FROM {table} WHERE account_id = ? ORDER BY 1, 2", (account_id,))
        found[table] = [row[1:] if columns == "*" else row for row in rows]
    return found


def test_an_account_of_before_has_what_a_new_one_has(folder: Path) -> None:
    url, real = engine.current.url(folder), migrate.migrations()
    before = [
        one for one in real if one.name < next(each.name for each in real if each.name.endswith(STAGES))
    ]
    with pytest.MonkeyPatch.context() as patch:
        know(patch, before)
        with open_session(url, create=True) as session, session.setup() as unit:
            cities.seed(unit)
            insert = "INSERT INTO account (name, name_key, created, modified) VALUES (?, ?, ?, ?)"
            unit.run(insert, ("Old", "old", DATE, DATE))
    with open_session(url, rules=Rules(RESOURCES, no_progress)) as session:
        with session.write() as unit:
            new = users.add_account(unit, "New").id
        with session.read() as unit:
            (old,) = unit.all("SELECT id FROM account WHERE name = 'Old'")
            assert held(unit, old[0]) == held(unit, new)
            assert [row[0] for row in held(unit, new)["contact_lifecycle_stage"]] == [*range(1, 10)]
            assert [*check.faults(unit, lambda done, total: None)] == []


def test_the_values_are_those_that_are_declared() -> None:
    assert [one.name for one in RESOURCES if one.fixed] == [CONTACT_LIFECYCLE_STAGE.name]
    fixed = CONTACT_LIFECYCLE_STAGE.fixed
    assert fixed
    assert [fixed.has(one) for one in (0, 1, 9, 10, 100)] == [False, True, True, False, False]
