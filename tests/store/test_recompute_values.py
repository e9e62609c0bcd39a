"""What the rules of today make of a database of the version before: the cases by their values."""

from pathlib import Path
from typing import Any

import pytest

from closum.model import query
from closum.operations import check, records
from closum.resources import RESOURCES
from closum.resources.lead import LEAD
from closum.store.opening import open_session
from closum.store.progress import no_progress
from closum.store.recompute import Rules
from closum.store.unit import Unit
from tests.support.before import before
from tests.support.engine import Engine

PHONES = [
    (1, "+351212999001;ext=12", 1),  # records that were one stay one
    (2, "351:912341208", 1),  # 3 has the key already
    (3, "+351912341208", 1),
    (4, None, 0),
    (5, "351:912341212912341213", 0),
    (6, None, 0),
    (7, "+351912341207", 1),  # the lower id
    (8, None, 0),
    (9, "+15173881452", 1),
    (10, "351:351912341207", 1),
]
NAMES = ["ana", "dorde", "ishak", "ivar", "jorge", "lukasz", "lukasz", "maria", "oystein", "thor", "ze"]


@pytest.fixture
def migrated(engine: Engine, folder: Path) -> str:
    url = engine.url(folder)
    before(url, 10, lambda unit: None)
    open_session(url, rules=Rules(RESOURCES, no_progress)).close()
    return url


def rows(unit: Unit, sql: str) -> list[tuple[Any, ...]]:
    return unit.all(sql)


def test_the_cases_by_their_values(migrated: str) -> None:
    found: list[str] = []
    with open_session(migrated) as session, session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None, found.append)) == []
        assert (
            rows(unit, "SELECT id, number_key, is_valid FROM phone WHERE account_id = 1 ORDER BY id")
            == PHONES
        )
        assert rows(unit, "SELECT country FROM phone WHERE account_id = 1 AND id IN (3, 9) ORDER BY id") == [
            ("PT",),
            ("US",),
        ]
        assert rows(unit, "SELECT DISTINCT domain FROM email ORDER BY domain") == [
            ("example.com",),
            ("example.com.pt",),
        ]
        searched = query.parse(LEAD, [("q", "łukas")])
        assert [one["id"] for one in records.page(unit.of(1), LEAD, searched)[0]] == [3, 12]
        names = rows(
            unit, "SELECT name_sort FROM lead WHERE account_id = 1 AND name IS NOT NULL ORDER BY name_sort"
        )
        assert [name for (name,) in names] == NAMES
        assert rows(unit, "SELECT city_name_sort FROM city WHERE id > 9000 ORDER BY id") == [
            ("lodz",),
            ("aero",),
        ]
        assert rows(unit, "SELECT email_key FROM account_user ORDER BY id") == [
            ("ana@example.com",), ('"rui"@example.com',), ("rui@example.com",), ('"a..b"@example.com',)
        ]  # fmt: skip
        unchanged = rows(
            unit, "SELECT id, version FROM phone WHERE account_id = 1 AND id IN (3, 9) ORDER BY id"
        )
        assert unchanged == [(3, 1), (9, 1)]
    assert [line.split(" have ")[0] for line in found] == [
        'The users "rui"@example.com and rui@example.com',
        "phones 2 and 3 of account 1",
        "phones 7 and 10 of account 1",
    ]
