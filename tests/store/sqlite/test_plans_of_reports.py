"""SQLite sees on the key of leads whether more of them are behind an id than a report looks at."""

from closum.resources.lead import LEAD
from closum.store import reports
from closum.store.sqlite.session import SQLiteSession
from tests.store.sqlite.test_plans import plan


def test_further_leads_are_found_on_the_key(session: SQLiteSession) -> None:
    (step,) = [text for _, _, text in plan(session, reports.FURTHER.format(table=LEAD.name))]
    assert step.startswith("SEARCH lead USING PRIMARY KEY (account_id=? AND id>?)")
