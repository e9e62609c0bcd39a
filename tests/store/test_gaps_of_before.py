"""Gaps of the version before are counted by the migration that makes their new table."""

from pathlib import Path

import pytest

from closum.operations import check
from closum.resources import RESOURCES
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store import gaps, migrate
from closum.store.opening import open_session
from closum.store.progress import no_progress
from closum.store.recompute import Rules
from closum.store.unit import Unit
from tests.support import engine

REAL = migrate.migrations()
BEFORE = [one for one in REAL if one.name < next(one.name for one in REAL if one.name.endswith("_gaps.sql"))]
DATE = "2026-01-01T10:00:00+00:00"
BLOCK = 1_000  # ids: those of the version before

INSERT = {
    LEAD: (
        "INSERT INTO lead (account_id, id, name, creation_date, name_sort, version, modified)"
        " VALUES (?, ?, 'Ana', ?, 'ana', 1, ?)"
    ),
    EMAIL: (
        "INSERT INTO email (account_id, id, email, status, register_date, email_key, email_sort, version, modified)"
        " VALUES (?, ?, ?, 1, ?, ?, ?, 1, ?)"
    ),
    PHONE: (
        "INSERT INTO phone (account_id, id, extension, number, number_key, is_valid, number_sort, date_add, version, modified)"
        " VALUES (?, ?, '00351', ?, ?, 1, ?, ?, 1, ?)"
    ),
}

LISTS = {
    (1, LEAD): (5_001, {1, 16, 17, 1_000, 1_001, 4_096, 4_097, 5_001, *range(2_100, 3_300)}),
    (1, EMAIL): (257, {255, 257}),
    (1, PHONE): (1_500, {17, 1_499}),
    (2, LEAD): (4_096, {4_096}),
    (2, EMAIL): (256, set(range(1, 257))),
    (3, LEAD): (2_000, set[int]()),
}
"""Of an account and a resource the last id, and those that are missing."""


def fill(unit: Unit) -> None:
    for account_id in (1, 2, 3):
        unit.run(
            "INSERT INTO account (name, name_key, created, modified) VALUES (?, ?, ?, ?)",
            (f"A{account_id}", f"a{account_id}", DATE, DATE),
        )
    for (account_id, resource), (last, missing) in LISTS.items():
        rest: tuple[str, ...] = (DATE, DATE)
        for record_id in set(range(1, last + 1)) - missing:
            if resource is EMAIL:
                text = f"{record_id}@example.com"
                rest = (text, DATE, text, text, DATE)
            if resource is PHONE:
                text = f"212{record_id:06}"
                rest = (text, f"+351{text}", text, DATE, DATE)
            unit.run(INSERT[resource], (account_id, record_id, *rest))
        unit.run(
            "INSERT INTO tally VALUES (?, ?, ?, ?, ?)",
            (account_id, resource.name, last - len(missing), last, DATE),
        )
        before = 0
        for block in sorted({(one - 1) // BLOCK for one in missing}):
            number = sum(block == (one - 1) // BLOCK for one in missing)
            unit.run(
                "INSERT INTO tally_gap VALUES (?, ?, ?, ?, ?)",
                (account_id, resource.name, block, number, block * BLOCK - before),
            )
            before += number


def test_gaps_are_counted_in_every_list(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = engine.current.url(folder)
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "migrations", lambda: BEFORE)
        with open_session(url, create=True) as session, session.setup() as unit:
            unit.run("INSERT INTO city_tally (resource, count) VALUES ('city', 0)")
            fill(unit)
    with open_session(url, rules=Rules(RESOURCES, no_progress)) as session, session.read() as unit:
        for (account_id, resource), (last, missing) in LISTS.items():
            runs = [(one - 1, one + 1) for one in missing]
            assert gaps.kept(unit.of(account_id), resource) == gaps.of_runs(runs, last)
        assert gaps.kept(unit.of(3), LEAD) == {}
        assert list(check.faults(unit, lambda done, total: None)) == []
