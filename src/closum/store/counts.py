"""How many records there are of everything that an account sees, as counters keep it."""

from typing import NamedTuple

from closum.store.unit import Unit

MOST_PAIRS = 1_000
"""Pairs of possible duplicates that are counted; there are one more where there are more."""

DUPLICATE = "duplicate"

_OF_ACCOUNT = f"""
SELECT resource, count, last_id FROM tally WHERE account_id = ?
UNION ALL SELECT resource, count, 0 FROM city_tally
UNION ALL SELECT '{DUPLICATE}', COUNT(*), 0 FROM
(SELECT 1 FROM duplicate WHERE account_id = ? AND is_open = 1 LIMIT {MOST_PAIRS + 1}) AS open_pairs
"""


class Counted(NamedTuple):
    """How many records there are, with DUPLICATE the pairs of possible duplicates, at most MOST_PAIRS + 1; and the `last` ids
    that were given, with that of the last change of the history. Each by the name of the resource."""

    counts: dict[str, int]
    last: dict[str, int]


def of_account(unit: Unit) -> Counted:
    found = unit.all(_OF_ACCOUNT, (unit.account_id, unit.account_id))
    return Counted(
        {name: int(count) for name, count, _ in found}, {name: int(last) for name, _, last in found}
    )
