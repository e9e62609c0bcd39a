"""What was changed in an account, in the order in which it became visible."""

from closum.store.unit import Unit

_OLDEST = "SELECT position FROM change WHERE account_id = ? ORDER BY position LIMIT 1"
_CUT = """
DELETE FROM change WHERE account_id = ? AND at < ? AND position IN
(SELECT position FROM change WHERE account_id = ? ORDER BY position LIMIT ?)
"""


def cut(unit: Unit, before: str, most: int) -> int:
    """Remove those of the account's `most` oldest changes that were made before a timestamp; how many that were.

    It looks at no other. Positions are never given again.
    """
    return unit.run(_CUT, (unit.account_id, before, unit.account_id, most))
