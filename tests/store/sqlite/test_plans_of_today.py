"""SQLite reads open follow-ups on one range of an index, in its order."""

import pytest

from closum.store import agenda
from closum.store.sqlite.session import SQLiteSession
from tests.store.sqlite.test_plans import plan

INDEXES = ("task_open", "task_open_user_id")


@pytest.mark.parametrize("statements", [agenda.TIMED, agenda.UNTIMED, agenda.COUNTED])
def test_open_follow_ups_are_a_range_of_an_index(session: SQLiteSession, statements: list[str]) -> None:
    for sql, index in zip(statements, INDEXES, strict=True):
        steps = [text for _, _, text in plan(session, sql)]
        assert any("SEARCH task USING" in text and f" {index} " in text for text in steps), steps
        assert not [text for text in steps if "TEMP B-TREE" in text or "SCAN task" in text]
