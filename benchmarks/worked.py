"""What people have done with demo leads: nine tenths are in a stage, a fifth have a follow-up."""

import sqlite3
from pathlib import Path

_STAGES = "UPDATE lead SET contact_lifecycle_stage_id = NULLIF(id % 10, 0)"
_FOLLOW_UPS = """
INSERT INTO task (account_id, id, lead_id, text, due, user_id, done, creation_date, version, modified)
SELECT 1, id / 5, id, 'Call', strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now', (id * 7919 % 8640000 - 4320000) || ' seconds'),
  1, CASE id % 3 WHEN 0 THEN creation_date END, creation_date, 1, creation_date
FROM lead WHERE account_id = 1 AND id % 5 = 0
"""
"""A third of them are done; they are due over a hundred days, half of these gone."""


def fill(file: Path) -> None:
    """The first account of a database; its first user has the follow-ups."""
    with sqlite3.connect(file) as connection:
        connection.execute(_STAGES)
        connection.execute(_FOLLOW_UPS)
    connection.close()
