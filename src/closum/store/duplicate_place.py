"""How far accounts are in the search for leads that look alike, and which of them are behind."""

import json
from typing import Any, NamedTuple

from closum.store.background import next_accounts
from closum.store.unit import Unit

KIND = "duplicates"
"""Of the background work that finds them."""
AGAIN = 3_600  # seconds until work that was given up begins once more


class Place(NamedTuple):
    """How far an account is. `walk` is JSON, None while no search of all leads goes on."""

    position: int = 0
    run: int = 0
    rules: int = 0
    walk: Any = None


_OF_THESE = "{table}.account_id > ? AND {table}.account_id <= ?"
BEHIND = (
    "SELECT DISTINCT tally.account_id FROM tally"
    " LEFT JOIN duplicate_place AS place ON place.account_id = tally.account_id"
    f" AND {_OF_THESE.format(table='place')}"
    f" LEFT JOIN job ON job.account_id = tally.account_id AND {_OF_THESE.format(table='job')}"
    f" AND job.kind = '{KIND}' AND job.number = 0"
    f" WHERE {_OF_THESE.format(table='tally')} AND tally.resource IN ('lead', 'change') AND tally.last_id > 0"
    " AND (place.rules IS NULL OR place.rules <> ? OR (tally.resource = 'change' AND tally.last_id > place.position))"
    " AND (job.state IS NULL OR job.state = 'done' OR (job.state = 'failed' AND job.modified < ?))"
)
"""Each table has the ids as a condition of its own: no plan reads more of it."""


def behind(unit: Unit, rules: int, given_up: str, after: int, most: int) -> tuple[list[int], int | None]:
    """Of the next accounts behind an id those with changes that were not looked at, or leads that were compared by other
    rules, unless their work goes on, or was given up at `given_up` or later. With the last id looked at; None at the end."""
    ids = next_accounts(unit, after, most)
    if not ids:
        return [], None
    rows = unit.all(BEHIND, (*(after, ids[-1]) * 3, rules, given_up))
    return sorted(row[0] for row in rows), ids[-1]


def place(unit: Unit) -> Place:
    row = unit.one(
        "SELECT position, run, rules, walk FROM duplicate_place WHERE account_id = ?", (unit.account_id,)
    )
    return Place(row[0], row[1], row[2], json.loads(row[3])) if row else Place()


def set_place(unit: Unit, to: Place) -> None:
    unit.run(
        "INSERT INTO duplicate_place (account_id, position, run, rules, walk) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (account_id) DO UPDATE SET position = excluded.position, run = excluded.run,"
        " rules = excluded.rules, walk = excluded.walk",
        (unit.account_id, to.position, to.run, to.rules, json.dumps(to.walk)),
    )
