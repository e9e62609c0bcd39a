"""SQLite reads open follow-ups on one range of an index, in its order."""

import pytest

from closum.store import agenda
from closum.store.sqlite.session import SQLiteSession
from tests.store.sqlite.test_plans import plan
from tests.support.tracing import traced


@pytest.mark.parametrize("user", [None, 1])
def test_open_follow_ups_are_a_range_of_an_index(session: SQLiteSession, user: int | None) -> None:
    with traced() as executed, session.read() as shared:
        unit = shared.of(1)
        agenda.between(unit, user, agenda.BEGINNING, "9", 20)
        agenda.without_time(unit, user, 0, 20)
        agenda.number(unit, user, "2", "9", 100)
    read = [sql for sql in executed if "FROM task" in sql]
    index = "task_open_user_id" if user else "task_open"
    assert len(read) == 3
    for sql in read:
        steps = [text for _, _, text in plan(session, sql)]
        assert any(f" {index} " in text for text in steps), steps
        assert not [text for text in steps if "TEMP B-TREE" in text or "SCAN task" in text]
