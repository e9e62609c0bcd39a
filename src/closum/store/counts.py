"""How many records there are of everything that an account sees, as counters keep it."""

from closum.store.unit import Unit

MOST_PAIRS = 1_000
"""Pairs of possible duplicates that are counted; there are one more where there are more."""

DUPLICATE = "duplicate"

_OF_ACCOUNT = f"""
SELECT resource, count FROM tally WHERE account_id = ?
UNION ALL SELECT resource, count FROM city_tally
UNION ALL SELECT '{DUPLICATE}', COUNT(*) FROM
(SELECT 1 FROM duplicate WHERE account_id = ? AND is_open = 1 LIMIT {MOST_PAIRS + 1}) AS open_pairs
"""


def of_account(unit: Unit) -> dict[str, int]:
    """By the name of the resource; with DUPLICATE the pairs of possible duplicates, at most MOST_PAIRS + 1."""
    return {name: int(count) for name, count in unit.all(_OF_ACCOUNT, (unit.account_id, unit.account_id))}
