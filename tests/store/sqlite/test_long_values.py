"""SQLite reads nothing of a value that is too long to be shown with the others."""

from pathlib import Path

import pytest

from closum.accounts import users
from closum.model.query import Query
from closum.operations import cities
from closum.resources.lead import LEAD
from closum.store import rows
from closum.store.sqlite.session import SQLiteSession
from tests.support.large import LONG, fill, leads

LEADS = 100
OF_EACH = 3 * 4_096  # bytes: the page with its row, and what leads to it


def bytes_read() -> int:
    """By the calls of this process, since it was started."""
    return int(Path("/proc/self/io").read_text().partition("rchar: ")[2].split()[0])


def test_its_pages_stay_unread(tmp_path: Path) -> None:
    path = tmp_path / "closum.db"
    with SQLiteSession(path, create=True) as session:
        with session.write() as unit:
            cities.seed(unit)
            account_id = users.add_account(unit, "Acme").id
        fill(session, account_id, leads(LEADS))
    with SQLiteSession(path) as session, session.read() as unit:
        before = bytes_read()
        with pytest.raises(rows.TooLong):
            rows.page(unit, account_id, LEAD, Query("id", limit=LEADS))
        between = bytes_read()
        rows.page(unit, account_id, LEAD, Query("id", limit=1))
        assert between - before < LEADS * OF_EACH < LEADS * len(LONG.encode()) / 4
        assert bytes_read() - between >= len(LONG.encode())
