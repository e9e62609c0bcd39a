"""How far accounts are with the counters of reports, and which of them are behind."""

from typing import NamedTuple

from closum.store.background import next_accounts
from closum.store.unit import Unit

KIND = "reports"
"""Of the background work that counts."""
AGAIN = 3_600  # seconds until work that was given up begins once more
FEW = 500  # new records that are not worth the work

_OF_THESE = "{table}.account_id > ? AND {table}.account_id <= ?"
BEHIND = (
    "SELECT tally.account_id FROM tally"
    f" LEFT JOIN report AS place ON place.account_id = tally.account_id AND {_OF_THESE.format(table='place')}"
    f" LEFT JOIN job ON job.account_id = tally.account_id AND {_OF_THESE.format(table='job')}"
    f" AND job.kind = '{KIND}' AND job.number = 0"
    " JOIN account ON account.id = tally.account_id"
    f" WHERE {_OF_THESE.format(table='tally')} AND tally.resource = ? AND tally.last_id >= {FEW}"
    f" AND (place.zone IS NULL OR place.zone <> account.zone OR tally.last_id >= place.counted + {FEW}"
    " OR EXISTS (SELECT 1 FROM report_changed AS pending WHERE pending.account_id = tally.account_id))"
    " AND (job.state IS NULL OR job.state = 'done' OR (job.state = 'failed' AND job.modified < ?))"
)
"""Each table has the ids as a condition of its own: no plan reads more of it."""


class Place(NamedTuple):
    """Records with ids up to `counted` are counted, by the days of a `zone`."""

    counted: int = 0
    zone: str = ""


def behind(unit: Unit, name: str, given_up: str, after: int, most: int) -> tuple[list[int], int | None]:
    """Of the next accounts behind an id those whose records of a resource need to be counted, unless their work goes on,
    or was given up at `given_up` or later. With the last id looked at; None at the end."""
    ids = next_accounts(unit, after, most)
    if not ids:
        return [], None
    rows = unit.all(BEHIND, (*(after, ids[-1]) * 3, name, given_up))
    return sorted(row[0] for row in rows), ids[-1]


def place(unit: Unit) -> Place:
    row = unit.one("SELECT counted, zone FROM report WHERE account_id = ?", (unit.account_id,))
    return Place(*row) if row else Place()


def forget(unit: Unit) -> None:
    """Have the account counted again, from the beginning."""
    unit.run("UPDATE report SET counted = 0, zone = '' WHERE account_id = ?", (unit.account_id,))


def set_place(unit: Unit, to: Place) -> None:
    unit.run(
        "INSERT INTO report (account_id, counted, zone) VALUES (?, ?, ?)"
        " ON CONFLICT (account_id) DO UPDATE SET counted = excluded.counted, zone = excluded.zone",
        (unit.account_id, *to),
    )
