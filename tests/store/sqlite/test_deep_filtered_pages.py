"""A page far behind others is found by a walk, without a value for each record before it."""

import apsw
import pytest

from closum.accounts import users
from closum.model import draft, query
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store import filtered
from closum.store.sqlite.session import SQLiteSession


@pytest.mark.parametrize("sort", ["id", "name", "creation_date"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_a_deep_page(
    session: SQLiteSession, sort: str, direction: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtered, "FEW", 0)
    with session.setup() as unit:
        account_id = users.add_account(unit, "Deep").id
    with session.write(account_id) as unit:
        made = [draft.parse(LEAD, {"name": f"Lead {one:03}"}) for one in range(400)]
        records.create_many(unit, LEAD, made)
    session.connection.limit(apsw.SQLITE_LIMIT_VARIABLE_NUMBER, 150)
    asked = [("filter", "name~=lead"), ("filter", "id!=1"), ("sort", sort), ("direction", direction)]
    with session.read() as unit:
        shown = records.window(unit.of(account_id), LEAD, query.parse(LEAD, [*asked, ("page", "16")]))
    ids = [*range(2, 401)][:: 1 if direction == "asc" else -1]
    assert [one["id"] for one in shown.records] == ids[375:400]
    assert shown.total == 399
